/** Bars with printed values, the same data as a table, and as a file: a chart never stands alone. */
import type { ComponentChildren, JSX } from 'preact';
import { laporan } from '../strings/id_laporan';
import { Icon } from '../ui/icons';

export interface Bar {
  label: string;
  value: number;
  /** The value as printed. */
  text: string;
}

/** Zero-based bars, one a line, their values beside them. `marks`: values with a line across all bars. */
export function Bars({ bars, most, marks = [] }: { bars: readonly Bar[]; most: number; marks?: number[] }): JSX.Element {
  const part = (value: number): string => `${(100 * Math.min(value, most)) / (most || 1)}%`;
  return (
    <ul class="bilah">
      {bars.map((bar) => (
        <li key={bar.label}>
          <span>{bar.label}</span>
          <svg aria-hidden="true">
            <rect width={part(bar.value)} height="100%" fill="currentColor" />
            {marks.map((mark) => (
              <line key={mark} x1={part(mark)} x2={part(mark)} y1="0" y2="100%" stroke="var(--garis)" stroke-width="2" />
            ))}
          </svg>
          <span class="angka">{bar.text}</span>
        </li>
      ))}
    </ul>
  );
}

/** How often 5, 4, 3, 2 and 1 were given: five columns and the counts in words. */
export function Spread({ counts }: { counts: readonly number[] }): JSX.Element {
  const most = Math.max(1, ...counts);
  return (
    <span class="sebaran">
      <svg aria-hidden="true" viewBox="0 0 78 32">
        {counts.map((count, place) => {
          const height = (30 * count) / most;
          return <rect key={place} x={place * 16} y={32 - Math.max(height, 1)} width="14" height={Math.max(height, 1)} fill="currentColor" />;
        })}
      </svg>
      <span>{counts.join(', ')}</span>
    </span>
  );
}

export type Cell = string | number;

/** A table; on phones each row is a card that names its columns. `fold`: shown when asked for. */
export function Table({
  caption,
  head,
  rows,
  file,
  fold = false,
}: {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly (Cell | { shown: ComponentChildren; plain: Cell })[])[];
  file: string;
  fold?: boolean;
}): JSX.Element {
  const table = (
    <>
      <div class="tabel-gulung tabel-laporan" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {head.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={head[column]} data-kolom={head[column]}>
                    {typeof cell === 'object' ? cell.shown : cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <a class="tombol" href={csv(head, rows)} download={`${file}.csv`}>
          <Icon name="unduh" />
          <span>{laporan.tabel.csv}</span>
          <span class="sr"> {caption}</span>
        </a>
      </p>
    </>
  );
  if (!fold) return table;
  return (
    <details>
      <summary>
        {laporan.tabel.lihat}
        <span class="sr"> {caption}</span>
      </summary>
      {table}
    </details>
  );
}

/** A text as no spreadsheet takes it for a formula. */
export const neutral = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

function csv(head: readonly string[], rows: readonly (readonly (Cell | { plain: Cell })[])[]): string {
  const line = (cells: readonly Cell[]): string =>
    cells.map((cell) => `"${neutral(String(cell)).replaceAll('"', '""')}"`).join(';');
  const all = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'object' ? cell.plain : cell)))];
  return `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${all.map(line).join('\r\n')}\r\n`)}`;
}
