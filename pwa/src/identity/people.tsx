/** People of the agency for the HR admin: search, and an activation code to hand over. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, LinkButton } from '../ui/button';
import { Badge, Banner, Dialog, Empty, Stepped } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { faultText } from '../ui/online';
import { Page } from '../ui/page';
import { isHrAdmin } from './roles';
import { working } from './session';

interface Person {
  id: string;
  name: string;
  nipMasked: string | null;
  unitName: string | null;
  position: string | null;
  status: string;
  incomplete: boolean | string[];
}

const SEARCH = `query($search: String!) { people(search: $search, first: 100) { id name nipMasked unitName position status incomplete } }`;
const ISSUE = `mutation($person: ID!) { issueActivation(person: $person) { code expiresAt } }`;
const MIN_SEARCH = 3;

function Code({
  person,
  code,
  expiresAt,
  onClose,
}: {
  person: Person;
  code: string;
  expiresAt: string;
  onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={l.pegawai.kode} onClose={onClose}>
      <p>{l.pegawai.kodeIsi(person.name)}</p>
      <p class="kode-besar">{code.replace(/^(.{4})(.{4})$/, '$1-$2')}</p>
      <p class="petunjuk">{l.pegawai.berlaku(dateTime(expiresAt))}</p>
    </Dialog>
  );
}

function Row({ person }: { person: Person }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const [issued, setIssued] = useState<{ code: string; expiresAt: string } | null>(null);
  const incomplete = Array.isArray(person.incomplete) ? person.incomplete.length > 0 : person.incomplete;
  async function issue(): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      setIssued(
        (await ask<{ issueActivation: { code: string; expiresAt: string } }>(ISSUE, { person: person.id }))
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
        <span class="petunjuk">{[person.nipMasked, person.position, person.unitName].filter(Boolean).join(', ')}</span>
        {incomplete && (
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
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  if (!isHrAdmin(working.value)) {
    return (
      <Page title={t.umum.perluPeran}>
        <p>{t.umum.perluPeranIsi}</p>
      </Page>
    );
  }
  async function search(event: Event): Promise<void> {
    event.preventDefault();
    setError(word.trim().length < MIN_SEARCH ? l.pegawai.petunjuk : undefined);
    if (word.trim().length < MIN_SEARCH) return;
    setBusy(true);
    setFault('');
    try {
      setList((await ask<{ people: Person[] }>(SEARCH, { search: word.trim() })).people);
      setAsked(word.trim());
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Page title={l.pegawai.judul} layout="lebar">
      <form class="bagian" role="search" noValidate onSubmit={(event) => void search(event)}>
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
          <h2>{l.pegawai.hasil(list.length)}</h2>
          <Stepped items={list} render={(person) => <Row key={person.id} person={person} />} />
        </section>
      )}
    </Page>
  );
}
