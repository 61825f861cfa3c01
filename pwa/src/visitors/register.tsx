/** The guest register: who comes to the counter today, and a short form that also works without signal. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { zoneOffset } from '../forms/office_hours';
import { keepsRegister } from '../identity/roles';
import { me, mutate, now, records, working } from '../identity/session';
import { loadUnits, units } from '../identity/units';
import { NotSaved, useSave } from '../outbox/save';
import { tamu as s } from '../strings/id_tamu';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Empty } from '../ui/feedback';
import { Choice, ErrorSummary, Select, TextField } from '../ui/fields';
import { time } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import type { Departure, Visit } from './kinds';

interface Entry {
  name: string;
  origin: string;
  phone: string;
  purpose: string;
  age: string;
  kecamatan: string;
  servedBy: string;
}

const DRAFT = 'guest';
const EMPTY: Entry = { name: '', origin: '', phone: '', purpose: '', age: '', kecamatan: '', servedBy: '' };
const AGES = ['17-25', '26-35', '36-45', '46-55', '56+'];
const DAY = 86_400_000;
const ODD_PHONE = /[^+\d .()-]/;

const as = (): { as: string } | Record<string, never> => (working.value ? { as: working.value.id } : {});

function Arrival(): JSX.Element | null {
  const field = useDraft<Entry>(DRAFT, EMPTY, (one) => !(one.name + one.origin + one.phone).trim());
  const [tried, setTried] = useState(false);
  const saving = useSave();
  useEffect(loadUnits, []);
  const entry = field.value;
  if (!entry) return null;
  const set = (change: Partial<Entry>): void => field.set({ ...entry, ...change });
  const faults = {
    'tamu-nama': entry.name.trim() ? undefined : s.isiNama,
    'tamu-keperluan': entry.purpose ? undefined : s.isiKeperluan,
    'tamu-telepon': ODD_PHONE.test(entry.phone) ? s.isiTelepon : undefined,
  };
  const shown: Partial<typeof faults> = tried ? faults : {};
  async function send(): Promise<void> {
    if (!entry) return;
    setTried(true);
    if (Object.values(faults).some(Boolean)) return;
    const name = entry.name.trim();
    const args = {
      ...entry, name, origin: entry.origin.trim(), phone: entry.phone.trim(), servedBy: entry.servedBy.trim(),
      age: entry.age || null, kecamatan: entry.kecamatan || null,
    };
    if (!(await field.become(() => saving.save(() => mutate({ kind: 'visit.arrive', args, draft: DRAFT, ...as() }))))) return;
    setTried(false);
    tell(s.tersimpan(name));
    document.getElementById('tamu-nama')?.focus();
  }
  const places = units.value.filter(({ name }) => name.startsWith('Kecamatan ')).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <form
      class="kartu bagian"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>{s.baru}</h2>
      <ErrorSummary errors={shown} />
      <NotSaved fault={saving.fault} text={entry.name} onRetry={() => void send()} />
      <TextField id="tamu-nama" label={s.nama} required capitalize="sentences" value={entry.name} error={shown['tamu-nama']} onInput={(name) => set({ name })} />
      <TextField label={s.asal} capitalize="sentences" value={entry.origin} onInput={(origin) => set({ origin })} />
      <TextField id="tamu-telepon" label={s.telepon} hint={s.boleh} type="tel" inputmode="tel" value={entry.phone} error={shown['tamu-telepon']} onInput={(phone) => set({ phone })} />
      <Choice
        id="tamu-keperluan"
        label={s.keperluan}
        options={Object.entries(s.keperluanPilihan).map(([value, label]) => ({ value, label }))}
        value={entry.purpose}
        error={shown['tamu-keperluan']}
        onChange={(purpose) => set({ purpose })}
      />
      <Select label={s.umur} empty="" options={AGES.map((value) => ({ value, label: value }))} value={entry.age} onChange={(age) => set({ age })} />
      {places.length > 0 && (
        <PickOne label={s.kecamatan} empty="" options={places} value={entry.kecamatan} onChange={(kecamatan) => set({ kecamatan })} />
      )}
      <TextField label={s.dilayani} hint={s.dilayaniPetunjuk} capitalize="sentences" value={entry.servedBy} onInput={(servedBy) => set({ servedBy })} />
      <Buttons>
        <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
          {s.simpan}
        </Button>
      </Buttons>
    </form>
  );
}

function Guest({ view, left }: { view: RecordView<Visit>; left: string | undefined }): JSX.Element {
  const saving = useSave();
  const { body } = view;
  const leave = () => mutate({ kind: 'visit.depart', args: { visit: view.id }, ...as() });
  return (
    <li class="kartu-tautan orang">
      <span class="isi">
        <strong>{body.name}</strong>
        <span class="petunjuk">
          {[s.keperluanPilihan[body.purpose], body.origin, s.datang(time(Date.parse(body.at))), left && s.pulangPada(time(Date.parse(left)))]
            .filter(Boolean)
            .join(', ')}
        </span>
        <NotSaved fault={saving.fault} text={body.name} />
      </span>
      <span class="tombol-baris">
        <LinkButton href={`/catat?kunjungan=${view.id}`}>
          {s.catat}
          <span class="sr"> {body.name}</span>
        </LinkButton>
        {!left && (
          <Button busy={saving.busy} about={body.name} onClick={() => void saving.save(leave).then((ok) => ok && tell(s.dicatatPulang))}>
            {s.pulang}
          </Button>
        )}
      </span>
    </li>
  );
}

export function GuestRegister(): JSX.Element {
  const visits = records<Visit>('guest_visit').value ?? [];
  const departures = records<Departure>('guest_departure').value ?? [];
  if (!keepsRegister(working.value)) return <OtherRole />;
  const offset = zoneOffset(me.value?.agency.zone ?? 'WIB');
  const day = (at: number): number => Math.floor((at + offset) / DAY);
  const today = visits
    .filter(({ body }) => day(Date.parse(body.at)) === day(now.value))
    .sort((a, b) => b.body.at.localeCompare(a.body.at));
  const left = new Map<string, string>();
  for (const { body } of departures) {
    const known = left.get(body.visit);
    if (!known || body.at < known) left.set(body.visit, body.at);
  }
  return (
    <Page title={s.judul} below={<p class="petunjuk">{s.pengantar}</p>}>
      <Arrival />
      <section class="bagian" aria-labelledby="tamu-hari-ini">
        <h2 id="tamu-hari-ini">{s.hariIni(today.length)}</h2>
        {today.length ? (
          <ul class="daftar">
            {today.map((view) => (
              <Guest key={view.id} view={view} left={left.get(view.id)} />
            ))}
          </ul>
        ) : (
          <Empty>
            <p>{s.kosong}</p>
          </Empty>
        )}
      </section>
    </Page>
  );
}
