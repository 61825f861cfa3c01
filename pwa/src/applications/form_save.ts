/** Judges and saves what was typed in a form: every field of rows, every merge group as a whole. */
import { writeGroup, writeRow } from './acts';
import { isEmpty } from './conditions';
import { fieldsOf, type Field, type Service, type Values } from './definition';
import { fieldFault } from './field_fault';
import { groupOf, storedGroup, storedRows, type FormDraft, type TypedRow } from './form_draft';
import { entryFaults } from './placeholders';
import { rowActs } from './row_acts';
import type { Whole } from './view';

/** Everything that the screen points out before it saves: what does not fit, and marks of letters. What is empty may be
 * filled in later. */
export function errorsOf(service: Service, fields: readonly Field[], values: Values): Record<string, string | undefined> {
  const marks = new Map(entryFaults(service, values).map(({ path, text }) => [path.replace(/^fields\.(\w+).*$/, '$1'), text]));
  const found = fields.map((one): [string, string | undefined] => {
    const value = values[one.key];
    return [`isian-${one.key}`, isEmpty(value) ? undefined : (marks.get(one.key) ?? fieldFault(one, value, values))];
  });
  return Object.fromEntries(found.filter(([, text]) => text));
}

/** `fields`: those that changed. `saved` is told the keys of what is stored, one group or list after the other: what failed
 * after that is a draft still, and the next attempt repeats nothing. */
export async function saveFields(whole: Whole, draft: FormDraft, fields: readonly Field[], shown: Values, saved: (keys: ReadonlySet<string>) => void): Promise<void> {
  const { view, service, rows } = whole;
  for (const field of fields.filter(({ type }) => type === 'rows')) {
    const { key } = field;
    const base = draft.rows[key] ?? storedRows(whole, key);
    const stored = rows.filter(({ body }) => body.field === key);
    for (const act of rowActs(view.id, key, base, stored, draft.typed[key] as TypedRow[])) await writeRow(whole, field, act);
    saved(new Set([key]));
  }
  for (const group of new Set(fields.filter(({ type }) => type !== 'rows').map(groupOf))) {
    const keys = fieldsOf(service).filter((one) => groupOf(one) === group).map(({ key }) => key);
    const next = Object.fromEntries(keys.filter((key) => !isEmpty(shown[key])).map((key) => [key, shown[key]]));
    await writeGroup(whole, group, next, group in draft.groups ? draft.groups[group]! : storedGroup(whole, group));
    saved(new Set(keys));
  }
}
