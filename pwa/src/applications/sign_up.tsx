/** `/parpol/daftar`: an officer of a party opens an account. What waits for approval is said at once. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, ask } from '../graphql';
import { y } from '../strings/id_layanan';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorSummary, PasswordField, TextField } from '../ui/fields';
import { faultText } from '../ui/online';
import { Page } from '../ui/page';

const EMPTY = { party: '', name: '', position: '', email: '', phone: '', password: '', agency: '' };
type Typed = typeof EMPTY;

/** What was typed outlives a reload of this tab, the password never. */
const KEPT = 'sambung.daftar';
function kept(): Typed {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Partial<Typed>) };
  } catch {
    return EMPTY;
  }
}
function keep(typed: Typed | null): void {
  try {
    if (typed) sessionStorage.setItem(KEPT, JSON.stringify({ ...typed, password: '' }));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // A browser that keeps nothing for this tab: the form works all the same.
  }
}

const SIGN_UP = `mutation($account: PartySignUpInput!) { partySignUp(account: $account) }`;
const PASSWORD_LEAST = 12;

const LABELS: [keyof Typed, string][] = [
  ['agency', y.parpol.instansi],
  ['party', y.parpol.partai],
  ['name', y.parpol.nama],
];

function faults(typed: Typed): Record<string, string | undefined> {
  const empty = LABELS.map(([key, label]) => [`daftar-${key}`, typed[key].trim() ? undefined : y.parpol.wajib(label)]);
  const reached = typed.email.trim() || typed.phone.trim();
  return { ...Object.fromEntries(empty), 'daftar-email': reached ? undefined : y.parpol.salahSatu, 'daftar-password': typed.password.length < PASSWORD_LEAST ? y.parpol.sandiIsi : undefined };
}

export function PartySignUp(): JSX.Element {
  const [typed, setTyped] = useState(kept);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const set = (key: keyof Typed) => (text: string) => {
    const next = { ...typed, [key]: text };
    setTyped(next);
    keep(next);
  };
  async function send(): Promise<void> {
    const wrong = faults(typed);
    setErrors(wrong);
    setFault('');
    if (Object.values(wrong).some(Boolean) || busy) return;
    setBusy(true);
    try {
      const { agency, party, name, position, email, phone, password } = typed;
      await ask(SIGN_UP, { account: { agency: agency.trim().toUpperCase(), party: party.trim(), name: name.trim(), position: position.trim(), email: email.trim(), phone: phone.trim(), password } }, '');
      keep(null);
      setDone(true);
    } catch (thrown) {
      // What the server says of single inputs stands at them too.
      const fields = thrown instanceof Refused ? (thrown.extra.fields as Record<string, string> | undefined) : undefined;
      if (fields) setErrors(Object.fromEntries(Object.entries(fields).map(([key, text]) => [`daftar-${key}`, text])));
      else setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  if (done)
    return (
      <Page title={y.parpol.terdaftar} layout="sempit">
        <p>{y.parpol.terdaftarIsi}</p>
        <div>
          <LinkButton href="/masuk" kind="utama">
            {y.parpol.masuk}
          </LinkButton>
        </div>
      </Page>
    );
  return (
    <Page title={y.parpol.judul} layout="sempit" faulty={Object.values(errors).some(Boolean)}>
      <p>{y.parpol.isi}</p>
      <form
        class="bagian"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <ErrorSummary errors={errors} />
        {fault && (
          <Banner tone="galat">
            <p>{fault}</p>
          </Banner>
        )}
        <TextField id="daftar-agency" label={y.parpol.instansi} hint={y.parpol.instansiIsi} value={typed.agency} onInput={set('agency')} error={errors['daftar-agency']} capitalize="characters" required />
        <TextField id="daftar-party" label={y.parpol.partai} hint={y.parpol.partaiContoh} value={typed.party} onInput={set('party')} error={errors['daftar-party']} autocomplete="organization" capitalize="sentences" required />
        <TextField id="daftar-name" label={y.parpol.nama} value={typed.name} onInput={set('name')} error={errors['daftar-name']} autocomplete="name" capitalize="sentences" required />
        <TextField id="daftar-position" label={y.parpol.jabatan} value={typed.position} onInput={set('position')} error={errors['daftar-position']} autocomplete="organization-title" capitalize="sentences" />
        <TextField id="daftar-email" type="email" label={y.parpol.email} hint={y.parpol.emailIsi} value={typed.email} onInput={set('email')} error={errors['daftar-email']} autocomplete="email" />
        <TextField id="daftar-phone" type="tel" inputmode="tel" label={y.parpol.hp} value={typed.phone} onInput={set('phone')} error={errors['daftar-phone']} autocomplete="tel" />
        <PasswordField id="daftar-password" label={y.parpol.sandi} hint={y.parpol.sandiIsi} value={typed.password} onInput={set('password')} error={errors['daftar-password']} autocomplete="new-password" />
        <Buttons stack>
          <Button kind="utama" type="submit" busy={busy}>
            {y.parpol.daftar}
          </Button>
        </Buttons>
      </form>
    </Page>
  );
}
