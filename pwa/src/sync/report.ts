/** What this phone holds, for the person: loaded only when asked for. */
import type { Core } from './core';
import { copyOf } from './pull';
import type { ExportedItem, Holding, Holdings, OutboxItem, SyncClient } from './types';

export const holdings = (core: Core, areaOf?: Parameters<SyncClient['holdings']>[0]): Promise<Holdings> =>
  core.read(async (tx) => {
    const held: Holdings = { kinds: {}, areas: {}, outbox: { records: 0, bytes: 0 }, updatedAt: tx.state.pulledAt ?? null };
    const count = (into: Holding, bytes: number): void => {
      into.records++;
      into.bytes += bytes;
    };
    for (const { kind, body } of await tx.records.getAll(copyOf(tx.state.gen))) {
      const bytes = JSON.stringify(body).length;
      const area = areaOf?.(kind, body);
      count((held.kinds[kind] ??= { records: 0, bytes: 0 }), bytes);
      if (area) count((held.areas[area] ??= { records: 0, bytes: 0 }), bytes);
    }
    for (const { bytes } of await tx.outbox.getAll()) count(held.outbox, bytes);
    return held;
  });

/** The person's own words and what became of them; no ids of devices, no tokens. */
const exported = ({ id, kind, createdAt, state, args, result }: OutboxItem): ExportedItem => ({
  id,
  kind,
  createdAt,
  state,
  receipt: result?.receipt ?? undefined,
  message: result?.message ?? undefined,
  args,
});

export const exportItems = (items: OutboxItem[], ids?: string[]): ExportedItem[] =>
  items.filter(({ id }) => !ids || ids.includes(id)).map(exported);
