/** Brings the copy up to the server's feed, page by page. Runs under `exclusive`. */
import type { Core } from './core';
import { learn, settle } from './flusher';
import { more } from './late';
import { renew } from './lease';
import type { State, Tx } from './store';
import { type PullReply, ask, timeoutFor } from './transport';

export const DAY = 86_400_000;

/** All records of one copy. */
export const copyOf = (gen: number): IDBKeyRange => IDBKeyRange.bound([gen], [gen, []]);

/** A reset starts the next copy beside the shown one, also over one that was half built: what left meanwhile is told to
 * nobody any more. Further pages go on there. */
function target(state: State, reply: PullReply): State | NonNullable<State['staging']> {
  if (reply.reset)
    state.staging = { gen: Math.max(state.gen, state.staging?.gen ?? 0) + 1, cursor: null };
  return state.staging ?? state;
}

/** Writes one page. Returns the record kinds whose view may differ now. */
async function apply(core: Core, tx: Tx, reply: PullReply): Promise<string[]> {
  const { records, state } = tx;
  const into = target(state, reply);
  const kinds = new Set<string>();
  for (const { kind, id, version, body } of reply.changes ?? []) {
    kinds.add(kind);
    void records.put({ gen: into.gen, kind, id, version, body });
  }
  for (const { kind, id } of reply.removed ?? []) {
    kinds.add(kind);
    void records.delete([into.gen, kind, id]);
  }
  into.cursor = reply.cursor;
  if (state.staging && !reply.more) {
    // With it go the leftovers of any reset that was begun and overtaken.
    void records.delete(IDBKeyRange.upperBound([into.gen], true));
    state.gen = into.gen;
    state.cursor = into.cursor;
    state.staging = undefined;
    // Anything may have left with the old copy.
    for (const spec of Object.values(core.options.kinds)) kinds.add(spec.record);
  }
  if (!state.staging) {
    state.feed = String(reply.feed);
    if (!reply.more) state.pulledAt = reply.serverTime;
    await settle(tx, state.feed);
  }
  return [...kinds];
}

/** Pulls until there is no more. True: the server answered everything. The digest is asked for on the last step only,
 * for the server counts the whole set for it. */
export async function pull(core: Core, check: boolean): Promise<boolean> {
  for (;;) {
    const cursor = await core.write(async (tx) => {
      const { state } = tx;
      check ||= !(core.now() - (state.checkedAt ?? 0) < DAY);
      return (await renew(core, tx, timeoutFor(0))) ? (state.staging ?? state).cursor : undefined;
    });
    if (cursor === undefined) return false;
    const checking = check && cursor !== null;
    const variables = { account: core.options.account, cursor: cursor ?? undefined, check: checking || undefined };
    const answer = await ask<PullReply>(core, 'syncPull', JSON.stringify(variables));
    const { reply } = answer;
    const good = reply && !reply.code;
    const records = await core.write(async (tx) => {
      const { state } = tx;
      await learn(core, tx, answer);
      // The server's keys were replaced: the timer pulls a new copy beside this one.
      if (reply?.code === 'cursor_refused') target(state, { reset: true, epoch: reply.serverTime } as PullReply);
      // Another tab that took over has moved on: this page is not for the copy as it is now.
      if (!good || (state.staging ?? state).cursor !== cursor) return [];
      return apply(core, tx, reply);
    });
    core.emit({ status: true, records });
    if (!good || answer.waitMs) return false;
    if (reply.more) continue;
    if (checking) check = !!reply.check && (await (await more()).prove(core, reply.check));
    if (!check) return true;
  }
}
