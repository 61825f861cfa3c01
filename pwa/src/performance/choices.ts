/** What a conflict on a plan lets a person choose: one choice a field, one for fields that hold together. Pure, tested. */
import { p } from '../strings/id_skp_pilihan';
import type { Fields, OutboxItem } from '../sync';
import { planKinds } from './kinds';

export interface Unit {
  /** The field, or the first one of its group. */
  name: string;
  label: string;
  fields: string[];
  /** A text that can be merged by hand. */
  text: boolean;
}

/** Fields that are worth merging by hand. */
const LONG = new Set(['text', 'resources', 'accountability', 'consequences']);

/** The fields in conflict, each with the neighbours that merge with it. */
export function choiceUnits(item: OutboxItem): Unit[] {
  const groups = planKinds[item.kind]?.groups ?? [];
  const found = new Map<string, Unit>();
  for (const field of item.result?.conflicts ?? []) {
    const group = groups.find((names) => names.includes(field));
    const name = group?.[0] ?? field;
    if (!(field in item.args) && !group) continue;
    const fields = group ? differing(item, group) : [field];
    if (fields.length)
      found.set(name, {
        name: group ? fields[0]! : field,
        label: fields.map((one) => p.isian[one] ?? one).join(', '),
        fields,
        text: fields.length === 1 && (LONG.has(field) || field.startsWith('expect')),
      });
  }
  return [...found.values()];
}

const same = (a: unknown, b: unknown): boolean => (a ?? null) === (b ?? null);

/** Members of a group that are not the same on both sides. */
const differing = (item: OutboxItem, group: readonly string[]): string[] =>
  group.filter((name) => !same(own(item, name), item.result?.server?.[name]));

/** What this phone meant a field to be: what was written, else what the screen showed. */
const own = (item: OutboxItem, name: string): unknown => (name in item.args ? item.args[name] : item.base?.[name]) ?? null;

export const mineOf = (item: OutboxItem, { fields }: Unit): Fields =>
  Object.fromEntries(fields.map((name) => [name, own(item, name)]));

export const theirsOf = (item: OutboxItem, { fields }: Unit): Fields =>
  Object.fromEntries(fields.map((name) => [name, item.result?.server?.[name] ?? null]));
