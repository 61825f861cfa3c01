/** Activation with a code from the HR admin, one field a page; the same way resets a forgotten password. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NoAnswer, Refused } from '../graphql';
import { go } from '../router';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorSummary, PasswordField, TextField } from '../ui/fields';
import { Page } from '../ui/page';
import { activate } from './session';
import { nipFault } from './sign_in';

const LAST = 3;
const MIN_PASSWORD = 12;

export function Activation(): JSX.Element {
  const [step, setStep] = useState(1);
  const [identifier, setIdentifier] = useState('');
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const [refusal, setRefusal] = useState('');

  function fault(): string | undefined {
    if (step === 1) return identifier.trim() ? nipFault(identifier) : t.masuk.isiIdentitas;
    if (step === 2) return code.replace(/[\s-]/g, '').length === 8 ? undefined : l.aktivasi.isiKode;
    return password.length >= MIN_PASSWORD ? undefined : l.aktivasi.isiSandi(password.length);
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const found = fault();
    setError(found);
    setRefusal('');
    if (found || busy) return;
    if (step < LAST) return setStep(step + 1);
    setBusy(true);
    try {
      await activate(identifier.trim(), code.replace(/[\s-]/g, ''), password);
      go('/luring?baru=1', true);
    } catch (thrown) {
      if (thrown instanceof Refused) setRefusal(thrown.message);
      else if (thrown instanceof NoAnswer) setRefusal(t.umum.tanpaJawaban);
      else throw thrown;
    } finally {
      setBusy(false);
    }
  }

  const field = ['', 'identitas', 'kode', 'sandi-baru'][step] ?? '';
  return (
    <Page
      title={l.aktivasi.judul}
      layout="sempit"
      above={l.aktivasi.langkah(step)}
      faulty={Boolean(error || refusal)}
      back={{ href: '/masuk', label: l.aktivasi.sudahPunya }}
    >
      <ErrorSummary errors={{ [field]: error }} />
      {refusal && (
        <Banner tone="galat">
          <p>{refusal}</p>
        </Banner>
      )}
      <form class="bagian kartu formulir" onSubmit={submit} noValidate>
        {step === 1 && (
          <TextField
            id="identitas"
            label={l.aktivasi.nip}
            hint={l.aktivasi.nipPetunjuk}
            value={identifier}
            onInput={setIdentifier}
            autocomplete="username"
            error={error}
          />
        )}
        {step === 2 && (
          <TextField
            id="kode"
            label={l.aktivasi.kode}
            hint={l.aktivasi.kodePetunjuk}
            value={code}
            onInput={setCode}
            autocomplete="one-time-code"
            capitalize="characters"
            error={error}
          />
        )}
        {step === 3 && (
          <PasswordField
            id="sandi-baru"
            label={l.aktivasi.sandi}
            hint={l.aktivasi.sandiPetunjuk}
            value={password}
            onInput={setPassword}
            autocomplete="new-password"
            error={error}
          />
        )}
        <Buttons stack>
          <Button type="submit" kind="utama" busy={busy}>
            {step < LAST ? l.aktivasi.lanjut : l.aktivasi.aktifkan}
          </Button>
          {step > 1 && <Button onClick={() => setStep(step - 1)}>{t.umum.kembali}</Button>}
        </Buttons>
      </form>
    </Page>
  );
}
