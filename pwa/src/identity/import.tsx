/** Import of people: upload, check row by row, apply all or nothing, undo within a day. Nothing is stored before applying. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, ask } from '../graphql';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorText } from '../ui/fields';
import { dateTime, number, size } from '../ui/format';
import { faultText, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { ColumnChoice, columnsOf, pairs, type Columns, type Mapping } from './import_columns';
import { isHrAdmin } from './roles';
import { working } from './session';

interface Counts {
  rows: number;
  new: number;
  changed: number;
  same: number;
  merged: number;
  wrong: number;
  absent: number;
}

interface Report {
  digest: string;
  counts: Counts;
  problems: { line: number; column: string; value: string; reason: string }[];
  differences: { line: number; name: string; field: string; kept: string; source: string }[];
  merged: { line: number; name: string }[];
  /** The wrong rows as XLSX, base64. */
  wrongRows: string;
}

interface Done {
  id: string;
  fileName: string;
  applied: string;
  counts: Counts;
}

interface Chosen {
  name: string;
  /** Base64. */
  content: string;
}

const COUNTS = 'counts { rows new changed same merged wrong absent }';
const CHECK = `mutation($file: PeopleFile!) { importPreview(file: $file) { digest ${COUNTS}
  problems { line column value reason } differences { line name field kept source } merged { line name } wrongRows } }`;
const APPLY = `mutation($file: PeopleFile!, $digest: String!) { importApply(file: $file, digest: $digest) { id fileName applied ${COUNTS} } }`;
const UNDO = 'mutation($id: ID!) { importUndo(id: $id) { restored removed kept } }';
const LIST = `{ imports { id fileName applied ${COUNTS} } }`;
const LARGEST = 5 * 1024 * 1024;

async function read(file: File): Promise<Chosen> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return { name: file.name, content: url.slice(url.indexOf(',') + 1) };
}

function saveSheet(base64: string): void {
  const link = document.createElement('a');
  link.href = `data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,${base64}`;
  link.download = l.impor.namaBerkasSalah;
  link.click();
}

