/** Days and texts of the daily log. Pure, tested. */
import { months } from '../ui/periods';
import type { Option } from '../ui/fields';
import type { LogEntry } from './types';

/** Months that have entries, the latest first. */
export function monthsOf(days: readonly string[]): Option[] {
  const found = [...new Set(days.map((day) => day.slice(0, 7)))].sort().reverse();
  return found.map((value) => ({ value, label: months(`${value}-01`)[0]?.label ?? value }));
}

/** dd/mm/yyyy, as the national e-Kinerja takes it. */
const slashed = (day: string): string => day.split('-').reverse().join('/');

/** Lines to paste, the earliest day first: day, RHK, what was done, how much; tabs between. */
export function copyReady(entries: readonly LogEntry[], results: readonly (readonly [string, string])[]): string {
  const names = new Map(results);
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return [...entries]
    .sort((a, b) => a.day.localeCompare(b.day))
    .map(({ day, rhk, text, amount }) => [slashed(day), plain(names.get(rhk) ?? ''), plain(text), amount ?? ''].join('\t').trimEnd())
    .join('\n');
}
