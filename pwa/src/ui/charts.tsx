/** Bars with printed values, the same data as a table, and as a file: a chart never stands alone. */
import type { ComponentChildren, JSX } from 'preact';
import { grafik } from '../strings/id_grafik';
import './charts.css';
import { Icon } from './icons';

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

export interface Point {
  /** What stands under it: the week, the month. */
  label: string;
  /** No value where nothing was measured: the line has a gap there. */
  value: number | null;
  text: string;
}

/** Labels that fit side by side on a phone. */
const LABELS = 6;

/** A zero-based line over time with a broken line at the target; values are printed at the points. */
export function Line({ points, target, targetText }: { points: readonly Point[]; target: number; targetText: string }): JSX.Element {
  const most = 1.25 * Math.max(target, ...points.map(({ value }) => value ?? 0));
  const x = (place: number): string => `${6 + (88 * (place + 0.5)) / points.length}%`;
  const y = (value: number): string => `${90 - (80 * value) / most}%`;
  const every = Math.ceil(points.length / LABELS);
  const shown = (place: number): boolean => (points.length - 1 - place) % every === 0;
  return (
    <div class="garis-waktu">
      <svg aria-hidden="true">
        <line class="sumbu" x1="0" x2="100%" y1="90%" y2="90%" />
        <line class="batas" x1="0" x2="100%" y1={y(target)} y2={y(target)} />
        <text class="batas-teks" x="0" y={y(target)} dy="-0.4em">
          {targetText}
        </text>
        {points.map((point, place) => {
          const next = points[place + 1];
          if (point.value === null || next === undefined || next.value === null) return null;
          return <line key={place} class="ruas" x1={x(place)} y1={y(point.value)} x2={x(place + 1)} y2={y(next.value)} />;
        })}
        {points.map(
          (point, place) =>
            point.value !== null && (
              <g key={place}>
                <circle cx={x(place)} cy={y(point.value)} r="4" />
                {shown(place) && (
                  <text x={x(place)} y={y(point.value)} dy="-0.7em" text-anchor="middle">
                    {point.text}
                  </text>
                )}
              </g>
            ),
        )}
        {points.map(
          (point, place) =>
            shown(place) && (
              <text key={point.label} class="waktu" x={x(place)} y="100%" dy="-0.1em" text-anchor="middle">
                {point.label}
              </text>
            ),
        )}
      </svg>
    </div>
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

/** A table; on phones each row is a card that names its columns. `fold`: shown when asked for, `named`: by its caption. */
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
  fold?: boolean | 'named';
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
          <span>{grafik.csv}</span>
          <span class="sr"> {caption}</span>
        </a>
      </p>
    </>
  );
  if (!fold) return table;
  return (
    <details>
      <summary>
        {fold === 'named' ? caption : grafik.lihat}
        {fold !== 'named' && <span class="sr"> {caption}</span>}
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
