/** The figures of a report or a running period: officers, sites, services; v1 and v2 never mix. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { laporan } from '../strings/id_laporan';
import { Empty } from '../ui/feedback';
import { Select } from '../ui/fields';
import { number } from '../ui/format';
import { Bars, Spread, Table } from '../ui/charts';
import { comma } from '../ui/periods';
import { INDICATORS, type Figures, type Line, type Part } from './report_types';

type Version = 'v1' | 'v2';
const { tabel, angka, rating } = laporan;

function Counts({ figures: { counts, formula_version } }: { figures: Figures }): JSX.Element {
  return (
    <ul class="ringkas">
      <li>
        <strong>{angka.sah(number(counts.n))}</strong>
      </li>
      <li>{angka.tanpaBukti(number(counts.unproven))}</li>
      <li>{angka.ditahan(number(counts.held))}</li>
      <li>{angka.duplikat(number(counts.duplicates))}</li>
      {counts.late > 0 && <li>{angka.susulan(number(counts.late))}</li>}
      <li>{angka.rumus(formula_version)}</li>
    </ul>
  );
}

function indicators(part: Part): string {
  const of = (code: string): string =>
    part.indicator_counts ? number(part.indicator_counts[code] ?? 0) : comma(part.indicator_means?.[code] ?? '');
  return INDICATORS.map((code) => `${code} ${of(code)}`).join(', ');
}

function officerRow(line: Line, part: Part, least: number, version: Version) {
  const enough = part.enough;
  const words = tabel.belumCukup(number(least));
  const not = { shown: <span class="belum-cukup">{words}</span>, plain: words };
  const spread = part.spread ?? [];
  return [
    line.name,
    line.site_name,
    number(part.n),
    enough ? comma(part.mean) : not,
    part.rank ? number(part.rank) : '-',
    ...(version === 'v1'
      ? [enough ? { shown: <Spread counts={spread} />, plain: spread.join(' ') } : '-']
      : []),
    version === 'v1' || enough ? indicators(part) : '-',
    number(line.unproven),
  ];
}

function Officers({ lines, version, period, least }: { lines: Line[]; version: Version; period: string; least: number }): JSX.Element {
  const rows = lines.flatMap((line) => {
    const part = line[version];
    return part ? [officerRow(line, part, least, version)] : [];
  });
  const last = version === 'v1' ? [tabel.sebaran, tabel.indikator] : [tabel.indikatorRata];
  const head = [tabel.pegawai, tabel.lokasi, tabel.n, tabel.rata, tabel.peringkat, ...last, tabel.tanpaBukti];
  return <Table caption={tabel.perPegawai(period)} head={head} rows={rows} file={`rating-pegawai-${period}`} />;
}

function Sites({ lines, version, period, least }: { lines: Line[]; version: Version; period: string; least: number }): JSX.Element {
  const parts = lines.flatMap((line) => (line[version] ? [{ line, part: line[version] as Part }] : []));
  const enough = parts.filter(({ part }) => part.enough).sort((a, b) => Number(b.part.mean) - Number(a.part.mean));
  const best = enough[0];
  const finding = best ? angka.temuanLokasi(best.line.name, comma(best.part.mean)) : angka.temuanKosong;
  const bars = enough.map(({ line, part }) => ({ label: line.name, value: Number(part.mean), text: comma(part.mean) }));
  const rows = parts.map(({ line, part }) => [
    line.name,
    number(part.n),
    part.enough ? comma(part.mean) : tabel.belumCukup(number(least)),
    part.enough ? comma(part.index) : '-',
  ]);
  return (
    <section class="bagian">
      <h2>{finding}</h2>
      {bars.length > 0 && <Bars bars={bars} most={5} />}
      <Table
        caption={tabel.perLokasi(period)}
        head={[tabel.lokasi, tabel.n, tabel.rata, tabel.indeks]}
        rows={rows}
        file={`rating-lokasi-${period}`}
        fold={bars.length > 0}
      />
    </section>
  );
}

/** Everything of one period; `period` is its title. */
export function FigureTables({ figures, period }: { figures: Figures; period: string }): JSX.Element {
  const [site, setSite] = useState('');
  const has = (version: Version): boolean => figures.officers.some((line) => line[version]);
  const [picked, setVersion] = useState<Version>('v1');
  const version = has(picked) ? picked : has('v1') ? 'v1' : 'v2';
  const least = figures.thresholds.minimum_n;
  if (!figures.counts.n) {
    return (
      <>
        <Counts figures={figures} />
        <Empty>
          <p>{rating.belumAda}</p>
        </Empty>
      </>
    );
  }
  const lines = site ? (figures.by_site[site] ?? []) : figures.officers;
  const top = figures.services[0]?.n ?? 1;
  return (
    <>
      <Counts figures={figures} />
      <div class="saringan-laporan">
        <Select
          label={rating.lokasi}
          empty={rating.semua}
          options={figures.sites.map((one) => ({ value: one.id, label: one.name }))}
          value={site}
          onChange={setSite}
        />
        {has('v1') && has('v2') && (
          <Select
            label={rating.instrumen}
            options={[
              { value: 'v1', label: rating.v1 },
              { value: 'v2', label: rating.v2 },
            ]}
            value={version}
            onChange={(chosen) => setVersion(chosen === 'v2' ? 'v2' : 'v1')}
          />
        )}
      </div>
      <section class="bagian">
        <Officers lines={lines} version={version} period={period} least={least} />
        <p class="petunjuk">{rating.pertimbangan}</p>
      </section>
      {!site && <Sites lines={figures.sites} version={version} period={period} least={least} />}
      {!site && (
        <section class="bagian">
          <h2>{tabel.perLayanan(period)}</h2>
          <Bars
            bars={figures.services.slice(0, 8).map((one) => ({ label: one.label, value: one.n, text: number(one.n) }))}
            most={top}
          />
          <Table
            caption={tabel.perLayanan(period)}
            head={[tabel.layanan, tabel.n]}
            rows={figures.services.map((one) => [one.label, number(one.n)])}
            file={`rating-layanan-${period}`}
            fold
          />
        </section>
      )}
      {figures.late.length > 0 && (
        <Table
          caption={tabel.susulan}
          head={[tabel.tanggal, tabel.pegawai, tabel.lokasi, tabel.n]}
          rows={figures.late.map((one) => [one.day, one.officer, one.site, number(one.n)])}
          file={`rating-susulan-${period}`}
        />
      )}
    </>
  );
}
