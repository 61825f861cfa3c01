/** The words that the engine shares with the screens. Instants are ISO 8601 strings in UTC, durations milliseconds. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = Record<string, unknown>;

/** Where an item is. `sending` means that a flusher froze it and may have it on the wire. */
export type ItemState = 'waiting' | 'sending' | 'deferred' | 'accepted' | 'conflict' | 'rejected';

export type ResultStatus = 'applied' | 'merged' | 'duplicate' | 'conflict' | 'rejected' | 'deferred' | 'retry';

/** The server's answer to one mutation, as it came (null and empty members may be missing). */
export interface PushResult {
  id: string;
  status: ResultStatus;
  /** For `duplicate`: what the first answer was. */
  first?: ResultStatus | null;
  /** Stable code of a conflict, a rejection or a deferral: `chain`, `held`, `locked`, `internal` ... */
  code?: string | null;
  /** Indonesian sentence for the person. */
  message?: string | null;
  version?: number | null;
  /** Feed number as a string: it may grow past 2^53. */
  feed?: string | null;
  /** Eight symbols; show it with `displayReceipt`. */
  receipt?: string | null;
  proof?: string | null;
  /** The record as this person may see it now (conflict, merged, held). */
  server?: Fields | null;
  /** Names of the fields that differ (conflict). */
  conflicts?: string[] | null;
}

/** When the item was made, as far as the phone can tell; evidence, not proof. */
export interface ClockEvidence {
  wall: string;
  lastServer?: string;
  lastWall?: string;
  sinceMs?: number;
}

/** What travels, fixed when the item is saved: the JSON text of these members is resent byte for byte. */
export interface Mutation {
  id: string;
  seq: number;
  kind: string;
  kindVersion: number;
  record: string;
  as?: string;
  dependsOn?: string[];
  resolves?: string[];
  baseVersion?: number;
  base?: Fields;
  args: Fields;
  seen?: Record<string, number>;
  seenDigest?: string;
  clock: ClockEvidence;
}

/** One row of the outbox or of the journal of the last 30 days. */
export interface OutboxItem extends Mutation {
  state: ItemState;
  /** It may have reached the server: it can no longer be edited, and removing it means `sync.withdraw`. */
  tried: boolean;
  createdAt: string;
  /** Server time of the answer that accepted it. */
  acceptedAt?: string;
  /** UTF-8 bytes of its JSON text. */
  bytes: number;
  dependsOn: string[];
  resolves: string[];
  /** The last answer. While an item is resent after a server restore it still shows the old one. */
  result?: PushResult;
  /** Receipt from before a server restore, kept when the later answer is another. */
  formerReceipt?: string;
  /** Milliseconds since 1970 before which this item is not sent again. */
  nextTryAt?: number;
  /** The person asked to take it back; it is not sent while `sync.withdraw` is under way. */
  withdrawing?: boolean;
  /** The person chose another value for this conflict, or put the card away. */
  dismissed?: boolean;
}

/** Server record + overlay of what waits: what the screen shows. */
export interface RecordView<B = Fields> {
  kind: string;
  id: string;
  /** Version of the pulled record; null while only this phone knows it. */
  version: number | null;
  body: B;
  /** Own items on this record that are not settled: waiting, sending, deferred, accepted but not pulled yet, and
   * conflicts and rejections until put away (the last two change nothing in `body`). Lowest seq first. */
  pending: readonly OutboxItem[];
}

/** How an own mutation changes what the screen shows until the server's record arrives. */
export interface Overlay<B = never> {
  /** Record kind that is shown differently. */
  record: string;
  /** Which record; by default the mutation's own. It must be the own record or one of `parents`. */
  id?: (item: OutboxItem) => string;
  /** The new body, from the shown one (null: the record does not exist yet); null: not shown any more. */
  apply: (body: B | null, item: OutboxItem) => B | null;
}

/** What the engine must know of a mutation kind: the twin of the server's declaration. */
export interface MutationSpec {
  record: string;
  rule: 'append' | 'fields' | 'command' | 'claim' | 'register';
  /** Version of the arguments' shape; 1 by default. */
  version?: number;
  /** Fields with a joint invariant, which merge as one. */
  groups?: readonly (readonly string[])[];
  /** Records beside its own that the mutation stands on or changes (the question of a message). */
  parents?: (args: Fields) => string[];
  /** Bodies differ by record kind, so the list is open on purpose. */
  overlays?: readonly Overlay<any>[];
}

/** What a screen hands over to be done. */
export interface MutationInput {
  kind: string;
  args: Fields;
  /** New UUIDv7 by default: a new record. */
  record?: string;
  id?: string;
  /** Role grant that the person works under; none: own data. */
  as?: string;
  /** Further records that the person saw and whose versions a command carries. */
  sees?: string[];
  seenDigest?: string;
  /** What to wait for beside what the engine finds by itself: `file:UPLOAD`. */
  dependsOn?: string[];
  resolves?: string[];
  /** Given only when the screen showed something else than the current view. */
  base?: Fields;
  baseVersion?: number | null;
  seen?: Record<string, number>;
  /** Draft that becomes this item: deleted in the same transaction. */
  draft?: string;
}

/** What stands between the outbox and the server, the worst first.
 * `portal`: something answered that is not our server. `server`: reachable but failing. `other_account`: the browser's
 * cookie belongs to somebody else. `storage`: the phone refused a write. */
export type Link = 'unknown' | 'ok' | 'offline' | 'portal' | 'server' | 'signed_out' | 'other_account' | 'update_needed' | 'storage';

