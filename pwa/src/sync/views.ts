/** Reads for the screens: records with own work laid over, the outbox, the state of the link. */
import { dueBy, isDue, LONGEST_WAIT } from './backoff';
import { iso } from './clock';
import type { Core } from './core';
import { leaseOf } from './lease';
import { overlay } from './overlay';
import { isOpen, liveRows, toItem } from './rows';
import type { OutboxItem, RecordView, SyncStatus } from './types';

export const list = <B>(core: Core, kind: string): Promise<RecordView<B>[]> =>
  core.read(async (tx) => {
    const { gen } = tx.state;
    const held = await tx.records.getAll(IDBKeyRange.bound([gen, kind], [gen, kind, []]));
    return overlay<B>(kind, held, (await liveRows(tx)).map(toItem), core.options.kinds);
  });

export const get = <B>(core: Core, kind: string, id: string): Promise<RecordView<B> | null> =>
  core.read(async (tx) => {
    const held = await tx.records.get([tx.state.gen, kind, id]);
    const items = (await tx.live.getAll(id)).map(toItem);
    return overlay<B>(kind, held ? [held] : [], items, core.options.kinds).find((view) => view.id === id) ?? null;
  });

export const outbox = (core: Core): Promise<OutboxItem[]> =>
  core.read(async (tx) => {
    const busy = await leaseOf(core, tx);
    const items = (await tx.outbox.getAll()).filter((row) => !row.dismissed).map(toItem);
    // A tab that was closed while sending left its mark.
    for (const item of items) if (!busy && item.state === 'sending') item.state = 'waiting';
    return items;
  });

export const status = (core: Core): Promise<SyncStatus> =>
  core.read(async (tx) => {
    const { state } = tx;
    const rows = (await liveRows(tx)).filter((row) => !row.dismissed);
    const count = (name: string): number => rows.filter((row) => row.state === name).length;
    const open = rows.filter(isOpen);
    const sealed = (await tx.meta.get('sealed')) as unknown[] | undefined;
    return {
      device: state.device,
      seq: state.seq,
      link: state.link,
      waiting: open.length,
      deferred: count('deferred'),
      sending: (await leaseOf(core, tx))?.sending ?? null,
      conflicts: count('conflict'),
      rejected: count('rejected'),
      oldestWaiting: open[0]?.createdAt ?? null,
      lastSentAt: state.sentAt ?? null,
      lastPullAt: state.pulledAt ?? null,
      nextTryAt: open.length ? Math.max(state.nextTryAt, state.holdUntil, Math.min(...open.map((row) => row.nextTryAt ?? 0))) : null,
      pulling: !state.pulledAt || !!state.staging,
      serverSkewMs: state.skew ?? null,
      lost: state.lost,
      selfReset: state.resetAt ? iso(state.resetAt) : null,
      locked: !!sealed?.length,
    };
  });

/** When the next turn is due, in milliseconds from now. `wished`: a pull is still owed. */
export const nextTurn = (core: Core, wished: boolean): Promise<number> =>
  core.read(async (tx) => {
    const { state } = tx;
    const now = dueBy(core, state);
    const wait = (at = 0): number => (isDue(at, now) ? 0 : at - now);
    const items = (await liveRows(tx)).filter((row) => isOpen(row) && !row.withdrawing).map((row) => wait(row.nextTryAt));
    return Math.max(wait(Math.max(state.nextTryAt, state.holdUntil)), Math.min(wished ? 0 : LONGEST_WAIT, ...items));
  });
