/** Rows that cannot be read: one of them would stop every view and every batch, so they are taken out of the way. */
import { iso } from './clock';
import { textOf } from './rows';
import { type Row, type Store, newState } from './store';
import type { ItemState, Mutation } from './types';

/** Kind and code of an item of which only the remains are left. */
export const DAMAGED = 'damaged';

const STATES: readonly ItemState[] = ['waiting', 'sending', 'deferred', 'accepted', 'conflict', 'rejected'];
const NOBODY = '00000000-0000-4000-8000-000000000000';

function isSound(row: Row): boolean {
  try {
    const { id, seq, kind, record, args } = JSON.parse(row.text) as Mutation;
    const known = id === row.id && seq === row.seq && typeof kind === 'string' && typeof record === 'string';
    return known && typeof args === 'object' && args !== null && STATES.includes(row.state);
  } catch {
    return false;
  }
}

/** What the person wrote, as far as it can be made out; else all that is there. */
function words(row: Row): string {
  const { text } = row;
  if (typeof text !== 'string') return JSON.stringify(row);
  const written = /"text":"((?:[^"\\]|\\["\\/bfnrt])+)/.exec(text)?.[1];
  return written ? (JSON.parse(`"${written}"`) as string) : text;
}

/** What its author sees in its place: not sent, with the remains to copy. An answer that was there stays. */
export function remains(row: Row, now: number): Row {
  const { seq } = row;
  const id = typeof row.id === 'string' ? row.id : crypto.randomUUID();
  const wall = Number.isNaN(Date.parse(row.createdAt)) ? iso(now) : row.createdAt;
  const args = { text: words(row) };
  return {
    seq,
    id,
    text: textOf({ id, seq, kind: DAMAGED, kindVersion: 1, record: NOBODY, args, clock: { wall } }),
    state: row.state === 'accepted' ? 'accepted' : 'rejected',
    tried: true,
    createdAt: wall,
    bytes: args.text.length,
    fails: 0,
    acceptedAt: row.acceptedAt,
    result: row.state === 'accepted' ? row.result : { id, status: 'rejected', code: DAMAGED },
  };
}

/** Mends what stands in the way; true when something was changed. Works on a store that does not open otherwise. */
export const heal = (store: Pick<Store, 'write'>, now = Date.now()): Promise<boolean> =>
  store.write(async (tx) => {
    const rows = await tx.outbox.getAll();
    const damaged = rows.filter((row) => !isSound(row));
    for (const row of damaged) void tx.outbox.put(remains(row, now));
    const { device, seq } = tx.state ?? {};
    const last = Math.max(0, ...rows.map((row) => row.seq));
    const stateless = typeof device !== 'string' || !(seq! >= last);
    // A device whose numbers are unknown begins anew, above everything that it ever wrote down here.
    if (stateless) tx.state = { ...newState(), seq: last, from: last };
    return stateless || damaged.length > 0;
  }, true);
