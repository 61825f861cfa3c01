/** `/permohonan/pengurus` and `/verifikasi/partai`: who acts for a party, and the way to one more officer. The account is
 * made on the server at once, so that its code can be handed over; what was typed waits here for a line. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { Refused, ask } from '../graphql';
import { client, me, records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { t } from '../strings/id';
import { p } from '../strings/id_partai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner, Dialog, Empty } from '../ui/feedback';
import { ErrorSummary, TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { faultText } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { DeskNav } from './desk_nav';
import { KIND, type PartyAccount } from './types';

const ADD = 'mutation($officer: PartyOfficerInput!) { addPartyOfficer(officer: $officer) { account code expires } }';
const ISSUE = 'mutation($person: ID!) { issueActivation(person: $person) { code expires } }';
const EMPTY = { name: '', position: '', email: '', phone: '' };
type Typed = typeof EMPTY;
type Account = RecordView<PartyAccount>;
interface Issued {
  code: string;
  expires: string;
  name: string;
  email: string;
  waits: boolean;
}

const isOffice = (): boolean => working.value?.role === 'SUP';

/** The code is shown once, with what to do with it. */
function Code({ issued, onClose }: { issued: Issued; onClose: () => void }): JSX.Element {
  const { code, expires, name, email, waits } = issued;
  return (
    <Dialog title={p.kode} onClose={onClose}>
      <p>{p.kodeIsi(name)}</p>
      <p class="kode-besar">{code}</p>
      <p>{p.kodeCara(email)}</p>
      {waits && <p>{p.kodeMenunggu}</p>}
      <p class="petunjuk">{p.kodeSampai(dateTime(expires))}</p>
      <Buttons stack>
        <Button icon="salin" onClick={() => void navigator.clipboard?.writeText(code).then(() => tell(p.tersalin), () => undefined)}>
          {p.salin}
        </Button>
        <Button kind="utama" onClick={onClose}>
          {p.tutup}
        </Button>
      </Buttons>
    </Dialog>
  );
}

const faultsOf = ({ name, email }: Typed): Partial<Record<keyof Typed, string>> => ({
  ...(!name.trim() && { name: p.wajib(p.nama) }),
  ...(!email.trim() && { email: p.wajib(p.email) }),
});

function Add({ party, about }: { party: string; about: string }): JSX.Element {
  const draft = useDraft<Typed>(`parpol:pengurus:${party}`, EMPTY, (typed) => !Object.values(typed).some((text) => text.trim()));
  const [open, setOpen] = useState(false);
  const [errors, setErrors] = useState<Partial<Record<keyof Typed, string>>>({});
  // Several of these forms can be open: the fields of each have names of their own.
  const id = (key: keyof Typed): string => `pengurus-${party}-${key}`;
  const [fault, setFault] = useState('');
  const [issued, setIssued] = useState<Issued | null>(null);
  const [busy, setBusy] = useState(false);
  /** A second press before the screen was drawn must not ask again: the code is told once. */
  const asking = useRef(false);
  const typed = draft.value ?? EMPTY;
  const set = (key: keyof Typed) => (text: string) => draft.set({ ...typed, [key]: text });
  async function send(): Promise<void> {
    const wrong = faultsOf(typed);
    setErrors(wrong);
    setFault('');
    if (asking.current || Object.keys(wrong).length) return;
    asking.current = true;
    setBusy(true);
    const said = Object.fromEntries(Object.entries(typed).map(([key, text]) => [key, text.trim()])) as Typed;
    try {
      const { addPartyOfficer: made } = await ask<{ addPartyOfficer: { code: string; expires: string } }>(ADD, { officer: { ...said, ...(isOffice() && { party }) } });
      setIssued({ ...made, name: said.name, email: said.email, waits: !isOffice() });
      setOpen(false);
      await draft.clear();
      client.value?.poke();
    } catch (thrown) {
      const fields = thrown instanceof Refused ? (thrown.extra.fields as Partial<Record<keyof Typed, string>> | undefined) : undefined;
      if (fields) setErrors(fields);
      else setFault(thrown instanceof Refused ? faultText(thrown) : p.sinyal);
    } finally {
      asking.current = false;
      setBusy(false);
    }
  }
  return (
    <>
      {open ? (
        <form
          class="bagian kartu"
          noValidate
          aria-label={p.tambahDi(about)}
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <p>
            <strong>{p.tambah}</strong>
          </p>
          <ErrorSummary errors={Object.fromEntries(Object.entries(errors).map(([key, text]) => [id(key as keyof Typed), text]))} />
          {fault && (
            <Banner tone="tunggu">
              <p>{fault}</p>
            </Banner>
          )}
          <TextField id={id('name')} label={p.nama} value={typed.name} onInput={set('name')} error={errors.name} capitalize="sentences" required />
          <TextField id={id('position')} label={p.jabatan} value={typed.position} onInput={set('position')} error={errors.position} capitalize="sentences" />
          <TextField id={id('email')} type="email" label={p.email} hint={p.emailIsi} value={typed.email} onInput={set('email')} error={errors.email} autocomplete="off" required />
          <TextField id={id('phone')} type="tel" inputmode="tel" label={p.telepon} value={typed.phone} onInput={set('phone')} error={errors.phone} autocomplete="off" />
          <Buttons stack>
            <Button kind="utama" type="submit" busy={busy}>
              {p.simpan}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </form>
      ) : (
        <div>
          <Button icon="tambah" about={about} onClick={() => setOpen(true)}>
            {p.tambah}
          </Button>
        </div>
      )}
      {issued && <Code issued={issued} onClose={() => setIssued(null)} />}
    </>
  );
}

