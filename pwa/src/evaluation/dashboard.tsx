/** "/dasbor": how the question service runs, for those who lead it. Every share beside its n; people are not ranked. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { isQuestionDesk, seesDashboard } from '../identity/roles';
import { working } from '../identity/session';
import { dasbor } from '../strings/id_dasbor';
import { Buttons, LinkButton } from '../ui/button';
import { Bars, Line as Curve, Table } from '../ui/charts';
import { Empty } from '../ui/feedback';
import { Select } from '../ui/fields';
import { minutes, number, time } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { comma, months, quarters } from '../ui/periods';
import type { Backlog, Choices, Figures, Lapse, Line } from './types';
import { day, lapse, share, shortDay } from './words';

const CHOICES = '{ figureChoices }';
const FIGURES = `query($period: String!, $unit: ID, $kind: String, $category: String) {
  questionFigures(period: $period, unit: $unit, kind: $kind, category: $category) }`;
const TOP = 8;
const { kunci, waktu, pekan, rinci, terbuka } = dasbor;

/** A figure; `rows` is where its rows can be read, for those who may. */
function Key({ name, value, note, rows }: { name: string; value: string; note: string; rows?: string | false }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="nilai">{rows ? <a href={rows} aria-label={`${name}: ${value}`}>{value}</a> : value}</dd>
      <dd class="petunjuk">{note}</dd>
    </div>
  );
}

function Keys({ figures }: { figures: Figures }): JSX.Element {
  const { within, kpi, open, response } = figures;
  const note = (one: Lapse): string => `${dasbor.n(number(one.n))}, ${dasbor.menitKerja}`;
  return (
    <>
      <dl class="angka-kunci">
        <Key
          name={kunci.tepat(minutes(figures.target))}
          value={within.share === null ? dasbor.kosong : `${comma(within.share)}%`}
          note={dasbor.n(number(within.n))}
        />
        <Key
          name={kunci.lewat}
          value={number(open.late)}
          note={kunci.terbuka(number(open.items))}
          rows={isQuestionDesk(working.value) && '/kotak-masuk'}
        />
        <Key name={kunci.tanggap} value={lapse(response.working)} note={note(response)} />
        <Key
          name={kunci.masuk}
          value={number(figures.items)}
          note={figures.at_once ? kunci.langsung(number(figures.at_once)) : kunci.dibuka(number(figures.reopened))}
          rows={working.value?.role === 'KTM' && '/laporan/arsip'}
        />
      </dl>
      <section class="bagian">
        <h2>{kunci.tiga}</h2>
        <dl class="angka-kunci">
          <Key name={kunci.penanganan} value={lapse(kpi.handling.working)} note={note(kpi.handling)} />
          <Key name={kunci.opd} value={kunci.dari(number(kpi.units.active), number(kpi.units.of))} note={kunci.opdIsi} />
          <Key name={kunci.dilayani} value={number(kpi.served)} note={kunci.dilayaniIsi} />
        </dl>
      </section>
    </>
  );
}

