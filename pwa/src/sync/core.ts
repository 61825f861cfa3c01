/** What every part of one open client shares. */
import { type Store, openStore } from './store';
import type { Change, SyncOptions } from './types';

/** Some 25 questions or 180 ratings: 2 s of sending at 50 kbit/s. */
export const FIRST_BATCH = 65_536;

export interface Core extends Store {
  options: SyncOptions;
  /** Names this client in leases. */
  me: string;
  now: () => number;
  random: () => number;
  /** Bytes of items in the next batch, as the link bears them. */
  batch: number;
  /** A gzip body was refused in this session. */
  plain?: boolean;
  /** Monotonic reading at the last answer that this page saw. */
  heard?: number;
  /** Cuts a request that is on the wire. */
  abort?: AbortController;
  emit: (change: Change) => void;
}

export const newCore = (options: SyncOptions, emit: Core['emit']): Core => ({
  ...openStore(options.account, () => emit({ reread: true })),
  options,
  me: crypto.randomUUID(),
  now: options.now ?? Date.now,
  random: options.random ?? Math.random,
  batch: FIRST_BATCH,
  emit,
});
