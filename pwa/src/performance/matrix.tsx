/** `/matriks`: who serves which of the superior's RHK; on phones people under each RHK. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { m } from '../strings/id_skp_rekap';
import { Empty } from '../ui/feedback';
import { number } from '../ui/format';
import { Page } from '../ui/page';
import { PagedState, usePaged } from './paged';
import { WholeChoice, present } from './whole_choice';
import './plan.css';

interface Column {
  id: string;
  text: string;
  ownerName: string;
  total: number;
}

interface Row {
  plan: string;
  name: string;
  position: string;
  cells: Record<string, { id: string; text: string }[]>;
  total: number;
}

interface MatrixPage {
  columns: Column[];
  rows: Row[];
  totals: Record<string, number>;
  total: number;
  people: number;
  cursor: string | null;
}

const QUERY = 'query($year: Int!, $unit: ID, $after: String) { skpMatrix(year: $year, unit: $unit, after: $after) }';
const { matriks: w } = m;
const LAST = ['tambahan', 'belum_bertaut'];
const LAST_NAMES: Record<string, string> = { tambahan: w.tambahan, belum_bertaut: w.belumBertaut };

interface Whole {
  columns: Column[];
  rows: Row[];
  totals: Record<string, number>;
  total: number;
  people: number;
}

/** All pages together; a column that several pages bring stands once. */
function joined(pages: MatrixPage[]): Whole | null {
  const last = pages.at(-1);
  if (!last) return null;
  const columns = new Map(pages.flatMap((page) => page.columns).map((column) => [column.id, column]));
  const shown = [...columns.values()].reduce((sum, { total }) => sum + total, 0);
  const { tambahan = 0, belum_bertaut = 0 } = last.totals;
  const elsewhere = last.total - shown - tambahan - belum_bertaut;
  return {
    columns: [...columns.values()],
    rows: pages.flatMap((page) => page.rows),
    totals: { tambahan, belum_bertaut, elsewhere },
    total: last.total,
    people: last.people,
  };
}

function Table({ whole }: { whole: Whole }): JSX.Element {
  const { columns, rows, totals, total } = whole;
  return (
    <div class="tabel-gulung matriks hanya-meja" tabIndex={0} role="region" aria-label={w.judul}>
      <table>
        <caption class="sr">{w.judul}</caption>
        <thead>
          <tr>
            <th scope="col">{w.pegawai}</th>
            {columns.map(({ id, text }) => (
              <th scope="col" key={id}>
                {text}
              </th>
            ))}
            {LAST.map((key) => (
              <th scope="col" key={key}>
                {LAST_NAMES[key]}
              </th>
            ))}
            <th scope="col">{w.jumlah}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.plan}>
              <th scope="row">
                {row.name}
                <span class="petunjuk"> {row.position}</span>
              </th>
              {[...columns.map(({ id }) => id), ...LAST].map((key) => (
                <td key={key}>
                  {(row.cells[key] ?? []).map(({ id, text }) => (
                    <p key={id}>{text}</p>
                  ))}
                </td>
              ))}
              <td>{row.total}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{w.jumlah}</th>
            {columns.map(({ id, total: sum }) => (
              <td key={id}>{sum}</td>
            ))}
            {LAST.map((key) => (
              <td key={key}>{totals[key] ?? 0}</td>
            ))}
            <td>{total}</td>
          </tr>
        </tbody>
      </table>
      {(totals.elsewhere ?? 0) > 0 && <p class="petunjuk">{`${w.lain}: ${totals.elsewhere}`}</p>}
    </div>
  );
}

/** The same for a narrow screen: under each RHK who serves it, and with what. */
function Lists({ whole }: { whole: Whole }): JSX.Element {
  const columns = [...whole.columns.map(({ id, text, ownerName }) => ({ id, text, owner: w.milik(ownerName) })), ...LAST.map((id) => ({ id, text: LAST_NAMES[id] ?? id, owner: '' }))];
  return (
    <div class="bagian hanya-hp">
      {columns.map(({ id, text, owner }) => {
        const served = whole.rows.filter((row) => row.cells[id]?.length);
        return (
          <section class="kartu" key={id}>
            <div>
              <h2>{text}</h2>
              {owner && <p class="petunjuk">{owner}</p>}
            </div>
            {served.map((row) => (
              <div key={row.plan}>
                <h3>{row.name}</h3>
                {row.cells[id]?.map((result) => (
                  <p key={result.id}>{result.text}</p>
                ))}
              </div>
            ))}
            <p class="petunjuk">{`${w.jumlah}: ${w.sel(served.reduce((sum, row) => sum + (row.cells[id]?.length ?? 0), 0))}`}</p>
          </section>
        );
      })}
      <p>
        <strong>{`${w.jumlah}: ${w.sel(whole.total)}`}</strong>
      </p>
    </div>
  );
}

export function MatrixPage(): JSX.Element {
  const [what, setWhat] = useState(present);
  const paged = usePaged<MatrixPage>(
    (after) => ask<{ skpMatrix: MatrixPage }>(QUERY, { year: what.year, unit: what.unit || null, after }).then((found) => found.skpMatrix),
    `${what.year}:${what.unit}`,
  );
  const whole = joined(paged.pages);
  return (
    <Page title={w.judul} layout="lebar penuh" below={<p class="petunjuk">{w.pengantar}</p>}>
      <WholeChoice value={what} set={setWhat} />
      {whole && (whole.rows.length ? (
        <>
          <p>{w.orang(number(whole.people))}</p>
          <Table whole={whole} />
          <Lists whole={whole} />
        </>
      ) : (
        <Empty>
          <p>{w.kosong}</p>
        </Empty>
      ))}
      <PagedState of={paged} />
    </Page>
  );
}
