/**
 * One IndexedDB database for each account, and how to live with its faults: a full disk, a connection that the browser
 * dropped, an old tab in the way. A transaction that is reported as done is on the disk (`durability: 'strict'`).
 */
import { type Fields, type ItemState, type Link, type PushResult, SyncError } from './types';

/** An outbox row. What travels is only in `text`, so that a resend cannot differ from the first send. */
export interface Row {
  seq: number;
  id: string;
  text: string;
  state: ItemState;
  tried: boolean;
  createdAt: string;
  bytes: number;
  /** Records that the item touches, while a view must regard it; missing once it is settled. Indexed. */
  live?: string[];
  fails: number;
  nextTryAt?: number;
  acceptedAt?: string;
  result?: PushResult;
  formerReceipt?: string;
  withdrawing?: boolean;
  dismissed?: boolean;
}

/** A pulled record. `gen` is the copy it belongs to: a reset builds the next copy beside the shown one. */
export interface Stored {
  gen: number;
  kind: string;
  id: string;
  version: number;
  body: Fields;
}

/** The one row that says where this device stands with the server. */
export interface State {
  device: string;
  /** Sequence numbers up to this one were sent under an earlier device id. */
  from: number;
  seq: number;
  /** Deleted numbers that the server has not heard of, and those it has. */
  voided: number[];
  told: number[];
  /** Signed out: rows are sealed or about to be; only `openSync` with the key opens it again. */
  closed?: boolean;
  epoch?: string;
  link: Link;
  fails: number;
  /** Back-off; forgotten when the signal returns. */
  nextTryAt: number;
  /** The server's own wish; obeyed in any case. */
  holdUntil: number;
  /** When the last request ended, by the phone's clock. */
  asked?: number;
  sentAt?: string;
  lastServer?: string;
  lastWall?: string;
  skew?: number;
  lost: [number, number][];
  gen: number;
  cursor: string | null;
  feed: string;
  pulledAt?: string;
  staging?: { gen: number; cursor: string | null };
  mismatches: number;
  checkedAt?: number;
  resetAt?: number;
}

/** Who flushes. Silent for twice `ms`, another may take over. */
export interface Lease {
  owner: string;
  at: number;
  ms: number;
  sending?: { done: number; total: number; bytesLeft: number };
}

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
  at: string;
}

export interface Draft {
  value: unknown;
  savedAt: string;
}

type Key = IDBValidKey | IDBKeyRange;

/** A failed request aborts its transaction, which is where failures are heard: nobody needs to wait for a put. */
function promised<T>(request: IDBRequest<T>): Promise<T> {
  const answer = new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  answer.catch(() => {});
  return answer;
}

/** The few calls that the engine needs, as promises. An index is read only. */
export interface Table<Value> {
  get(key: Key): Promise<Value | undefined>;
  getAll(range?: Key): Promise<Value[]>;
  getAllKeys(): Promise<IDBValidKey[]>;
  put(value: Value, key?: string): Promise<unknown>;
  delete(key: Key): Promise<unknown>;
  clear(): Promise<unknown>;
}

const table = (at: IDBObjectStore | IDBIndex): Table<never> =>
  new Proxy(at, {
    get: (from, method: keyof Table<never>) => (...given: [never]) => promised((from as IDBObjectStore)[method](...given)),
  }) as unknown as Table<never>;

/** One transaction over the whole store. What a read returns is a copy: change it and put it back. */
export interface Tx {
  readonly meta: Table<State | Lease | CryptoKey | Sealed[]>;
  readonly outbox: Table<Row>;
  /** Outbox rows by mutation id, and by record touched while a view must regard them. */
  readonly ids: Table<Row>;
  readonly live: Table<Row>;
  readonly records: Table<Stored>;
  readonly drafts: Table<Draft>;
  /** Written back when a write ends. */
  state: State;
  /** Counts repetitions after a storage fault: an earlier one may have been committed all the same. */
  attempt: number;
}

const STORES = ['meta', 'outbox', 'records', 'drafts'];

function tables(tx: IDBTransaction): Tx {
  const [meta, outbox, records, drafts] = STORES.map((name) => tx.objectStore(name)) as [IDBObjectStore, IDBObjectStore, IDBObjectStore, IDBObjectStore];
  return {
    meta: table(meta),
    outbox: table(outbox),
    ids: table(outbox.index('id')),
    live: table(outbox.index('live')),
    records: table(records),
    drafts: table(drafts),
  } as unknown as Tx;
}

export const PREFIX = 'sambung.';
const OPEN_TIMEOUT = 10_000;

export interface Store {
  read<T>(body: (tx: Tx) => Promise<T>, evenClosed?: boolean): Promise<T>;
  /** Resolves when the transaction is complete. Both repeat `body` after a storage fault and reject with `SyncError`:
   * `not_saved`, `update_needed`, or `closed` unless `evenClosed`. */
  write<T>(body: (tx: Tx) => Promise<T>, evenClosed?: boolean): Promise<T>;
  /** For good: later calls reject with `closed`. */
  close(): void;
}

