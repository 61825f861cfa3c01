/** Texts that are nobody's data ("Nama Anda", "..."), and marks of letters that must not come from people; the twin of the
 * server's guard, by the same vectors. */
import { isEmpty, visible } from './conditions';
import { fieldsOf, type Field, type Service, type Values } from './definition';
import type { Fault } from './fault';

const MARK = '${';
const CELL_TEXT = 60;

/** Whether a text equals one of the words (outer and repeated spaces and case ignored) or is punctuation only. */
export function isStandIn(text: string, words: readonly string[]): boolean {
  const seen = plain(text);
  if (!seen) return false;
  return words.some((word) => plain(word) === seen) || !/[\p{L}\p{N}]/u.test(seen);
}

/** Every field that holds a stand-in, and every row that lacks a required cell. */
export function guardFaults(service: Service, values: Values): Fault[] {
  const words = service.guard ?? [];
  return fieldsOf(service).flatMap((one) => {
    if (one.type !== 'text' && one.type !== 'rows') return [];
    const held = words.length ? texts(one, values[one.key]).filter(({ text }) => isStandIn(text, words)) : [];
    const found = held.map(({ path, label, text }): Fault => ({ path, code: 'STAND_IN', text: `'${[...text.trim()].slice(0, CELL_TEXT).join('')}' pada ${label} masih teks contoh.` }));
    return one.type === 'rows' ? [...found, ...gaps(one, values[one.key])] : found;
  });
}

/** A text with the mark of a letter's placeholder is refused when it is written. */
export const entryFaults = (service: Service, values: Values): Fault[] =>
  fieldsOf(service).flatMap((one) =>
    texts(one, values[one.key])
      .filter(({ text }) => visible(text).includes(MARK))
      .map(({ path, label }) => ({ path, code: 'PLACEHOLDER', text: `${label} memuat '${MARK}'. Tanda ini khusus naskah dinas; hapus tanda itu.` })),
  );

const plain = (text: string): string => visible(text).split(/\s+/).filter(Boolean).join(' ').toLowerCase();

interface Text {
  path: string;
  label: string;
  text: string;
}

const isRow = (row: unknown): row is Record<string, unknown> => typeof row === 'object' && row !== null && !Array.isArray(row);

function texts(one: Field, value: unknown): Text[] {
  if (typeof value === 'string') return [{ path: `fields.${one.key}`, label: one.label, text: value }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((row: unknown, at) =>
    (one.columns ?? []).flatMap((column) => {
      const cell = isRow(row) ? row[column.key] : null;
      return typeof cell === 'string' ? [{ path: `fields.${one.key}[${at + 1}].${column.key}`, label: `${column.label} baris ${at + 1}`, text: cell }] : [];
    }),
  );
}

function gaps(one: Field, value: unknown): Fault[] {
  return (Array.isArray(value) ? value : []).flatMap((row: unknown, at) =>
    (one.columns ?? [])
      .filter((column) => column.required !== false && (!isRow(row) || isEmpty(row[column.key])))
      .map(({ key, label }) => ({ path: `fields.${one.key}[${at + 1}].${key}`, code: 'MISSING', text: `${label} baris ${at + 1} masih kosong.` })),
  );
}
