/** Outbox rows and what they mean. */
import type { Row, Tx } from './store';
import type { Fields, ItemState, Mutation, OutboxItem } from './types';

/** The text holds the mutation, the row its fate. */
export function toItem(row: Row): OutboxItem {
  const { text, live: _live, fails: _fails, ...fate } = row;
  return { dependsOn: [], resolves: [], ...(JSON.parse(text) as Mutation), ...fate };
}

/** Waits for a final answer. */
export const isOpen = ({ state }: { state: ItemState }): boolean =>
  state === 'waiting' || state === 'sending' || state === 'deferred';

/** Counts in the view: open, or accepted and not pulled yet. */
export const isShown = (row: { state: ItemState }): boolean => isOpen(row) || row.state === 'accepted';

/** Every row that a view must regard, lowest seq first. */
export async function liveRows(tx: Tx): Promise<Row[]> {
  const rows = new Map<number, Row>();
  for (const row of await tx.live.getAll()) rows.set(row.seq, row);
  return [...rows.values()].sort((a, b) => a.seq - b.seq);
}

/** The exact text of a mutation. NUL and halves of surrogate pairs become U+FFFD: one server or another refuses the
 * whole batch for them. Members that are undefined stay out. */
export const textOf = (mutation: Mutation): string =>
  // JSON writes both as escapes; any other escape is passed over whole.
  JSON.stringify(mutation).replace(/\\(u0000|ud[89a-f]..|.)/g, (all, what: string) => (what[1] ? '\ufffd' : all));

export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** `names` and what they drag along, because grouped fields merge as one. */
export const withGroups = (names: string[], groups: readonly (readonly string[])[] = []): string[] => [
  ...new Set(names.flatMap((name) => groups.find((group) => group.includes(name)) ?? [name])),
];

export const pickFields = (from: Fields | null | undefined, names: string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, from?.[name] ?? null]));
