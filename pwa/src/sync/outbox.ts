/** Saving what a person did, in one strictly durable transaction. */
import { evidence, iso } from './clock';
import { type Core, FIRST_BATCH } from './core';
import { uuid7 } from './ids';
import { overlay } from './overlay';
import { byteLength, isShown, liveRows, pickFields, textOf, toItem, withGroups } from './rows';
import type { Row, Tx } from './store';
import { type Fields, type Mutation, type MutationInput, type MutationSpec, type OutboxItem, SyncError } from './types';

const LARGEST_ITEM = 65_536;
/** The server reads no longer list of dependencies; the newest stand on the older ones. */
const MOST_NAMED = 100;
/** The engine's own kind: takes back an item that may have arrived. */
export const WITHDRAW = 'sync.withdraw';
const ENGINE: MutationSpec = { record: 'mutation', rule: 'register' };

export const specOf = (core: Core, kind: string): MutationSpec => core.options.kinds[kind] ?? ENGINE;

/** Steps of a state machine: they carry what the person saw. */
const isOrdered = ({ rule }: MutationSpec): boolean => rule === 'command' || rule === 'claim';

const stored = (tx: Tx, kind: string, id: string) => tx.records.get([tx.state.gen, kind, id]);

/** The versions that the person saw of these records; what only this phone knows has none. */
async function versions(core: Core, tx: Tx, ids: string[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const kinds = new Set(Object.values(core.options.kinds).map(({ record }) => record));
  for (const id of ids)
    for (const kind of kinds) {
      const record = await stored(tx, kind, id);
      if (record) found[id] = record.version;
    }
  return found;
}

interface Ground {
  held: { version: number } | undefined;
  named: string[];
  base?: Fields;
}

/** What an item stands on ("Chains"): the pulled version, the fields that the screen showed, and own work not yet
 * pulled. Only items before `seq` count, so that an edited item never waits for a later one. */
export async function ground(
  core: Core,
  tx: Tx,
  on: { kind: string; record?: string; others: string[]; args: Fields; seq: number },
): Promise<Ground> {
  const spec = specOf(core, on.kind);
  const fields = spec.rule === 'fields' ? withGroups(Object.keys(on.args), spec.groups) : [];
  const named = new Set<string>();
  const before = (row: Row): boolean => row.seq < on.seq && isShown(row);
  for (const id of new Set([on.record, ...on.others])) {
    if (!id) continue;
    const own = (await tx.live.getAll(id)).filter(before).map(toItem);
    if (isOrdered(spec)) for (const item of own) named.add(item.id);
    const creator = own.find((item) => item.record === id && specOf(core, item.kind).rule === 'append');
    if (creator) named.add(creator.id);
    if (id !== on.record) continue;
    for (const field of fields) {
      const latest = own.findLast((item) => specOf(core, item.kind).rule === 'fields' && field in item.args);
      if (latest) named.add(latest.id);
    }
  }
  const held = on.record ? await stored(tx, spec.record, on.record) : undefined;
  if (!fields.length) return { held, named: [...named] };
  const items = (await liveRows(tx)).filter(before).map(toItem);
  const views = overlay<Fields>(spec.record, held ? [held] : [], items, core.options.kinds);
  return { held, named: [...named], base: pickFields(views.find((view) => view.id === on.record)?.body, fields) };
}

export const someOf = <T>(list: readonly T[] | undefined): T[] | undefined =>
  list?.length ? [...new Set(list)].slice(-MOST_NAMED) : undefined;

/** Adds the new row inside the caller's transaction. */
export async function add(core: Core, tx: Tx, input: MutationInput): Promise<Row> {
  const spec = specOf(core, input.kind);
  const at = core.now();
  const { kind, args, record = uuid7(at) } = input;
  const parents = spec.parents?.(args) ?? [];
  const others = [...parents, ...(input.sees ?? [])];
  const seq = ++tx.state.seq;
  // A record that is made here stands on nothing of its own: two look-ups less for the commonest act.
  const { held, named, base } = await ground(core, tx, { kind, record: input.record, others, args, seq });
  const seen = input.seen ?? (isOrdered(spec) ? await versions(core, tx, [record, ...others]) : {});
  const mutation: Mutation = {
    id: input.id ?? uuid7(at),
    seq,
    kind,
    kindVersion: spec.version ?? 1,
    record,
    as: input.as,
    dependsOn: someOf([...named, ...(input.dependsOn ?? [])]),
    resolves: someOf(input.resolves),
    baseVersion: (input.baseVersion === undefined ? held?.version : input.baseVersion) ?? undefined,
    base: input.base ?? base,
    args,
    seen: Object.keys(seen).length ? seen : undefined,
    seenDigest: input.seenDigest,
    clock: evidence(at, tx.state, core.heard),
  };
  const row: Row = {
    seq,
    id: mutation.id,
    state: 'waiting',
    tried: false,
    createdAt: iso(at),
    live: someOf([record, ...parents]),
    fails: 0,
    // The engine's own errand is not on the person's list.
    dismissed: kind === WITHDRAW || undefined,
    ...frozenText(mutation),
  };
  void tx.outbox.put(row);
  if (input.draft) void tx.drafts.delete(input.draft);
  return row;
}

export function frozenText(mutation: Mutation): { text: string; bytes: number } {
  const text = textOf(mutation);
  const bytes = byteLength(text);
  if (bytes > LARGEST_ITEM) throw new SyncError('too_large');
  return { text, bytes };
}

export const saved = (core: Core, kind: string, draft?: string): void =>
  core.emit({ outbox: true, status: true, drafts: !!draft, records: touched(core, kind) });

/** Record kinds whose view a mutation kind changes. */
export const touched = (core: Core, kind: string): string[] => {
  const spec = specOf(core, kind);
  return [...new Set([spec.record, ...(spec.overlays ?? []).map((layer) => layer.record)])];
};

export async function mutate(core: Core, input: MutationInput): Promise<OutboxItem> {
  // Fixed before the first attempt: one that seemed to fail may have been committed.
  const id = input.id ?? uuid7(core.now());
  const row = await core.write(async (tx) => (tx.attempt && (await tx.ids.get(id))) || add(core, tx, { ...input, id }));
  saved(core, input.kind, input.draft);
  return toItem(row);
}

/** Forgets the back-off: of one item, or of everything. What the server asked for itself stays. */
export const hurry = (core: Core, id?: string): Promise<void> =>
  core.write(async (tx) => {
    // Where nothing came through, the size of the batch was not at fault.
    if (!id && tx.state.link === 'offline') core.batch = FIRST_BATCH;
    tx.state.nextTryAt = tx.state.fails = 0;
    for (const row of await liveRows(tx))
      if (row.nextTryAt && (!id || row.id === id)) void tx.outbox.put({ ...row, nextTryAt: undefined, fails: 0 });
  });