export const newState = (): State => ({
  device: crypto.randomUUID(),
  from: 0,
  seq: 0,
  voided: [],
  told: [],
  link: 'unknown',
  fails: 0,
  nextTryAt: 0,
  holdUntil: 0,
  lost: [],
  gen: 1,
  cursor: null,
  feed: '0',
  mismatches: 0,
});

/** Opens or makes the database; `lost` is called when the connection can no longer be used. */
const connect = (account: string, lost: () => void): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(PREFIX + account, 1);
    // An open request can hang for ever behind a frozen tab.
    const timer = setTimeout(() => reject(new Error('blocked')), OPEN_TIMEOUT);
    request.onupgradeneeded = ({ oldVersion }) => {
      // A later version changes what is here; it never builds the outbox anew.
      if (oldVersion) return;
      const db = request.result;
      const meta = db.createObjectStore('meta');
      const outbox = db.createObjectStore('outbox', { keyPath: 'seq' });
      outbox.createIndex('id', 'id', { unique: true });
      outbox.createIndex('live', 'live', { multiEntry: true });
      db.createObjectStore('records', { keyPath: ['gen', 'kind', 'id'] });
      db.createObjectStore('drafts');
      // The device id is made together with the store and dies with it.
      meta.put(newState(), 'state');
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      clearTimeout(timer);
      resolve(db);
      db.onclose = lost;
      // A newer app in another tab wants to upgrade: let it, and reopen when next needed.
      db.onversionchange = () => {
        db.close();
        lost();
      };
    };
  });

const GIVEN_BACK = 500;

/** Room is made from what can be had again: every cache but the app itself. The browser gives it back a moment (ms) later,
 * but of a whole cache not before nobody knows it any more: each entry goes by itself. */
async function evictCaches(): Promise<void> {
  let freed = 0;
  for (const name of (await globalThis.caches?.keys()) ?? [])
    if (!name.includes('precache')) {
      const cache = await caches.open(name);
      for (const entry of await cache.keys()) {
        await cache.delete(entry);
        freed = GIVEN_BACK;
      }
    }
  await new Promise((done) => setTimeout(done, freed));
}

/** `gone` is called when the browser or a newer app took the store away: what was read may no longer be there. A
 * transaction can meet this before the browser tells it, and no word comes then; another device id proves it. */
export function openStore(account: string, gone: () => void): Store {
  let connection: Promise<IDBDatabase> | null = null;
  const drop = (): void => void (connection = null);
  let ended = false;
  let device: string | undefined;
  const lost = (): void => {
    drop();
    device = undefined;
    gone();
  };
  const hangUp = (): void => {
    connection?.then((db) => db.close(), drop);
    drop();
  };

  async function once<T>(mode: IDBTransactionMode, body: (tx: Tx) => Promise<T>, attempt: number, evenClosed?: boolean): Promise<T> {
    if (ended) throw new SyncError('closed');
    const db = await (connection ??= connect(account, lost));
    const raw = db.transaction(STORES, mode, { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      raw.oncomplete = () => resolve();
      raw.onabort = reject;
    });
    done.catch(() => {});
    try {
      const tx = tables(raw);
      tx.state = (await tx.meta.get('state')) as State;
      tx.attempt = attempt;
      const before = device;
      device = tx.state?.device;
      if (before && before !== device) gone();
      if (tx.state?.closed && !evenClosed) throw new SyncError('closed');
      const value = await body(tx);
      if (mode === 'readonly') return value;
      void tx.meta.put(tx.state, 'state');
      // Without it the browser waits for every request to be heard of before it begins to commit.
      raw.commit?.();
      await done;
      device = tx.state?.device;
      return value;
    } catch (fault) {
      try {
        raw.abort();
      } catch {
        // It had ended already.
      }
      // A request that was cut off only says "aborted"; the transaction knows why.
      throw fault instanceof SyncError ? fault : (raw.error ?? fault);
    }
  }

  async function run<T>(mode: IDBTransactionMode, body: (tx: Tx) => Promise<T>, evenClosed?: boolean): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(mode, body, attempt, evenClosed);
      } catch (fault) {
        if (fault instanceof SyncError) throw fault;
        const { name } = fault as Error;
        if (name === 'VersionError') throw new SyncError('update_needed', fault);
        // What cannot be stored at all, or a fault of ours, does not get better by repeating.
        if (attempt > 1 || name === 'TypeError' || name === 'DataCloneError') throw new SyncError('not_saved', fault);
        if (name === 'QuotaExceededError') await evictCaches();
        else hangUp();
      }
    }
  }

  return {
    read: (body, evenClosed) => run('readonly', body, evenClosed),
    write: (body, evenClosed) => run('readwrite', body, evenClosed),
    close() {
      ended = true;
      hangUp();
    },
  };
}

/** Accounts that have a store in this browser. */
export async function knownAccounts(): Promise<string[]> {
  const found = (await indexedDB.databases?.()) ?? [];
  return found.flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
}
