/** Housekeeping when a digest came (at start, after a reset, daily): are all rows sound, is the copy right, is the
 * journal too long. */
import type { Core } from './core';
import { digest } from './digest';
import { heal } from './heal';
import { DAY, copyOf } from './pull';
import { isOpen } from './rows';

const JOURNAL = 30 * DAY;

/** Takes unreadable rows out of the way and says so. */
export async function repair(core: Core): Promise<void> {
  if (await heal(core)) core.emit({ reread: true });
}

/** The journal forgets after 30 days, by the server's clock. */
const purge = (core: Core): Promise<void> =>
  core.write(async (tx) => {
    const before = Date.parse(tx.state.lastServer!) - JOURNAL;
    for (const row of await tx.outbox.getAll())
      if (!row.live && !isOpen(row) && Date.parse(row.acceptedAt ?? row.createdAt) < before) void tx.outbox.delete(row.seq);
  });

/** Compares digests. Two mismatches in a row: the copy is thrown away and fetched anew, at most once a day. True: pull
 * once more, with a check. */
export async function prove(core: Core, expected: { count: number; digest: string }): Promise<boolean> {
  await repair(core);
  await purge(core);
  const held = await core.read((tx) => tx.records.getAll(copyOf(tx.state.gen)));
  const own = await digest(held);
  const fits = own.count === expected.count && own.digest === expected.digest;
  return core.write(async ({ state }) => {
    const now = core.now();
    state.checkedAt = now;
    state.mismatches = fits ? 0 : state.mismatches + 1;
    const reset = state.mismatches > 1 && !(now - (state.resetAt ?? 0) < DAY);
    if (reset) Object.assign(state, { staging: { gen: state.gen + 1, cursor: null }, resetAt: now, mismatches: 0 });
    return reset || state.mismatches === 1;
  });
}
