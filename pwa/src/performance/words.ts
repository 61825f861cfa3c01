/** Values of a plan's records as a person reads them: on conflict cards, in copies, in lists. Pure, tested. */
import { p } from '../strings/id_skp_pilihan';
import type { Fields } from '../sync';
import type { Indicator } from './types';

/** One indicator in a line: "Kuantitas: jumlah berkas, target 12 berkas". */
export function rowText({ aspect, indicator, target, unit }: Pick<Indicator, 'aspect' | 'indicator' | 'target' | 'unit'>): string {
  const measure = [target, unit].filter(Boolean).join(' ');
  return `${aspect ? `${p.aspek[aspect] ?? aspect}: ` : ''}${indicator}${measure ? `, ${p.target(measure)}` : ''}`;
}

/** A field's value in words; nothing gives the word for empty. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return p.kosong;
  if (typeof value === 'boolean') return value ? p.ya : p.tidak;
  if (Array.isArray(value)) return value.map(valueText).join('\n');
  if (typeof value === 'object') return Object.values(value).map(valueText).join('\n');
  const text = String(value);
  return p.kata[text] ?? text;
}

/** What a person wrote in an act, field by field, to read and to copy; identifiers are left out. */
export function writtenText(args: Fields): string {
  return Object.entries(args)
    .filter(([name, value]) => name in p.isian && !p.tersembunyi.includes(name) && value !== null && value !== '')
    .map(([name, value]) => `${p.isian[name]}: ${valueText(value)}`)
    .join('\n');
}
