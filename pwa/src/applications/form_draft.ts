/** What was typed in the form of a case and is not saved: which of it the screen shows, which of it still can be saved, and
 * what stood there when writing began. Pure. */
import { isEmpty, judge } from './conditions';
import { fieldsOf, type Field, type Service, type Values } from './definition';
import { fieldFault } from './field_fault';
import { canWrite, rowsOf, type Whole } from './view';

export interface TypedRow {
  id: string;
  cells: Record<string, string>;
  /** As they were stored; none for a row that was begun here. */
  order?: number | null;
  removed?: boolean | null;
}

/** `typed`: by field key, rows with their ids. `groups`, `rows`: what the screen showed when writing began in a merge group
 * (null: nothing) or in a field of rows; a change of somebody else since then is never written over unseen. */
export interface FormDraft {
  typed: Record<string, unknown>;
  groups: Record<string, Record<string, unknown> | null>;
  rows: Record<string, TypedRow[]>;
}

export const NOTHING: FormDraft = { typed: {}, groups: {}, rows: {} };
export const isNothing = ({ typed }: FormDraft): boolean => !Object.keys(typed).length;
export const formKey = (application: string): string => `usul:isian:${application}`;

export const groupOf = ({ group, key }: Field): string => group || key;
/** What is written together: a merge group, or the rows of a field. */
const unitOf = (field: Field): string => (field.type === 'rows' ? field.key : groupOf(field));
export const ownerOf = ({ owner }: Field): string => owner ?? 'applicant';
const cellsOf = ({ cells }: { cells?: Record<string, string> | null }): Record<string, string> => cells ?? {};

/** Values of a group as they are stored. */
export const storedGroup = ({ groups }: Whole, group: string): Record<string, unknown> | null => groups.find(({ body }) => body.group === group)?.body.values ?? null;
export const storedRows = ({ rows }: Whole, key: string): TypedRow[] => rowsOf(rows, key).map(({ id, body }) => ({ id, cells: cellsOf(body), order: body.order ?? null, removed: body.removed ?? null }));

/** The draft without fields, and without what only they stood on. */
export function without(draft: FormDraft, service: Service, keys: ReadonlySet<string>): FormDraft {
  const typed = Object.fromEntries(Object.entries(draft.typed).filter(([key]) => !keys.has(key)));
  const left = fieldsOf(service).filter(({ key }) => key in typed);
  const kept = <Base>(bases: Record<string, Base>, names: Set<string>): Record<string, Base> => Object.fromEntries(Object.entries(bases).filter(([name]) => names.has(name)));
  return { typed, groups: kept(draft.groups, new Set(left.map(groupOf))), rows: kept(draft.rows, new Set(left.map(({ key }) => key))) };
}

/** Rows as a value: their cells beside the id. */
const plain = (rows: unknown): unknown => (Array.isArray(rows) ? (rows as TypedRow[]).map(({ id, cells }) => ({ ...cells, id })) : rows);
export const valueIn = (field: Field, typed: unknown): unknown => (field.type === 'rows' ? plain(typed) : typed);

const inOrder = (value: unknown): unknown => (value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
/** Equality of stored values: the order of members does not count, nor how nothing is written. */
export const same = (one: unknown, other: unknown): boolean => (isEmpty(one) && isEmpty(other)) || JSON.stringify(one, (_, value) => inOrder(value)) === JSON.stringify(other, (_, value) => inOrder(value));

/** Whether the applicant can write it now. */
export const isOpen = (whole: Whole, field: Field): boolean => ownerOf(field) === 'applicant' && field.type !== 'employee' && canWrite(whole, field.key);

/** Stored values, what was typed over them as far as it can still be saved. */
export function shownIn(whole: Whole, { typed }: FormDraft, open: (field: Field) => boolean = (field) => isOpen(whole, field)): Values {
  const over = fieldsOf(whole.service).filter((field) => field.key in typed && open(field));
  return { ...whole.values, ...Object.fromEntries(over.map((field) => [field.key, valueIn(field, typed[field.key])])) };
}

/** A field that only says why another rank is proposed is asked for where that is so, or where something stands in it. */
function isNeeded(service: Service, { key }: Field, shown: Values, typed: FormDraft['typed']): boolean {
  const asking = fieldsOf(service).filter(({ validators = [] }) => validators.some((check) => check.startsWith('next_rank:') && check.endsWith(`:${key}`)));
  return !asking.length || key in typed || !isEmpty(shown[key]) || asking.some((one) => !isEmpty(shown[one.key]) && fieldFault(one, shown[one.key], shown) !== undefined);
}

/** The fields of the applicant's form, in the definition's order. */
export const askedFields = ({ service, view }: Whole, { typed }: FormDraft, shown: Values): Field[] =>
  fieldsOf(service).filter((one) => ownerOf(one) !== 'officer' && judge(one.when, shown, view.body.facts) !== 'tidak' && isNeeded(service, one, shown, typed));

/** Typed otherwise than it is stored. What says again what stood there at the beginning leaves alone what others wrote since. */
export function differs(whole: Whole, { typed, groups, rows }: FormDraft, field: Field): boolean {
  const { key } = field;
  const mine = valueIn(field, typed[key]);
  if (!(key in typed) || same(mine, whole.values[key])) return false;
  const [was, now] = field.type === 'rows' ? [plain(rows[key]), plain(storedRows(whole, key))] : [groups[groupOf(field)]?.[key], storedGroup(whole, groupOf(field))?.[key]];
  return same(was, now) || !same(mine, was);
}

/** The draft with one field more; the first word in a group notes what stood there. */
export function withTyped(draft: FormDraft, whole: Whole, field: Field, value: unknown): FormDraft {
  const typed = { ...draft.typed, [field.key]: value };
  const unit = unitOf(field);
  // What was saved meanwhile is no ground to stand on any more.
  const begun = fieldsOf(whole.service).some((one) => unitOf(one) === unit && differs(whole, draft, one));
  if (field.type === 'rows') return { ...draft, typed, rows: { ...draft.rows, [unit]: (begun && draft.rows[unit]) || storedRows(whole, unit) } };
  return { ...draft, typed, groups: { ...draft.groups, [unit]: begun && unit in draft.groups ? draft.groups[unit]! : storedGroup(whole, unit) } };
}

/** What was typed and can be saved, and is not: nothing may be sent before. */
export function unsavedIn(whole: Whole, draft: FormDraft): Field[] {
  return askedFields(whole, draft, shownIn(whole, draft)).filter((field) => isOpen(whole, field) && differs(whole, draft, field));
}

/** What was typed and can be saved no more: the case was locked meanwhile. */
export const strandedIn = (whole: Whole, draft: FormDraft): Field[] => fieldsOf(whole.service).filter((field) => !isOpen(whole, field) && differs(whole, draft, field));

/** What was typed, to be copied: each field by its name, as it was typed. */
export const typedText = (fields: readonly Field[], { typed }: FormDraft): string =>
  fields.map(({ key, label }) => `${label}: ${Array.isArray(typed[key]) ? (typed[key] as TypedRow[]).map(({ cells }) => `\n- ${Object.values(cells).join(', ')}`).join('') : String(typed[key])}`).join('\n');
