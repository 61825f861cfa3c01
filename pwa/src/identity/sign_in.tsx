/** Signing in: NIP, staff code or e-mail and the password; an agency chooser only when the server asks for it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { NoAnswer, Refused } from '../graphql';
import { go, place } from '../router';
import { t } from '../strings/id';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Choice, ErrorSummary, PasswordField, TextField, type Option } from '../ui/fields';
import { Icon, Mark } from '../ui/icons';
import { Page } from '../ui/page';
import type { Employee } from './kinds';
import { me, records, signIn, stage, status } from './session';

interface Agency {
  code: string;
  name: string;
}

/** Only digits and what people put between them: then it is meant as a NIP and must have 18 of them. */
export function nipFault(identifier: string): string | undefined {
  const digits = identifier.replace(/[\s.'-]/g, '');
  return /^\d+$/.test(digits) && digits.length !== 18 ? t.masuk.nipPanjang(digits.length) : undefined;
}

/** The path to return to, if it is one of ours. */
function target(): string {
  const to = place.value.query.get('ke') ?? '';
  return /^\/(?!\/)/.test(to) ? to : '/beranda';
}

function Welcome(): JSX.Element {
  const link = status.value?.link;
  if (stage.value === 'sealed')
    return (
      <Banner tone="tunggu" icon="kunci">
        <p>{t.masuk.terkunci}</p>
      </Banner>
    );
  if (link === 'signed_out')
    return (
      <Banner tone="tunggu" icon="kunci">
        <p>{t.masuk.lagi}</p>
      </Banner>
    );
  if (link === 'other_account')
    return (
      <Banner tone="tunggu" icon="kunci">
        <p>{t.masuk.bedaOrang}</p>
      </Banner>
    );
  return (
    <div class="sambutan">
      <Mark />
      <div>
        <p class="semboyan">{t.masuk.ajakan}</p>
        <p class="petunjuk">{t.masuk.ajakanIsi}</p>
      </div>
    </div>
  );
}

/** Browsers inside other apps lose their storage; said before any field. */
function InAppBrowser(): JSX.Element | null {
  const agent = navigator.userAgent;
  if (!/FBAN|FBAV|Instagram|Line\/|; wv\)/.test(agent)) return null;
  const chrome = `intent://${location.host}${location.pathname}#Intent;scheme=https;package=com.android.chrome;end`;
  return (
    <Banner tone="tunggu">
      <p>{t.masuk.dalamAplikasi}</p>
      {/Android/.test(agent) && (
        <a href={chrome} target="_blank" rel="noopener">
          {t.masuk.bukaChrome}
        </a>
      )}
    </Banner>
  );
}

export function SignIn(): JSX.Element {
  // An ended session is still this person's: the number is known and need not be typed again.
  const own = records<Employee>('employee').value?.find(({ id }) => id === me.value?.account)?.body;
  const [typed, setIdentifier] = useState<string | null>(null);
  const expired = status.value?.link === 'signed_out' || status.value?.link === 'other_account';
  const identifier = typed ?? own?.nip ?? '';
  const [password, setPassword] = useState('');
  const [agencies, setAgencies] = useState<Agency[] | null>(null);
  const [agency, setAgency] = useState('');
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const [refusal, setRefusal] = useState('');

  useEffect(() => {
    if (stage.value === 'open' && me.value && !expired) go(target(), true);
  }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const found = {
      identitas: identifier.trim() ? nipFault(identifier) : t.masuk.isiIdentitas,
      sandi: password ? undefined : t.masuk.isiSandi,
      instansi: agencies && !agency ? t.masuk.isiInstansi : undefined,
    };
    setErrors(found);
    setRefusal('');
    if (Object.values(found).some(Boolean) || busy) return;
    setBusy(true);
    try {
      await signIn(identifier.trim(), password, agency || null);
      // A store that does not open is told there, and its page goes on by itself.
      if (stage.value !== 'sealed') go(target(), true);
    } catch (fault) {
      if (fault instanceof Refused && fault.code === 'choose_agency')
        setAgencies((fault.extra.agencies as Agency[] | undefined) ?? []);
      else if (fault instanceof Refused) setRefusal(fault.message || t.masuk.tidakCocok);
      else if (fault instanceof NoAnswer) setRefusal(navigator.onLine ? t.umum.tanpaJawaban : t.masuk.perluSambungan);
      else throw fault;
    } finally {
      setBusy(false);
    }
  }

  const options: Option[] = (agencies ?? []).map(({ code, name }) => ({ value: code, label: name }));
  return (
    <Page title={t.masuk.judul} layout="sempit" faulty={Boolean(refusal) || Object.values(errors).some(Boolean)}>
      <InAppBrowser />
      <Welcome />
      <ErrorSummary errors={errors} />
      {refusal && (
        <Banner tone="galat">
          <p>{refusal}</p>
        </Banner>
      )}
      <form
        class="bagian kartu formulir"
        onSubmit={submit}
        // The known number comes out of the store a moment after the page: never into what somebody is typing by then.
        onFocusIn={({ target: met }) => (met as Element).id === 'identitas' && setIdentifier(identifier)}
        noValidate
      >
        <TextField
          id="identitas"
          label={t.masuk.identitas}
          value={identifier}
          onInput={setIdentifier}
          autocomplete="username"
          error={errors.identitas}
        />
        <PasswordField
          id="sandi"
          label={t.masuk.sandi}
          value={password}
          onInput={setPassword}
          autocomplete="current-password"
          error={errors.sandi}
        />
        {agencies && (
          <Choice
            id="instansi"
            label={t.masuk.instansi}
            hint={t.masuk.instansiIsi}
            options={options}
            value={agency}
            onChange={setAgency}
            error={errors.instansi}
          />
        )}
        <Button type="submit" kind="utama" busy={busy}>
          {t.masuk.tombol}
        </Button>
      </form>
      <ul class="daftar">
        <li>
          <a class="kartu-tautan" href="/aktivasi">
            <span class="isi">{t.masuk.aktivasi}</span>
            <Icon name="panah" />
          </a>
        </li>
        <li>
          <a class="kartu-tautan" href="/parpol/daftar">
            <span class="isi">{t.masuk.daftar}</span>
            <Icon name="panah" />
          </a>
        </li>
        <li>
          <details>
            <summary class="kartu-tautan">
              <span class="isi">{t.masuk.lupa}</span>
              <Icon name="panah" class="panah" />
            </summary>
            <p class="dalam-rincian">{t.masuk.lupaIsi}</p>
          </details>
        </li>
      </ul>
    </Page>
  );
}