export interface SyncStatus {
  /** This device's id and its last number; both begin anew when the store was lost. */
  device: string;
  seq: number;
  link: Link;
  /** Items not finally answered, deferred ones included. */
  waiting: number;
  deferred: number;
  sending: { done: number; total: number; bytesLeft: number } | null;
  conflicts: number;
  rejected: number;
  /** Creation time of the oldest item that waits. */
  oldestWaiting: string | null;
  lastSentAt: string | null;
  lastPullAt: string | null;
  /** Milliseconds since 1970 of the next try, while something waits. */
  nextTryAt: number | null;
  /** True until the first complete copy has arrived, and while a new copy is built beside the old one. */
  pulling: boolean;
  /** Server clock minus phone clock, from the last answer. */
  serverSkewMs: number | null;
  /** Ranges of own sequence numbers that the server never got and this phone no longer holds. */
  lost: [number, number][];
  /** When the copy was last thrown away because its digest did not fit. */
  selfReset: string | null;
  /** Sealed work from an earlier sign-in that the present key does not open. */
  locked?: boolean;
}

/** What changed; `records` names record kinds. Fires in every tab. */
export interface Change {
  outbox?: boolean;
  records?: string[];
  drafts?: boolean;
  status?: boolean;
  /** The browser took the store away, or it was mended: all that was read before may be different now. */
  reread?: boolean;
  /** The store was sealed or handed over: this client is closed. */
  closed?: boolean;
}

export interface Holding {
  records: number;
  /** Characters of the bodies' JSON. */
  bytes: number;
}

export interface Holdings {
  kinds: Record<string, Holding>;
  areas: Record<string, Holding>;
  outbox: Holding;
  updatedAt: string | null;
}

export interface DraftStore {
  get<T>(key: string): Promise<T | undefined>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** All keys with their values, for the list of drafts. */
  all(): Promise<{ key: string; value: unknown; savedAt: string }[]>;
}

/** `not_saved`: the phone did not store it, the text is only on the screen. `too_large`: over 64 KiB. `frozen`: already
 * tried, make a further mutation instead. `gone`: no such item. `closed`: signed out. `no_key`: sealing needs the key
 * that sign-in hands out. `sealed`: the work is locked and the given key does not open it. `missing`: a piece of the app did
 * not come, so that nothing was done. */
export type SyncErrorCode = 'not_saved' | 'too_large' | 'frozen' | 'gone' | 'closed' | 'no_key' | 'sealed' | 'update_needed' | 'missing';

export class SyncError extends Error {
  constructor(
    readonly code: SyncErrorCode,
    cause?: unknown,
  ) {
    super(code, { cause });
  }
}

export interface SyncOptions {
  /** Account id from `Me`; names store, locks and leases. */
  account: string;
  appVersion: string;
  /** Every mutation kind that this app can make. */
  kinds: Record<string, MutationSpec>;
  /** 32 bytes from `Me.sealKey` right after sign-in; null when opening without a fresh sign-in. Kept non-extractable. */
  sealKey?: Uint8Array | CryptoKey | null;
  fetch?: typeof fetch;
  /** Milliseconds since 1970; the phone's clock. */
  now?: () => number;
  /** 0 <= x < 1; jitter of the back-off. */
  random?: () => number;
  /** In the service worker: no timers, no wake-up listeners, other accounts are left alone. */
  worker?: boolean;
}

export interface SyncClient {
  readonly account: string;
  /** Saves one act. Resolves only after the strictly durable transaction completed; rejects with `SyncError`. */
  mutate(input: MutationInput): Promise<OutboxItem>;
  /** New arguments for an item that was never tried; `frozen` otherwise. */
  edit(id: string, args: Fields): Promise<OutboxItem>;
  list<B = Fields>(kind: string): Promise<RecordView<B>[]>;
  get<B = Fields>(kind: string, id: string): Promise<RecordView<B> | null>;
  /** Waiting, conflicts, rejections and the journal; what was put away is left out. Lowest seq first. */
  outbox(): Promise<OutboxItem[]>;
  status(): Promise<SyncStatus>;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void;
  /** "Kirim sekarang": forgets the back-off of one item or of all, and sends. */
  retry(id?: string): Promise<void>;
  /** `deleted`: it was never tried. `withdrawing`: the server is asked; an accepted item stays in force. */
  remove(id: string): Promise<'deleted' | 'withdrawing'>;
  /** Puts away the card of a conflict or rejection, or a sent item; the phone forgets it after 30 days. */
  dismiss(id: string): Promise<void>;
  /** The person's choice for a conflict: a new mutation over the values that were shown. */
  resolve(id: string, args: Fields): Promise<OutboxItem>;
  /** "Salin untuk saya": the person's own content, without keys or tokens. */
  exportItems(ids?: string[]): Promise<ExportedItem[]>;
  readonly drafts: DraftStore;
  /** Sends what is due, then pulls; true when the server answered. */
  flush(): Promise<boolean>;
  /** Pulls all pages; `check` also compares digests. True when the server answered. */
  pull(check?: boolean): Promise<boolean>;
  /** "There may be something newer": pulls soon, bundling several pokes. */
  poke(): void;
  /** `areaOf` names the area of a record, if it has one. */
  holdings(areaOf?: (kind: string, body: Fields) => string | null): Promise<Holdings>;
  /** Encrypts outbox, drafts and journal, wipes pulled records, deletes the key, closes. Asking the server to end the
   * session is the caller's. Rejects with `no_key` when work is held and there is no key. */
  sealAndSignOut(): Promise<void>;
  /** Ends timers, listeners and the connection; nothing is deleted. */
  close(): void;
}

export interface ExportedItem {
  id: string;
  kind: string;
  createdAt: string;
  state: ItemState;
  receipt?: string;
  message?: string;
  args: Fields;
}
