/** The form of one RHK with its rows: from the records that hold them, and back to what was changed. Pure, tested. */
import { s } from '../strings/id_skp';
import { r } from '../strings/id_skp_rhk';
import type { Fields, RecordView } from '../sync';
import { number } from '../ui/format';
import { LINE_MOST, TEXT_LEAST, TEXT_MOST } from './limits';
import type { Approach, Indicator, Result } from './types';

type Rows = readonly RecordView<Indicator>[];

/** One indicator on the screen; `id` is that of its record, fixed when the row was begun. */
export interface Row {
  id: string;
  aspect: string;
  indicator: string;
  target: string;
  unit: string;
}

export interface ResultForm {
  superiorRhk: string;
  provisional: string;
  assignedBy: string;
  text: string;
  perspective: string;
  agreementItem: string;
  ticked: boolean;
  narrative: string;
  rows: Row[];
}

const RESULT_FIELDS = ['superiorRhk', 'provisional', 'assignedBy', 'text', 'perspective', 'agreementItem', 'ticked'] as const;
/** Fields that are nothing, not empty, when they are not chosen. */
const CHOSEN = new Set(['superiorRhk', 'perspective', 'agreementItem']);
const LINK_GROUP = ['kind', 'superiorRhk', 'provisional', 'assignedBy'];
const ROW_FIELDS = ['aspect', 'indicator', 'target', 'unit'] as const;
const ROW_GROUP = ['approach', ...ROW_FIELDS, 'narrative'];

const rowOf = ({ id, body }: RecordView<Indicator>): Row => ({
  id,
  aspect: body.aspect ?? '',
  indicator: body.indicator ?? '',
  target: body.target ?? '',
  unit: body.unit ?? '',
});

export function formOf(result: Result | undefined, rows: Rows): ResultForm {
  return {
    superiorRhk: result?.superiorRhk ?? '',
    provisional: result?.provisional ?? '',
    assignedBy: result?.assignedBy ?? '',
    text: result?.text ?? '',
    perspective: result?.perspective ?? '',
    agreementItem: result?.agreementItem ?? '',
    ticked: result?.ticked ?? false,
    narrative: rows.find(({ body }) => body.narrative)?.body.narrative ?? '',
    rows: rows.map(rowOf),
  };
}

/** The stored values that the screen showed, exactly as they are: a member that was never written is null. */
export interface Stored {
  result: Fields;
  rows: Record<string, Fields>;
}

const pick = (body: object | undefined, names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, (body as Fields | undefined)?.[name] ?? null]));

export const storedOf = (result: Result | undefined, rows: Rows): Stored => ({
  result: pick(result, [...new Set([...RESULT_FIELDS, ...LINK_GROUP])]),
  rows: Object.fromEntries(rows.map(({ id, body }) => [id, pick(body, [...ROW_GROUP, 'order'])])),
});

export interface Change {
  id: string;
  /** `begin`: the record is new and also says what it belongs to. */
  act: 'begin' | 'change' | 'remove';
  args: Fields;
  base?: Fields;
}

/** What an edit rests on: the stored values of its fields, and of the groups that they belong to. */
function resting(args: Fields, stored: Fields, group: readonly string[]): Fields {
  const touches = Object.keys(args).some((name) => group.includes(name));
  const names = [...Object.keys(args), ...(touches ? group : [])];
  return Object.fromEntries([...new Set(names)].map((name) => [name, stored[name] ?? null]));
}

/** The fields of the RHK that were changed; null when none were. */
export function resultChange(from: ResultForm, to: ResultForm, stored: Stored): { args: Fields; base: Fields } | null {
  const names = RESULT_FIELDS.filter((name) => from[name] !== to[name]);
  if (!names.length) return null;
  const args = Object.fromEntries(names.map((name) => [name, to[name] === '' && CHOSEN.has(name) ? null : to[name]]));
  return { args, base: resting(args, stored.result, LINK_GROUP) };
}

