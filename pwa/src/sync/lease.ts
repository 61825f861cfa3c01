/** One flusher at a time over all tabs and the worker. Two at once would be safe (ids), only wasteful. */
import type { Core } from './core';
import type { Lease, Tx } from './store';

export const FLUSH_LOCK = 'sambung.flush.';
const FIRST_LEASE = 60_000;

/** Two leases went by without a sign, or it was written before the clock was set back. */
const isSilent = ({ at, ms }: Lease, now: number): boolean => now > at + 2 * ms || now < at - ms;

/** The lease of a flusher that gives signs of life. */
export async function leaseOf(core: Core, tx: Tx): Promise<Lease | undefined> {
  const lease = (await tx.meta.get('lease')) as Lease | undefined;
  return lease && !isSilent(lease, core.now()) ? lease : undefined;
}

const put = (core: Core, tx: Tx, ms: number, sending?: Lease['sending']): Promise<unknown> =>
  tx.meta.put({ owner: core.me, at: core.now(), ms, sending }, 'lease');

/** Within a transaction: renews the own lease; false when another took over. */
export async function renew(core: Core, tx: Tx, ms: number, sending?: Lease['sending']): Promise<boolean> {
  const own = (await tx.meta.get('lease') as Lease | undefined)?.owner === core.me;
  if (own) await put(core, tx, ms, sending);
  return own;
}

/** Runs `work` alone; false when another is at it and gives signs of life. */
export async function exclusive(core: Core, work: () => Promise<void>): Promise<boolean> {
  const locks = globalThis.navigator?.locks;
  /** Who holds the lock may take any lease; without locks only a free or a silent one. */
  const inside = async (locked: boolean): Promise<boolean> => {
    const mine = await core.write(async (tx) => (locked || !(await leaseOf(core, tx))) && !!(await put(core, tx, FIRST_LEASE)));
    if (!mine) return false;
    try {
      await work();
    } finally {
      await core.write(async (tx) => (await renew(core, tx, 0)) && tx.meta.delete('lease'));
    }
    return true;
  };
  if (!locks) return inside(false);
  const run = (options: LockOptions): Promise<boolean> =>
    locks.request(FLUSH_LOCK + core.options.account, options, async (lock) => !!lock && inside(true));
  if (await run({ ifAvailable: true })) return true;
  // A holder without a lease is only just starting or ending.
  const silent = await core.read(async (tx) => !!(await tx.meta.get('lease')) && !(await leaseOf(core, tx)));
  return silent && run({ steal: true });
}