function Steps({ at }: { at: number }): JSX.Element {
  return (
    <ol class="jalur">
      {l.impor.langkah.map((name, index) => (
        <li
          key={name}
          class={index < at ? 'lewat' : index === at ? 'kini' : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}

function Problems({ rows }: { rows: Report['problems'] }): JSX.Element {
  const { baris, kolom, nilai, masalah } = l.impor;
  return (
    <table>
      <caption>{l.impor.tabel}</caption>
      <thead>
        <tr>
          {[baris, kolom, nilai, masalah].map((head) => (
            <th scope="col" key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.line}-${row.column}`}>
            <td data-kolom={baris}>{row.line}</td>
            <td data-kolom={kolom}>{row.column}</td>
            <td data-kolom={nilai}>{row.value}</td>
            <td data-kolom={masalah}>{row.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Checked({ report }: { report: Report }): JSX.Element {
  const { counts } = report;
  const ready = counts.new + counts.changed + counts.same;
  return (
    <section class="bagian">
      <h2>{l.impor.ringkas(number(counts.rows), number(ready), number(counts.merged), number(counts.wrong))}</h2>
      {counts.absent > 0 && <p class="petunjuk">{l.impor.tidakAdaSumber(number(counts.absent))}</p>}
      {report.problems.length > 0 && <Problems rows={report.problems} />}
      {report.merged.length > 0 && (
        <section class="bagian">
          <h3>{l.impor.digabung}</h3>
          <ul>
            {report.merged.map(({ line, name }) => (
              <li key={line}>{`${l.impor.baris} ${line}: ${name}`}</li>
            ))}
          </ul>
        </section>
      )}
      {report.differences.length > 0 && (
        <section class="bagian">
          <h3>{l.impor.perbedaan}</h3>
          <ul>
            {report.differences.map(({ line, name, field, kept, source }) => (
              <li key={`${line}-${field}`}>{`${name}, ${l.impor.perbedaanIsi(field, kept, source)}`}</li>
            ))}
          </ul>
        </section>
      )}
    </section>
  );
}

/** Imports of the last day, each with its way back. */
function Recent({ turn }: { turn: number }): JSX.Element | null {
  const list = useOnline(() => ask<{ imports: Done[] }>(LIST).then(({ imports }) => imports), String(turn));
  const [said, setSaid] = useState<{ tone: 'sukses' | 'galat'; text: string } | null>(null);
  async function undo(id: string): Promise<void> {
    try {
      const { importUndo } = await ask<{ importUndo: { kept: number } }>(UNDO, { id });
      setSaid({ tone: 'sukses', text: l.impor.diurungkan(number(importUndo.kept)) });
      list.again();
    } catch (fault) {
      setSaid({ tone: 'galat', text: faultText(fault) });
    }
  }
  if (!list.data?.length && !said) return null;
  return (
    <section class="bagian">
      <h2>{l.impor.terakhir}</h2>
      {said && (
        <Banner tone={said.tone}>
          <p>{said.text}</p>
        </Banner>
      )}
      <ul class="daftar">
        {(list.data ?? []).map((done) => (
          <li class="kartu-tautan orang" key={done.id}>
            <span class="isi">
              <strong>{done.fileName}</strong>
              <span class="petunjuk">{dateTime(done.applied)}</span>
            </span>
            <Button about={done.fileName} onClick={() => void undo(done.id)}>
              {l.impor.urungkan}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Import(): JSX.Element {
  const [file, setFile] = useState<Chosen | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const [error, setError] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);
  const [columns, setColumns] = useState<Columns | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  if (!isHrAdmin(working.value)) return <OtherRole />;

  async function run(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (fault) {
      const missing = fault instanceof Refused ? columnsOf(fault.code, fault.extra) : null;
      if (missing) setColumns(missing);
      setError(faultText(fault));
    } finally {
      setBusy(false);
    }
  }
  async function choose(input: HTMLInputElement): Promise<void> {
    const picked = input.files?.[0];
    setReport(null);
    setDone(null);
    setColumns(null);
    setMapping({});
    setError(picked && picked.size > LARGEST ? l.impor.terlaluBesar(size(picked.size)) : undefined);
    setFile(picked && picked.size <= LARGEST ? await read(picked) : null);
  }
  const sent = () => ({ ...file, mapping: pairs(mapping) });
  const check = () =>
    run(async () => setReport((await ask<{ importPreview: Report }>(CHECK, { file: sent() })).importPreview));
  const apply = () =>
    run(async () => {
      setDone((await ask<{ importApply: Done }>(APPLY, { file: sent(), digest: report?.digest })).importApply);
      setReport(null);
      setFile(null);
    });
  const good = report ? report.counts.rows - report.counts.wrong : 0;
  return (
    <Page title={l.impor.judul} layout="lebar" faulty={Boolean(error)} below={<Steps at={done ? 3 : report ? 1 : 0} />}>
      {done && (
        <Banner tone="sukses">
          <p>{l.impor.diterapkan(number(done.counts.new + done.counts.changed + done.counts.merged))}</p>
        </Banner>
      )}
      <form
        class="bagian kartu"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (file) void check();
          else setError(l.impor.pilihBerkas);
        }}
      >
        <div class="isian">
          <label for="berkas">{l.impor.berkas}</label>
          <p class="petunjuk" id="berkas-petunjuk">
            {l.impor.petunjuk}
          </p>
          <ErrorText id="berkas-salah" text={error} />
          <span class="pilih-berkas">
            <input
              id="berkas"
              class="sr"
              type="file"
              accept=".csv,.xlsx,text/csv"
              aria-describedby="berkas-petunjuk berkas-salah berkas-nama"
              onChange={(event) => void choose(event.currentTarget)}
            />
            <label class="tombol" for="berkas">
              {l.impor.pilih}
            </label>
            <span id="berkas-nama">{file?.name ?? l.impor.belumPilih}</span>
          </span>
        </div>
        {columns && !report && <ColumnChoice found={columns} mapping={mapping} set={setMapping} />}
        {!report && (
          <div>
            <Button type="submit" kind="utama" busy={busy}>
              {l.impor.periksa}
            </Button>
          </div>
        )}
      </form>
      {report && (
        <>
          <Checked report={report} />
          <Buttons stack>
            {good > 0 && (
              <Button kind="utama" busy={busy} onClick={() => void apply()}>
                {l.impor.terapkan(number(good))}
              </Button>
            )}
            {report.counts.wrong > 0 && (
              <Button icon="unduh" onClick={() => saveSheet(report.wrongRows)}>
                {l.impor.unduhSalah(number(report.counts.wrong))}
              </Button>
            )}
            <Button onClick={() => setReport(null)}>{t.umum.batal}</Button>
          </Buttons>
        </>
      )}
      <Recent turn={done ? 1 : 0} />
    </Page>
  );
}