const said = (row: Row): Fields => ({ aspect: row.aspect || null, indicator: row.indicator, target: row.target, unit: row.unit });

/** Which rows to write: new ones whole, changed ones what changed, moved ones their order, missing ones removed. */
export function rowChanges(from: readonly Row[], to: readonly Row[], approach: Approach, stored: Stored): Change[] {
  const before = new Map(from.map((row, at) => [row.id, { row, at }]));
  const written = to.flatMap((row, at): Change[] => {
    const old = before.get(row.id);
    if (!old) return [{ id: row.id, act: 'begin', args: { approach, ...said(row), order: at } }];
    const now = said(row);
    const args: Fields = Object.fromEntries(ROW_FIELDS.filter((name) => row[name] !== old.row[name]).map((name) => [name, now[name]]));
    if (old.at !== at) args.order = at;
    if (!Object.keys(args).length) return [];
    return [{ id: row.id, act: 'change', args, base: resting(args, stored.rows[row.id] ?? {}, ROW_GROUP) }];
  });
  const kept = new Set(to.map(({ id }) => id));
  return [...written, ...from.filter(({ id }) => !kept.has(id)).map(({ id }): Change => ({ id, act: 'remove', args: {} }))];
}

/** With the approach *kualitatif* an RHK has one row, which holds the narrative; `fresh` is the id of a new one. */
export function narrativeChange(from: ResultForm, to: ResultForm, stored: Stored, fresh: string): Change[] {
  if (from.narrative === to.narrative) return [];
  const [held] = Object.keys(stored.rows);
  const args = { narrative: to.narrative };
  if (held) return [{ id: held, act: 'change', args, base: resting(args, stored.rows[held] ?? {}, ROW_GROUP) }];
  return [{ id: fresh, act: 'begin', args: { approach: 'kualitatif', order: 0, ...args } }];
}

/** What is wrong with a draft, by the id of its field. A draft may lack much; only what cannot be kept is said. */
export function faults(form: ResultForm, approach: Approach): Record<string, string | undefined> {
  const tooLong = (text: string, most: number): string | undefined => (text.length > most ? s.salahPanjang(number(most)) : undefined);
  const found: Record<string, string | undefined> = {
    'rhk-teks': form.text.trim().length < TEXT_LEAST ? r.salahTeks : tooLong(form.text, TEXT_MOST),
    'rhk-perkiraan': tooLong(form.provisional, TEXT_MOST),
    'rhk-penugasan': tooLong(form.assignedBy, LINE_MOST),
  };
  if (approach === 'kualitatif') found['rhk-uraian'] = tooLong(form.narrative, TEXT_MOST);
  else
    form.rows.forEach((row, at) => {
      found[`indikator-${row.id}`] = row.indicator.trim() ? tooLong(row.indicator, TEXT_MOST) : r.salahIndikator(at + 1);
      found[`target-${row.id}`] = tooLong(row.target, LINE_MOST);
      found[`satuan-${row.id}`] = tooLong(row.unit, LINE_MOST);
    });
  return found;
}

/** Whether a row says something under the approach; what was written under the other one is kept, unused. */
const counts = (row: Indicator, approach: Approach): boolean =>
  approach === 'kualitatif' ? Boolean(row.narrative?.trim()) : Boolean(row.indicator?.trim() || row.target?.trim() || row.aspect);

/** The rows of an RHK that count, in their order. */
export const rowsOf = <View extends RecordView<Indicator>>(rhk: string, all: readonly View[], approach: Approach): View[] =>
  all
    .filter(({ body }) => body.rhk === rhk && !body.removed && counts(body, approach))
    .sort((a, b) => (a.body.order ?? 10_001) - (b.body.order ?? 10_001) || (a.id < b.id ? -1 : 1));

/** Whether an RHK is not measured yet, which keeps its plan from being submitted. */
export const lacks = (approach: Approach, rows: readonly Indicator[]): boolean =>
  !rows.length || (approach === 'kuantitatif' && rows.some(({ indicator, target }) => !indicator?.trim() || !target?.trim()));
