/** Rows of a field, from what the screen showed when writing began to what was typed, over what is stored by now. Pure. */
import { same, type TypedRow } from './form_draft';
import type { Fields, RecordView } from '../sync';
import type { Row } from './types';

export interface RowAct {
  record: string;
  args: Fields;
  /** What the author saw when writing began. */
  base?: Fields;
}

/** The order of each row: those that stand in their order keep it, so that whoever moves one row touches no other. */
function ordersOf(typed: readonly TypedRow[], known: ReadonlyMap<string, TypedRow>, most: number): number[] {
  const end = typed.findLastIndex(({ id }) => known.has(id));
  let last = -1;
  return typed.map(({ id }, at) => {
    const order = known.get(id)?.order ?? -1;
    if (order > last) return (last = order);
    return (last = Math.max(last, at > end ? most : -1) + 1);
  });
}

/** `base`: as shown when writing began. `stored`: every record of the field, the removed ones too. */
export function rowActs(application: string, field: string, base: readonly TypedRow[], stored: readonly RecordView<Row>[], typed: readonly TypedRow[]): RowAct[] {
  const before = new Map(base.map((row) => [row.id, row]));
  const now = new Map(stored.map(({ id, body }) => [id, body]));
  const acts: RowAct[] = [];
  const orders = ordersOf(typed, before, Math.max(-1, ...stored.map(({ body }) => body.order ?? -1)));
  for (const [at, { id, cells }] of typed.entries()) {
    const was = before.get(id);
    const held = now.get(id);
    const order = orders[at]!;
    if (!was || !held) {
      // One that was begun here and is there already was saved by the attempt before.
      if (!held) acts.push({ record: id, args: { application, field, cells, order } });
      else if (!same(held.cells ?? {}, cells)) acts.push({ record: id, args: { application, cells } });
      continue;
    }
    const args: Fields = {};
    if (!same(was.cells, cells) && !same(held.cells ?? {}, cells)) args.cells = cells;
    if (was.order !== order && held.order !== order) args.order = order;
    if (held.removed && !args.cells) continue;
    // Written in after somebody removed it: a person chooses.
    if (held.removed) args.removed = false;
    if (Object.keys(args).length) acts.push({ record: id, args: { application, ...args }, base: { cells: was.cells, order: was.order ?? null, removed: was.removed ?? null } });
  }
  const kept = new Set(typed.map(({ id }) => id));
  for (const { id, cells } of base) {
    const held = now.get(id);
    // A row that somebody wrote in meanwhile stays: nobody saw it go.
    if (!kept.has(id) && held && !held.removed && same(cells, held.cells ?? {})) acts.push({ record: id, args: { application, removed: true } });
  }
  return acts;
}
