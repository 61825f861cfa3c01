/** `/verifikasi/rekap`, `/usul/rekap`, `/laporan/permohonan`: the report of a service over a period or a span of days. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { me, now, records, working } from '../identity/session';
import { k } from '../strings/id_usul_meja';
import { Empty, Loading } from '../ui/feedback';
import { Choice, ErrorText, Select, TextField } from '../ui/fields';
import { dayOf } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { Page } from '../ui/page';
import { DeskNav } from './desk_nav';
import { periodName } from './period_name';
import { periodsAround } from './periods';
import { partsOf } from './states';
import { KIND, type ServiceBody } from './types';
import './usul.css';

const SaveLink = lazyPart(() => import('./file_link').then((module) => module.SaveLink));

const OFFICE = ['verifikator', 'penerbit', 'pemantau'] as const;

/** The days of the last year up to today. */
function lastYear(today: string): string {
  const at = new Date(`${today}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - 364);
  return at.toISOString().slice(0, 10);
}

export function Recap(): JSX.Element {
  const held = records<ServiceBody>(KIND.service).value;
  const roles = (me.value?.grants ?? []).map(({ role }) => role);
  const services = (held ?? []).map(({ body }) => body).filter(({ current, definition }) => current && partsOf(definition, roles).size);
  const today = dayOf(now.value);
  const [code, setCode] = useState('');
  const [by, setBy] = useState('');
  const [period, setPeriod] = useState('');
  const [first, setFirst] = useState(lastYear(today));
  const [last, setLast] = useState(today);
  const service = services.find((one) => one.code === code) ?? services[0];
  const periods = service ? periodsAround(service.definition, today) : [];
  const byPeriod = periods.length > 0 && by !== 'tanggal';
  const chosen = period && periods.includes(period) ? period : (periods.find((one) => one <= today.slice(0, 7)) ?? periods[0] ?? '');
  const wrong = !byPeriod && (!first || !last || last < first);
  const query = byPeriod ? `periode=${chosen}` : `dari=${first}&sampai=${last}`;
  const office = service && OFFICE.some((part) => partsOf(service.definition, roles).has(part));
  return (
    <Page title={k.rekap.judul} layout="lebar" back={working.value?.role === 'OPD' ? { href: '/usul', label: k.masukan.kembali } : undefined}>
      <DeskNav />
      {held === null ? (
        <Loading />
      ) : !service ? (
        <Empty>
          <p>{k.rekap.kosong}</p>
        </Empty>
      ) : (
        <section class="kartu bagian" aria-label={k.rekap.judul}>
          <p class="petunjuk">{[k.rekap.isi, office && k.rekap.petugas].filter(Boolean).join(' ')}</p>
          {services.length > 1 && <Select label={k.rekap.layanan} options={services.map((one) => ({ value: one.code, label: one.title }))} value={service.code} onChange={setCode} />}
          {periods.length > 0 && (
            <Choice
              label={k.rekap.menurut}
              options={[
                { value: 'periode', label: k.rekap.periode },
                { value: 'tanggal', label: k.rekap.tanggal },
              ]}
              value={byPeriod ? 'periode' : 'tanggal'}
              onChange={setBy}
            />
          )}
          {byPeriod ? (
            <Select label={k.rekap.periode} options={periods.map((one) => ({ value: one, label: periodName(one) }))} value={chosen} onChange={setPeriod} />
          ) : (
            <div class="saringan-usul">
              <TextField type="date" label={k.rekap.dari} value={first} onInput={setFirst} />
              <TextField type="date" label={k.rekap.sampai} value={last} onInput={setLast} />
            </div>
          )}
          <ErrorText text={wrong ? k.rekap.terbalik : undefined} />
          {!wrong && (
            <div class="tombol-kiri">
              {(['xlsx', 'pdf'] as const).map((kind) => (
                <SaveLink
                  key={kind}
                  {...(kind === 'xlsx' && { kind: 'utama' })}
                  href={`/unduh/permohonan/${service.code}/${kind}?${query}`}
                  name={`rekap.${kind}`}
                  unreached={k.rekap.perluSinyal}
                >
                  {k.rekap[kind]}
                </SaveLink>
              ))}
            </div>
          )}
          <p class="petunjuk">{k.rekap.sinyal}</p>
        </section>
      )}
    </Page>
  );
}
