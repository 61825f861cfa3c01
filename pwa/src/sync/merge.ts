/** Three-way merge by field, the twin of the server's; what the conflict card may use to foresee an outcome (pure). */
import type { Fields } from './types';

export interface MergeOutcome {
  /** The whole record after the merge; null when a person has to choose. */
  merged: Fields | null;
  /** Fields in conflict, in the order of the alphabet; a group is named as a whole. */
  conflicts: string[];
}

const read = (from: Fields | null, name: string): unknown => (from && Object.hasOwn(from, name) ? from[name] : null) ?? null;

/** Equality of JSON values: order of keys does not matter, true is not 1. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same((a as Fields)[name], (b as Fields)[name]))
  );
}

/** `mine` holds the edited fields only; `groups` are fields with a joint invariant, which merge as one. */
export function merge(base: Fields | null, mine: Fields, theirs: Fields, groups: readonly (readonly string[])[]): MergeOutcome {
  const merged = { ...theirs };
  const conflicts = new Set<string>();
  for (const name of Object.keys(mine)) {
    const unit = groups.find((group) => group.includes(name)) ?? [name];
    const wanted = (field: string): unknown => read(Object.hasOwn(mine, field) ? mine : base, field);
    const agreed = unit.every((field) => same(wanted(field), read(theirs, field)));
    const untouched = unit.every((field) => same(wanted(field), read(base, field)));
    if (agreed || untouched) continue;
    if (unit.every((field) => same(read(theirs, field), read(base, field)))) merged[name] = mine[name];
    else for (const field of unit) conflicts.add(field);
  }
  return { merged: conflicts.size ? null : merged, conflicts: [...conflicts].sort() };
}
