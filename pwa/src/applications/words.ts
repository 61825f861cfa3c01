/** Values in words: what a person compares, copies, or reads again. */
import { u } from '../strings/id_usul';
import { b } from '../strings/id_usul_bagian';
import { date } from '../ui/format';
import { isEmpty } from './conditions';
import type { Field, Service } from './definition';
import { periodName } from './period_name';

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

export const isPeriod = (service: Service, { key }: Field, value: unknown): boolean => key === (service.periods?.field ?? 'period') && /^\d{4}-\d{2}$/.test(text(value));

/** The cells of a row in the columns' order. */
export const cellsText = ({ columns = [] }: Field, cells: Readonly<Record<string, unknown>>): string => columns.map(({ key }) => text(cells[key]).trim()).filter(Boolean).join(': ');

/** One value: choices, dates and periods by name, rows in their order, a picture as such. */
export function valueText(service: Service, field: Field, value: unknown): string {
  if (isEmpty(value)) return u.form.kosong;
  if (isPeriod(service, field, value)) return periodName(text(value));
  if (Array.isArray(value)) return (value as Record<string, unknown>[]).map((row, at) => `${at + 1}. ${cellsText(field, row)}`).join('; ');
  if (field.type === 'choice') return field.options?.find((one) => one.value === value)?.label ?? text(value);
  if (field.type === 'image') return b.form.adaGambar;
  return field.type === 'date' ? date(text(value)) : text(value);
}
