/** Turns of duty at the sites of a coordinator: entered for the days ahead, taken back when somebody is away. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { zoneOffset } from '../forms/office_hours';
import { ask } from '../graphql';
import { entersShifts } from '../identity/roles';
import { mutate, now, records, working } from '../identity/session';
import { useSave } from '../outbox/save';
import { meja } from '../strings/id_loket';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { Banner, Empty } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import type { ShiftBody } from './kiosk_kinds';
import type { Site } from './kiosks';

const SITES = '{ kioskSites { id code name zone } }';
const OFFICERS = 'query($site: ID!) { siteOfficers(site: $site) { id name } }';
const DAY = 86_400_000;
const s = meja.giliran;

interface Officer {
  id: string;
  name: string;
}

/** The instants of a turn that was typed in the zone of its site; the end is on the next day if it is not after the start. */
export function turnOf(zone: string, date: string, from: string, to: string): { start: string; end: string } | null {
  const start = Date.parse(`${date}T${from}:00Z`) - zoneOffset(zone);
  let end = Date.parse(`${date}T${to}:00Z`) - zoneOffset(zone);
  if (Number.isNaN(start) || Number.isNaN(end)) return null;
  if (end <= start) end += DAY;
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

function Enter({ site }: { site: Site }): JSX.Element {
  const list = useOnline(() => ask<{ siteOfficers: Officer[] }>(OFFICERS, { site: site.id }), site.id);
  const [person, setPerson] = useState('');
  const [date, setDate] = useState(() => new Date(now.value + zoneOffset(site.zone)).toISOString().slice(0, 10));
  const [from, setFrom] = useState('08:00');
  const [to, setTo] = useState('16:00');
  const [tried, setTried] = useState(false);
  const { busy, fault, save } = useSave();
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setTried(true);
    const turn = turnOf(site.zone, date, from, to);
    if (!person || !turn) return;
    const args = { site: site.id, person, ...turn };
    if (await save(() => mutate({ kind: 'shift.enter', args, ...(working.value && { as: working.value.id }) }))) {
      setTried(false);
      setPerson('');
      tell(s.tersimpan);
    }
  }
  return (
    <form class="bagian kartu" noValidate onSubmit={(event) => void submit(event)}>
      <h2>{s.tambah}</h2>
      {fault && (
        <Banner tone="galat">
          <p>{s.belumTersimpan}</p>
        </Banner>
      )}
      <OnlineState of={list} />
      <Select
        label={s.petugas}
        empty={s.pilihPetugas}
        options={(list.data?.siteOfficers ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={person}
        onChange={setPerson}
        error={tried && !person ? s.isiPetugas : undefined}
      />
      <TextField type="date" label={s.tanggal} value={date} onInput={setDate} error={tried && !date ? s.isiTanggal : undefined} />
      <TextField type="time" label={`${s.mulai} (${site.zone})`} value={from} onInput={setFrom} error={tried && !from ? s.isiJam : undefined} />
      <TextField
        type="time"
        label={`${s.selesai} (${site.zone})`}
        hint={s.selesaiPetunjuk}
        value={to}
        onInput={setTo}
        error={tried && !to ? s.isiJam : undefined}
      />
      <div>
        <Button type="submit" kind="utama" icon="simpan" busy={busy}>
          {s.simpan}
        </Button>
      </div>
    </form>
  );
}

function Row({ view, names }: { view: RecordView<ShiftBody>; names: Map<string, string> }): JSX.Element {
  const { busy, fault, save } = useSave();
  const { body } = view;
  const name = body.name || names.get(body.person) || '';
  return (
    <li class="kartu-tautan orang">
      <span class="isi">
        <strong>{name}</strong>
        <span class="petunjuk">
          {body.end ? s.rentang(dateTime(body.start), dateTime(body.end)) : s.berjalan(dateTime(body.start))}
          {body.source === 'kiosk' && `, ${s.diTablet}`}
        </span>
        {fault && <span class="salah">{s.belumTersimpan}</span>}
      </span>
      <Button
        busy={busy}
        about={name}
        onClick={() =>
          void save(() => mutate({ kind: 'shift.cancel', record: view.id, args: {}, ...(working.value && { as: working.value.id }) }))
        }
      >
        {s.hapus}
      </Button>
    </li>
  );
}

export function Shifts(): JSX.Element {
  const sites = useOnline(() => ask<{ kioskSites: Site[] }>(SITES), '');
  const [chosen, setChosen] = useState('');
  const all = records<ShiftBody>('shift').value;
  if (!entersShifts(working.value)) return <OtherRole />;
  const known = sites.data?.kioskSites ?? [];
  const site = known.find(({ id }) => id === chosen) ?? known[0];
  const ahead = (all ?? [])
    .filter(({ body }) => body.site === site?.id && (!body.end || Date.parse(body.end) > now.value))
    .sort((a, b) => a.body.start.localeCompare(b.body.start));
  const names = new Map((all ?? []).map(({ body }) => [body.person, body.name]));
  return (
    <Page title={s.judul} below={<p class="petunjuk">{s.pengantar}</p>}>
      <OnlineState of={sites} />
      {known.length > 1 && (
        <Select
          label={meja.tablet.lokasi}
          options={known.map(({ id, name }) => ({ value: id, label: name }))}
          value={site?.id ?? ''}
          onChange={setChosen}
        />
      )}
      {site && (
        <>
          <section class="bagian">
            <h2>{s.daftar}</h2>
            {ahead.length ? (
              <ul class="daftar">
                {ahead.map((view) => (
                  <Row key={view.id} view={view} names={names} />
                ))}
              </ul>
            ) : (
              <Empty>
                <p>{s.kosong}</p>
              </Empty>
            )}
          </section>
          <Enter key={site.id} site={site} />
        </>
      )}
    </Page>
  );
}