function Times({ figures }: { figures: Figures }): JSX.Element {
  const names = ['response', 'filter', 'answer', 'handling'] as const;
  return (
    <section class="bagian">
      <Table
        caption={waktu.judul}
        head={[waktu.ukuran, waktu.kerja, waktu.dinding, 'n']}
        rows={names.map((name) => [waktu[name], lapse(figures[name].working), lapse(figures[name].clock), number(figures[name].n)])}
        file={`waktu-${figures.period.code}`}
      />
      <details>
        <summary>{waktu.keterangan}</summary>
        <ul>
          {names.map((name) => (
            <li key={name}>
              <strong>{waktu[name]}.</strong> {figures.definitions[name]}
            </li>
          ))}
          {['within', 'units', 'served'].map((name) => (
            <li key={name}>{figures.definitions[name]}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Weeks({ figures }: { figures: Figures }): JSX.Element | null {
  const { curve, period, target, response } = figures;
  if (!curve.length) return null;
  const latest = [...curve].reverse().find(({ mean }) => mean !== null);
  return (
    <figure class="bagian">
      <figcaption>
        <h2>{latest?.mean ? pekan.temuan(lapse(latest.mean), day(latest.code)) : pekan.temuanKosong}</h2>
        <p class="petunjuk">{pekan.ringkas(day(period.first), day(period.last), number(response.n))}</p>
      </figcaption>
      {latest && (
        <Curve
          points={curve.map((week) => ({
            label: shortDay(week.code),
            value: week.mean === null ? null : Number(week.mean),
            text: week.mean === null ? '' : number(Number(week.mean)),
          }))}
          target={target}
          targetText={pekan.batas(minutes(target))}
        />
      )}
      <Table
        caption={pekan.judul}
        head={[pekan.mulai, rinci.jumlah, rinci.dibalas, rinci.rata, rinci.tepat]}
        rows={curve.map((week) => cells(day(week.code), week))}
        file={`pekan-${period.code}`}
        fold
      />
    </figure>
  );
}

const cells = (name: string, line: Line): string[] => [
  name,
  number(line.items),
  number(line.n),
  lapse(line.mean),
  line.within === null ? dasbor.kosong : share(line.within, line.n),
];

function Topics({ figures }: { figures: Figures }): JSX.Element | null {
  const sorted = [...figures.categories].sort((a, b) => b.items - a.items);
  const first = sorted[0];
  if (!first) return null;
  const rest = sorted.slice(TOP).reduce((sum, { items }) => sum + items, 0);
  const bars = sorted.slice(0, TOP).map(({ label, items }) => ({ label, value: items, text: number(items) }));
  if (rest) bars.push({ label: rinci.lainnya, value: rest, text: number(rest) });
  return (
    <figure class="bagian">
      <figcaption>
        <h2>{rinci.temuanTopik(first.label, number(first.items))}</h2>
        <p class="petunjuk">
          {figures.period.title}, {dasbor.n(number(figures.items))}
        </p>
      </figcaption>
      <Bars bars={bars} most={Math.max(...bars.map(({ value }) => value))} />
      <Breakdown caption={rinci.perTopik(figures.period.title)} name={rinci.topik} lines={sorted} file={`topik-${figures.period.code}`} />
    </figure>
  );
}

function Breakdown({
  caption,
  name,
  lines,
  file,
}: {
  caption: string;
  name: string;
  lines: readonly Line[];
  file: string;
}): JSX.Element | null {
  if (!lines.length) return null;
  return (
    <Table
      caption={caption}
      head={[name, rinci.jumlah, rinci.dibalas, rinci.rata, rinci.tepat]}
      rows={lines.map((line) => cells(line.label, line))}
      file={file}
      fold="named"
    />
  );
}

function OpenNow({ open }: { open: Figures['open'] }): JSX.Element {
  const parts: [string, string, readonly Backlog[]][] = [
    [terbuka.keadaan, rinci.keadaan, open.states],
    [terbuka.topik, rinci.topik, open.categories],
    [terbuka.kanal, rinci.kanal, open.channels],
    [terbuka.petugas, rinci.petugas, open.operators],
  ];
  const most = Math.max(1, ...open.states.map(({ items }) => items));
  return (
    <section class="bagian">
      <h2>{terbuka.judul(number(open.items))}</h2>
      {!open.items && (
        <Empty>
          <p>{terbuka.kosong}</p>
        </Empty>
      )}
      {open.unheld > 0 && <p>{terbuka.antrean(number(open.unheld))}.</p>}
      <Bars bars={open.states.map(({ label, items }) => ({ label, value: items, text: number(items) }))} most={most} />
      {parts.map(
        ([caption, name, rows]) =>
          rows.length > 0 && (
            <Table
              key={name}
              caption={caption}
              head={[name, terbuka.buka, terbuka.lewat]}
              rows={rows.map(({ label, items, late }) => [label, number(items), number(late)])}
              file={caption.toLowerCase().replaceAll(' ', '-')}
              fold="named"
            />
          ),
      )}
    </section>
  );
}

function Shown({ figures }: { figures: Figures }): JSX.Element {
  const { period } = figures;
  return (
    <>
      <p class="petunjuk" role="status">
        {dasbor.diperbarui(time(figures.at))}
      </p>
      <Keys figures={figures} />
      {figures.items === 0 && (
        <Empty>
          <p>{dasbor.belumAda(period.title)}</p>
        </Empty>
      )}
      {figures.items > 0 && (
        <>
          <Weeks figures={figures} />
          <Times figures={figures} />
          <Topics figures={figures} />
          <section class="bagian">
            <Breakdown caption={rinci.perJenis(period.title)} name={rinci.jenis} lines={figures.kinds} file={`jenis-${period.code}`} />
            <Breakdown caption={rinci.perKanal(period.title)} name={rinci.kanal} lines={figures.channels} file={`kanal-${period.code}`} />
            <Breakdown caption={rinci.perKeadaan(period.title)} name={rinci.keadaan} lines={figures.states} file={`keadaan-${period.code}`} />
            <Breakdown caption={rinci.perUnit(period.title)} name={rinci.unit} lines={figures.units} file={`unit-${period.code}`} />
            <Breakdown caption={rinci.perPetugas(period.title)} name={rinci.petugas} lines={figures.operators} file={`petugas-${period.code}`} />
            <p class="petunjuk">{rinci.petugasIsi}</p>
          </section>
        </>
      )}
      <OpenNow open={figures.open} />
    </>
  );
}

function Board({ choices }: { choices: Choices }): JSX.Element {
  const options = [...months(choices.today), ...quarters(choices.today)];
  const [period, setPeriod] = useState(options[0]?.value ?? '');
  const [unit, setUnit] = useState('');
  const [kind, setKind] = useState('');
  const [category, setCategory] = useState('');
  const words = (known: Record<string, string>) => Object.entries(known).map(([value, label]) => ({ value, label }));
  const found = useOnline(
    () =>
      ask<{ questionFigures: Figures }>(FIGURES, { period, unit: unit || null, kind: kind || null, category: category || null }).then(
        ({ questionFigures }) => questionFigures,
      ),
    `${period} ${unit} ${kind} ${category}`,
  );
  return (
    <>
      <div class="saringan-laporan">
        <Select label={dasbor.periode} options={options} value={period} onChange={setPeriod} />
        <Select
          label={dasbor.unit}
          empty={dasbor.semuaUnit}
          options={choices.units.map(({ id, name }) => ({ value: id, label: name }))}
          value={unit}
          onChange={setUnit}
        />
        <Select label={rinci.jenis} empty={dasbor.semuaJenis} options={words(choices.kinds)} value={kind} onChange={setKind} />
        <Select
          label={rinci.topik}
          empty={dasbor.semuaTopik}
          options={words(choices.categories)}
          value={category}
          onChange={setCategory}
        />
      </div>
      <OnlineState of={found} />
      {found.data && <Shown figures={found.data} />}
      <Buttons>
        <LinkButton href="/laporan/pertanyaan" icon="catatan">
          {dasbor.laporan}
        </LinkButton>
      </Buttons>
    </>
  );
}

export function Dashboard(): JSX.Element {
  const choices = useOnline(() => ask<{ figureChoices: Choices }>(CHOICES).then(({ figureChoices }) => figureChoices), '');
  if (!seesDashboard(working.value)) return <OtherRole />;
  return (
    <Page title={dasbor.judul} layout="lebar">
      <OnlineState of={choices} />
      {choices.data && <Board choices={choices.data} />}
    </Page>
  );
}
