/** People of the agency for the HR admin: search, and an activation code to hand over. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, LinkButton } from '../ui/button';
import { Badge, Banner, Dialog, Empty } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { dateTime, nip } from '../ui/format';
import { faultText } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { isHrAdmin } from './roles';
import { working } from './session';

interface Person {
  id: string;
  name: string;
  nip: string | null;
  staffCode: string | null;
  unitName: string;
  position: string | null;
  status: string;
  /** Names of required fields that are empty. */
  incomplete: string[];
}

interface Found {
  rows: Person[];
  cursor: string | null;
}

const SEARCH = `query($search: String!, $after: String) { people(search: $search, after: $after) {
  rows { id name nip staffCode unitName position status incomplete } cursor } }`;
const ISSUE = `mutation($person: ID!) { issueActivation(person: $person) { code expires } }`;
const MIN_SEARCH = 3;

function Code({
  person,
  code,
  expires,
  onClose,
}: {
  person: Person;
  code: string;
  expires: string;
  onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={l.pegawai.kode} onClose={onClose}>
      <p>{l.pegawai.kodeIsi(person.name)}</p>
      <p class="kode-besar">{code.replace(/^(.{4})(.{4})$/, '$1-$2')}</p>
      <p class="petunjuk">{l.pegawai.berlaku(dateTime(expires))}</p>
    </Dialog>
  );
}

function Row({ person }: { person: Person }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const [issued, setIssued] = useState<{ code: string; expires: string } | null>(null);
  async function issue(): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      setIssued(
        (await ask<{ issueActivation: { code: string; expires: string } }>(ISSUE, { person: person.id }))
          .issueActivation,
      );
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <li class="kartu-tautan orang">
      <span class="isi">
        <strong>{person.name}</strong>
        <span class="petunjuk">
          {[person.nip ? nip(person.nip) : person.staffCode, person.position, person.unitName].filter(Boolean).join(', ')}
        </span>
        {person.incomplete.length > 0 && (
          <Badge tone="tunggu" icon="seru">
            {l.pegawai.belumLengkap}
          </Badge>
        )}
        {fault && <span class="salah">{fault}</span>}
      </span>
      <Button busy={busy} about={person.name} onClick={() => void issue()}>
        {l.pegawai.buatKode}
      </Button>
      {issued && <Code person={person} {...issued} onClose={() => setIssued(null)} />}
    </li>
  );
}

export function People(): JSX.Element {
  const [word, setWord] = useState('');
  const [asked, setAsked] = useState('');
  const [list, setList] = useState<Person[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  if (!isHrAdmin(working.value)) return <OtherRole />;
  /** A page of people: the first for a new word, or the one after the cursor. */
  async function fetchPage(search: string, after: string | null): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      const { people } = await ask<{ people: Found }>(SEARCH, { search, after });
      setList(after ? [...(list ?? []), ...people.rows] : people.rows);
      setCursor(people.cursor);
      setAsked(search);
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  function submit(event: Event): void {
    event.preventDefault();
    const short = word.trim().length < MIN_SEARCH;
    setError(short ? l.pegawai.petunjuk : undefined);
    if (!short) void fetchPage(word.trim(), null);
  }
  return (
    <Page title={l.pegawai.judul} layout="lebar">
      <form class="bagian" role="search" noValidate onSubmit={submit}>
        <TextField
          type="search"
          label={l.pegawai.cari}
          hint={l.pegawai.petunjuk}
          value={word}
          onInput={setWord}
          error={error}
          inputmode="search"
        />
        <div class="tombol-baris">
          <Button type="submit" kind="utama" icon="cari" busy={busy}>
            {l.pegawai.tombol}
          </Button>
          <LinkButton href="/kelola/impor" icon="unduh">
            {l.pegawai.keImpor}
          </LinkButton>
        </div>
      </form>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      {list && !list.length && (
        <Empty>
          <p role="status">{l.pegawai.kosong(asked)}</p>
        </Empty>
      )}
      {list && list.length > 0 && (
        <section class="bagian">
          <h2>{l.pegawai.hasil(list.length, Boolean(cursor))}</h2>
          <ul class="daftar">
            {list.map((person) => (
              <Row key={person.id} person={person} />
            ))}
          </ul>
          {cursor && (
            <Button busy={busy} onClick={() => void fetchPage(asked, cursor)}>
              {t.umum.lagi}
            </Button>
          )}
        </section>
      )}
    </Page>
  );
}
