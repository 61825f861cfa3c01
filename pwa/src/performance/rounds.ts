/** Rounds of evaluation in a year, the twin of the server's `rules/rounds.py`. Pure, tested. */
import type { Option } from '../ui/fields';

const ROMAN = ['I', 'II', 'III', 'IV'];
const MONTHS = [
  'Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni',
  'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember',
];

/** Rounds of a rhythm in order, the annual one last. */
export function roundsOf(rhythm: string, year: number): Option[] {
  const annual = { value: 'tahunan', label: `Tahun ${year}` };
  if (rhythm === 'triwulanan')
    return [...ROMAN.map((roman, at) => ({ value: `triwulan-${at + 1}`, label: `Triwulan ${roman} ${year}` })), annual];
  if (rhythm === 'bulanan')
    return [...MONTHS.map((name, at) => ({ value: `bulan-${String(at + 1).padStart(2, '0')}`, label: `${name} ${year}` })), annual];
  return [annual];
}

/** The last local day of a round. */
export function lastDay(round: string, year: number): string {
  const [kind, number] = round.split('-');
  const month = kind === 'triwulan' ? 3 * Number(number) : kind === 'bulan' ? Number(number) : 12;
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

/** The round that a local day lies in; after the year the annual one. */
export function roundOn(rhythm: string, year: number, day: string): string {
  const month = Number(day.slice(5, 7));
  if (Number(day.slice(0, 4)) !== year || rhythm === 'tahunan') return 'tahunan';
  return rhythm === 'bulanan' ? `bulan-${day.slice(5, 7)}` : `triwulan-${Math.ceil(month / 3)}`;
}
