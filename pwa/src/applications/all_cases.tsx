/** `/verifikasi/semua`: every case of a service where one works, page by page from the server: more than a phone holds. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask } from '../graphql';
import { now, records, working } from '../identity/session';
import { t } from '../strings/id';
import { k } from '../strings/id_usul_meja';
import { Button } from '../ui/button';
import { Banner, Empty, Loading } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { dateTime, dayOf } from '../ui/format';
import { Icon } from '../ui/icons';
import { faultText } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { DeskNav } from './desk_nav';
import { pagesOf } from './pages';
import { periodName } from './period_name';
import { periodsAround } from './periods';
import { partsOf, stateName, statesOf } from './states';
import { KIND, type ServiceBody } from './types';

interface Listed {
  id: string;
  subjectName: string;
  unitName: string;
  period: string;
  state: string;
  stateName: string;
  submittedAt: string | null;
  claimedByName: string;
}
interface Listing {
  applications: { rows: Listed[]; cursor: string };
}

const LIST = `query($code: String!, $state: String!, $period: String!, $search: String!, $after: String!) {
  applications(code: $code, state: $state, period: $period, search: $search, after: $after) {
    rows { id subjectName unitName period state stateName submittedAt claimedByName } cursor } }`;

function Row({ row }: { row: Listed }): JSX.Element {
  return (
    <li>
      <a class="kartu-tautan" href={`/verifikasi/${row.id}`}>
        <span class="isi">
          <span class="utama-teks">{row.subjectName}</span>
          <span class="petunjuk">
            {[row.unitName, row.period && periodName(row.period), row.submittedAt && k.semua.dikirim(dateTime(row.submittedAt)), row.claimedByName].filter(Boolean).join(', ')}
          </span>
          <span class="petunjuk">{row.stateName}</span>
        </span>
        <Icon name="panah" />
      </a>
    </li>
  );
}

interface Asked {
  code: string;
  state: string;
  period: string;
  search: string;
}

export function AllCases(): JSX.Element {
  const held = records<ServiceBody>(KIND.service).value;
  const role = working.value?.role ?? '';
  const services = (held ?? []).map(({ body }) => body).filter(({ current, definition }) => current && partsOf(definition, [role]).size);
  const [asked, setAsked] = useState<Asked>({ code: '', state: '', period: '', search: '' });
  const [word, setWord] = useState('');
  const pages = useMemo(() => pagesOf<Asked, Listed>(async (question, after) => (await ask<Listing>(LIST, { ...question, after })).applications, faultText), []);
  const { rows, cursor, fault, busy } = pages.shown.value;
  const service = services.find(({ code }) => code === asked.code) ?? services[0];
  const wanted: Asked = { ...asked, code: service?.code ?? '' };

  useEffect(() => {
    if (wanted.code) void pages.ask(wanted);
  }, [wanted.code, asked.state, asked.period, asked.search]);

  if (held !== null && !services.length) return <OtherRole />;
  const set = (change: Partial<Asked>) => setAsked({ ...wanted, ...change });
  const { definition } = service ?? {};
  return (
    <Page title={k.semua.judul} layout="lebar">
      <DeskNav />
      <form
        class="saringan-usul"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const search = word.trim();
          // The same word once more asks once more: the answer before may be a fault, or old.
          if (search === asked.search && wanted.code) void pages.ask(wanted);
          else set({ search });
        }}
      >
        {services.length > 1 && <Select label={k.semua.layanan} options={services.map(({ code, title }) => ({ value: code, label: title }))} value={wanted.code} onChange={(code) => setAsked({ ...asked, code, state: '', period: '' })} />}
        {definition && <Select label={k.semua.tahap} options={statesOf(definition).map((state) => ({ value: state, label: stateName(definition, state) }))} value={asked.state} onChange={(state) => set({ state })} empty={k.semua.tiapTahap} />}
        {definition?.periods && <Select label={k.semua.periode} options={periodsAround(definition, dayOf(now.value)).map((code) => ({ value: code, label: periodName(code) }))} value={asked.period} onChange={(period) => set({ period })} empty={k.semua.tiapPeriode} />}
        <TextField type="search" inputmode="search" label={k.semua.nama} hint={k.semua.namaIsi} value={word} onInput={setWord} />
        <div class="tombol-kiri">
          <Button kind="utama" type="submit" icon="cari" busy={busy && rows !== null}>
            {k.semua.cari}
          </Button>
        </div>
      </form>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
          <div>
            <Button icon="segar" onClick={() => void pages.again()}>
              {t.umum.bukaLagi}
            </Button>
          </div>
        </Banner>
      )}
      <p role="status" class="petunjuk">
        {rows?.length ? k.semua.termuat(rows.length, Boolean(cursor)) : ''}
      </p>
      {rows === null ? (
        !fault && <Loading />
      ) : rows.length ? (
        <ul class="daftar">
          {rows.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      ) : (
        !fault && (
          <Empty>
            <p>{k.semua.kosong}</p>
          </Empty>
        )
      )}
      {cursor && (
        <div>
          <Button busy={busy} onClick={() => void pages.next()}>
            {k.semua.lagi}
          </Button>
        </div>
      )}
    </Page>
  );
}
