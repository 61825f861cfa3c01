/** "/laporan/arsip": service documents of a range of dates (the head of the team), and yearly recaps (whoever leads). */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { seesDashboard } from '../identity/roles';
import { mutate, now, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { arsip } from '../strings/id_arsip';
import { evaluasi } from '../strings/id_evaluasi';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Table } from '../ui/charts';
import { Empty } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { dateTime, number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import type { Choices, ServiceDocument, ServiceRecap } from './types';
import { day, isoDay } from './words';

const CHOICES = '{ figureChoices }';
const RECAP = 'query($year: Int!) { serviceRecap(year: $year) }';
const YEARS = 5;

const options = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));
const isDay = (text: string): boolean => /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

function Draw({ choices }: { choices: Choices }): JSX.Element {
  const [range, setRange] = useState({ first: `${choices.today.slice(0, 8)}01`, last: choices.today });
  const [kind, setKind] = useState('');
  const [category, setCategory] = useState('');
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const saving = useSave();
  async function send(): Promise<void> {
    const wrong: Record<string, string> = {};
    const { first, last } = { first: range.first.trim(), last: range.last.trim() };
    if (!isDay(first)) wrong.first = arsip.tanggal;
    if (!isDay(last)) wrong.last = arsip.tanggal;
    else if (last < first) wrong.last = arsip.urutan;
    if (reason.trim().length < 5) wrong.reason = arsip.isiAlasan;
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    const as = working.value?.id;
    const args = { first, last, kind: kind || null, category: category || null, reason: reason.trim() };
    const work = () => mutate({ kind: 'evaluation.document', args, ...(as && { as }) });
    if (!(await saving.save(work))) return;
    setReason('');
    tell(arsip.tersimpan);
  }
  const field = (name: 'first' | 'last', label: string): JSX.Element => (
    <TextField
      label={label}
      hint={arsip.tanggal}
      value={range[name]}
      onInput={(value) => setRange({ ...range, [name]: value })}
      error={errors[name]}
    />
  );
  return (
    <section class="kartu">
      <div class="saringan-laporan">
        {field('first', arsip.dari)}
        {field('last', arsip.sampai)}
        <Select label={arsip.jenis} empty={arsip.semuaJenis} options={options(choices.kinds)} value={kind} onChange={setKind} />
        <Select
          label={arsip.topik}
          empty={arsip.semuaTopik}
          options={options(choices.categories)}
          value={category}
          onChange={setCategory}
        />
      </div>
      <TextField
        label={arsip.alasan}
        hint={arsip.alasanPetunjuk}
        value={reason}
        onInput={setReason}
        error={errors.reason}
        capitalize="sentences"
        required
      />
      <NotSaved fault={saving.fault} text={reason} />
      <Buttons>
        <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
          {arsip.susun}
        </Button>
      </Buttons>
    </section>
  );
}

function Documents({ choices }: { choices: Choices }): JSX.Element {
  const all = records<ServiceDocument>('service_document').value ?? [];
  const sorted = [...all].sort((a, b) => b.body.at.localeCompare(a.body.at));
  return (
    <section class="bagian">
      <h2>{arsip.dokumen}</h2>
      <p>{arsip.pengantar}</p>
      <Draw choices={choices} />
      {!sorted.length && (
        <Empty>
          <p>{arsip.kosong}</p>
        </Empty>
      )}
      <ul class="daftar">
        {sorted.map(({ id, body }) => {
          const name = arsip.baris(day(body.first), day(body.last));
          const chosen = [choices.kinds[body.kind ?? ''], choices.categories[body.category ?? '']].filter(Boolean);
          return (
            <li key={id} class="kartu">
              <strong>{[name, ...chosen].join(', ')}</strong>
              <p>{body.reason}</p>
              <p class="petunjuk">{arsip.rincian(number(body.n), body.name, dateTime(body.at))}</p>
              <Buttons>
                {(['pdf', 'xlsx'] as const).map((kind) => (
                  <a class="tombol" key={kind} href={`/unduh/dokumen/${id}/${kind}`} download>
                    <span>{kind === 'pdf' ? arsip.unduhPdf : arsip.unduhXlsx}</span>
                    <span class="sr"> {name}</span>
                  </a>
                ))}
              </Buttons>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Recap(): JSX.Element {
  const current = Number(isoDay(now.value).slice(0, 4));
  const years = Array.from({ length: YEARS }, (_, back) => String(current - back));
  const [year, setYear] = useState(String(current));
  const found = useOnline(
    () => ask<{ serviceRecap: ServiceRecap }>(RECAP, { year: Number(year) }).then(({ serviceRecap }) => serviceRecap),
    year,
  );
  const { data } = found;
  const people = [arsip.jumlah, arsip.lebih50, arsip.lahirTakTahu, arsip.bertanya];
  return (
    <section class="bagian">
      <h2>{arsip.rekap}</h2>
      <Select label={arsip.tahun} options={years.map((one) => ({ value: one, label: one }))} value={year} onChange={setYear} />
      <OnlineState of={found} />
      {data && (
        <>
          {data.visitors.length ? (
            <Table
              caption={arsip.tamu(year)}
              head={[arsip.keperluan, arsip.jumlah]}
              rows={data.visitors.map((one) => [one.label, number(one.total)])}
              file={`tamu-${year}`}
            />
          ) : (
            <p>{arsip.belum}</p>
          )}
          {([['kinds', arsip.jenisPegawai, arsip.jenis], ['kecamatan', arsip.kecamatan, 'Kecamatan']] as const).map(
            ([key, caption, name]) => (
              <Table
                key={key}
                caption={caption}
                head={[name, ...people]}
                rows={data[key].map((one) => [one.label, number(one.total), number(one.older), number(one.unknown), number(one.asked)])}
                file={`pegawai-${key}-${year}`}
                fold="named"
              />
            ),
          )}
          <Buttons>
            <a class="tombol" href={`/unduh/rekap/${year}`} download>
              <span>{arsip.unduhRekap}</span>
            </a>
          </Buttons>
        </>
      )}
    </section>
  );
}

export function Archive(): JSX.Element {
  const choices = useOnline(() => ask<{ figureChoices: Choices }>(CHOICES).then(({ figureChoices }) => figureChoices), '');
  if (!seesDashboard(working.value)) return <OtherRole />;
  return (
    <Page title={arsip.judul} layout="lebar" back={{ href: '/laporan/pertanyaan', label: evaluasi.laporan.judul }}>
      <OnlineState of={choices} />
      {choices.data && working.value?.role === 'KTM' && <Documents choices={choices.data} />}
      <Recap />
    </Page>
  );
}
