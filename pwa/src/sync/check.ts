/** Whether the copy is what the server thinks it is; loaded only when a digest came. */
import type { Core } from './core';
import { digest } from './digest';
import { DAY, copyOf } from './pull';

/** Compares digests. Two mismatches in a row: the copy is thrown away and fetched anew, at most once a day. True: pull
 * once more, with a check. */
export async function prove(core: Core, expected: { count: number; digest: string }): Promise<boolean> {
  const held = await core.read((tx) => tx.records.all(copyOf(tx.state.gen)));
  const own = await digest(held);
  const fits = own.count === expected.count && own.digest === expected.digest;
  return core.write(async ({ state }) => {
    const now = core.now();
    state.checkedAt = now;
    state.mismatches = fits ? 0 : state.mismatches + 1;
    const reset = state.mismatches > 1 && !(now - (state.resetAt ?? 0) < DAY);
    if (reset) Object.assign(state, { staging: { gen: state.gen + 1, cursor: null, epoch: state.epoch }, resetAt: now, mismatches: 0 });
    return reset || state.mismatches === 1;
  });
}