function Officer({ view }: { view: Account }): JSX.Element {
  const { name, position, email, phone, approved, refused, reason } = view.body;
  const [issued, setIssued] = useState<Issued | null>(null);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  async function issue(): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      const { issueActivation: made } = await ask<{ issueActivation: { code: string; expires: string } }>(ISSUE, { person: view.id });
      setIssued({ ...made, name, email: email || phone, waits: !approved });
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <li class="kartu">
      <h3>{view.id === me.value?.account ? `${name} (${p.anda})` : name}</h3>
      <p class="petunjuk">{[position, email || phone].filter(Boolean).join(', ')}</p>
      <div class="lencana-baris">
        <Badge tone={refused ? 'galat' : approved ? 'sukses' : 'tunggu'} icon={refused ? 'seru' : approved ? 'centang' : 'jam'}>
          {refused ? p.ditolak : approved ? p.disetujui : p.menunggu}
        </Badge>
      </div>
      {refused && reason && <p class="kutip">{reason}</p>}
      {fault && <p class="salah">{fault}</p>}
      {isOffice() && !refused && (
        <div>
          <Button busy={busy} about={name} onClick={() => void issue()}>
            {p.kodeBaru}
          </Button>
        </div>
      )}
      {issued && <Code issued={issued} onClose={() => setIssued(null)} />}
    </li>
  );
}

const known = (a: Account, b: Account): number => Number(a.body.refused) - Number(b.body.refused) || (a.body.at < b.body.at ? -1 : 1);

function Officers({ list }: { list: readonly Account[] }): JSX.Element {
  return (
    <ul class="daftar">
      {[...list].sort(known).map((view) => (
        <Officer key={view.id} view={view} />
      ))}
    </ul>
  );
}

/** The party's own page. */
export function OwnOfficers(): JSX.Element {
  const all = records<PartyAccount>(KIND.party).value;
  const own = all?.find(({ id }) => id === me.value?.account)?.body;
  return (
    <Page title={p.judul} layout="lebar" back={{ href: '/permohonan', label: p.kembali }}>
      {!own ? (
        all === null || unread.value ? (
          <NotYet />
        ) : (
          <Empty>
            <p>{p.kosong}</p>
          </Empty>
        )
      ) : (
        <>
          <p>
            <strong>{own.partyName}</strong>
          </p>
          <p class="petunjuk">{p.isi}</p>
          <Officers list={all!.filter(({ body }) => body.party === own.party)} />
          {own.approved && !own.refused ? <Add party={own.party} about={own.partyName} /> : <p class="petunjuk">{p.belumBoleh}</p>}
          <p class="petunjuk">{p.kodeHilang}</p>
        </>
      )}
    </Page>
  );
}

/** Every party, for the office that approves them. */
export function Parties(): JSX.Element {
  const all = records<PartyAccount>(KIND.party).value;
  if (!isOffice()) return <OtherRole />;
  const spaces = new Map<string, Account[]>();
  for (const view of all ?? []) spaces.set(view.body.party, [...(spaces.get(view.body.party) ?? []), view]);
  const sorted = [...spaces].sort(([, a], [, b]) => (a[0]!.body.partyName < b[0]!.body.partyName ? -1 : 1));
  return (
    <Page title={p.singkat} layout="lebar">
      <DeskNav />
      <p class="petunjuk">{p.desk}</p>
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : sorted.length ? (
        sorted.map(([id, list]) => (
          <section key={id} class="bagian" aria-labelledby={`partai-${id}`}>
            <h2 id={`partai-${id}`}>{list[0]!.body.partyName}</h2>
            <Officers list={list} />
            <Add party={id} about={list[0]!.body.partyName} />
          </section>
        ))
      ) : (
        <Empty>
          <p>{p.kosong}</p>
        </Empty>
      )}
    </Page>
  );
}
