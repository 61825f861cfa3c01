/**
 * A second copy of what only this phone holds: waiting and refused items, drafts, files on their way, sealed work. It
 * lies in the browser's cache, which does not share the fate of IndexedDB: Chromium, killed while it wrote, can find its
 * log unreadable at a later start and then begins empty stores for the whole address. A store that was begun anew gets
 * everything back, with the device and its numbers, so that what may have been sent before is sent as the same item.
 *
 * The copy follows the store within a second. Like the store it is plain while its person is signed in; sign-out leaves
 * what is sealed alone. It is given up first when the phone runs short of room.
 */
import { heldIds, heldRow, putBack, type Held } from '../attachments/store';
import { ask } from '../graphql';
import type { Core } from '../sync/core';
import { more } from '../sync/late';
import { isOpen } from '../sync/rows';
import { PREFIX, knownAccounts, openStore, type Draft, type Row, type Sealed, type State, type Store } from '../sync/store';
import { keyBytes } from './session';
import { reached } from './witness';

type Mark = Pick<State, 'device' | 'from' | 'seq' | 'voided' | 'told'>;
type Kind = 'tanda' | 'kiriman' | 'draf' | 'kunci' | 'berkas';

const NAME = 'cadangan.';
/** Between two copies (ms): a thousand items that are being sent are not gone through with every answer. */
const PAUSE = 1_000;
const IV_BYTES = 12;

const cacheOf = (account: string): Promise<Cache> => caches.open(NAME + account);
/** A frozen tab may hold the lock for ever (ms): this copy is then left out, a later one is made. */
const PATIENCE = 3_000;
const exclusive = <T>(account: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request(NAME + account, { signal: AbortSignal.timeout(PATIENCE) }, work) as Promise<T>) : work();

/** FNV-1a: tells whether a text is still the same, no more. */
function mark(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(36);
}

const path = (kind: Kind, key: string | number): string => `/cadangan/${kind}/${key}`;

/** The person's own word that nobody else has: not yet answered, or refused and not put away. */
const isKept = (row: Row): boolean => isOpen(row) || (row.state !== 'accepted' && !row.dismissed);

/** What has to be there, by path. */
async function wanted(store: Store): Promise<Map<string, () => Response>> {
  const found = new Map<string, () => Response>();
  const add = (kind: Kind, key: string | number, value: unknown): void => {
    const text = JSON.stringify(value);
    found.set(`${path(kind, key)}/${mark(text)}`, () => new Response(text));
  };
  await store.read(async (tx) => {
    for (const row of (await tx.outbox.getAll()).filter(isKept)) {
      const { seq, id, text, createdAt, bytes, live, state, result, formerReceipt, withdrawing, dismissed } = row;
      const fate = isOpen(row) ? { state: 'waiting' } : { state, result };
      add('kiriman', seq, { seq, id, text, createdAt, bytes, live, formerReceipt, withdrawing, dismissed, ...fate });
    }
    const names = (await tx.drafts.getAllKeys()) as string[];
    const values = await tx.drafts.getAll();
    names.forEach((name, i) => add('draf', encodeURIComponent(name), [name, values[i]]));
    for (const { iv, data, at } of ((await tx.meta.get('sealed')) ?? []) as Sealed[])
      found.set(`${path('kunci', at)}/${mark(String(iv))}`, () => new Response(new Blob([iv, data])));
    const { device, from, seq, voided, told } = tx.state;
    add('tanda', seq, { device, from, seq, voided, told });
  }, true);
  return found;
}

const isOf = (kind: Kind) => (name: string) => name.startsWith(path(kind, ''));

/** Gives a store that was begun anew what its forerunner held, if it is its owner who is here; else the copy has to stay
 * as it is: false. `key` opens what was sealed. */
async function bringBack(account: string, cache: Cache, names: string[], store: Store, own: boolean, key?: Uint8Array | null): Promise<boolean> {
  // What was cut off while it was written stops nothing else.
  const read = async <T>(kind: Kind): Promise<T[]> =>
    (await Promise.all(names.filter(isOf(kind)).map(async (name) => (await cache.match(name))?.json().catch(() => null) as Promise<T | null>)))
      .filter((found) => found !== null);
  const before = (await read<Mark>('tanda')).sort((a, b) => b.seq - a.seq)[0];
  const { device, seq } = await store.read(async (tx) => tx.state, true);
  // A device that takes a new id goes on counting; only a lost one starts below what it had reached.
  if (!before || device === before.device || (seq && seq >= before.seq)) return true;
  if (!own) return false;
  const rows = await read<Row>('kiriman');
  const drafts = await read<[string, Draft]>('draf');
  const boxes = await Promise.all(
    names.filter(isOf('kunci')).map(async (name): Promise<Sealed> => {
      const bytes = await (await cache.match(name))!.arrayBuffer();
      return { iv: new Uint8Array(bytes.slice(0, IV_BYTES)), data: bytes.slice(IV_BYTES), at: name.split('/')[3]! };
    }),
  );
  for (const name of names.filter(isOf('berkas'))) {
    const reply = (await cache.match(name))!;
    const bytes = await reply.arrayBuffer();
    const file = JSON.parse(decodeURIComponent(reply.headers.get('X-Berkas')!)) as Omit<Held, 'iv' | 'data'>;
    await putBack(account, { ...file, iv: new Uint8Array(bytes.slice(0, IV_BYTES)), data: bytes.slice(IV_BYTES) });
  }
  const { remains, unseal } = await more();
  await store.write(async (tx) => {
    const { state } = tx;
    // Something was written here before the copy could be read: its numbers stay, and what had them is shown, not sent.
    const taken = state.seq;
    let last = Math.max(taken, before.seq, reached(account, before.device), ...rows.map((row) => row.seq));
    for (const row of rows)
      void tx.outbox.put(row.seq > taken ? { ...row, tried: true, fails: 0 } : remains({ ...row, seq: ++last }, Date.now()));
    if (!taken) Object.assign(state, before);
    state.seq = last;
    for (const [name, draft] of drafts) if (!(await tx.drafts.get(name))) void tx.drafts.put(draft, name);
    const held = ((await tx.meta.get('sealed')) ?? []) as Sealed[];
    const isNew = ({ at, iv }: Sealed): boolean => !held.some((box) => box.at === at && String(box.iv) === String(iv));
    if (boxes.length) void tx.meta.put([...held, ...boxes.filter(isNew)], 'sealed');
  }, true);
  if (key) await unseal({ ...store, options: { sealKey: key } } as Core);
  return true;
}

/** Files are copied where there is room for them twice. */
async function hasRoom(): Promise<boolean> {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return !quota || usage < quota / 2;
}

async function bring(account: string, own: boolean, key?: Uint8Array | null): Promise<void> {
  const cache = await cacheOf(account);
  const store = openStore(account, () => undefined);
  try {
    const names = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    if (!(await bringBack(account, cache, names, store, own, key))) return;
    const now = await wanted(store);
    const files = new Set((await heldIds(account)).map((id) => path('berkas', id)));
    const old = names.filter((name) => !now.has(name) && !files.has(name));
    for (const name of names) now.delete(name) || files.delete(name);
    // The mark comes last, what is no longer wanted goes after that: cut off anywhere, the copy is whole.
    for (const [name, reply] of now) await cache.put(name, reply());
    for (const name of old) await cache.delete(name);
    if (files.size && (await hasRoom()))
      for (const name of files) {
        const row = await heldRow(account, name.split('/').at(-1)!);
        if (!row) continue;
        const { iv, data, ...file } = row;
        await cache.put(name, new Response(new Blob([iv, data]), { headers: { 'X-Berkas': encodeURIComponent(JSON.stringify(file)) } }));
      }
  } finally {
    store.close();
  }
}

/** Copies now; first gives a store that was begun anew everything back. Rejects as the browser's storage says. */
export const copyNow = (account: string, key?: Uint8Array | null): Promise<void> => exclusive(account, () => bring(account, true, key));

/** Between two questions for the key (ms). */
const KEY_PAUSE = 15_000;
let asking = false;

/** A store that came back has no key: files and sign-out need it. The server gives it to whoever is still signed in, as
 * soon as there is a signal. */
async function fetchKey(account: string): Promise<void> {
  const store = openStore(account, () => undefined);
  try {
    while ((await store.read(async (tx) => tx.meta.get('key'))) === undefined) {
      const found = await ask<{ me: { account: string; sealKey: string | null } | null }>('{ me { account sealKey } }').catch(() => null);
      if (found) {
        const sealKey = found.me?.account === account && keyBytes(found.me.sealKey);
        if (!sealKey) return;
        await (await more()).unseal({ ...store, options: { sealKey } } as Core);
        // What waited for it: the page sends its files now.
        const channel = new BroadcastChannel(PREFIX + account);
        channel.postMessage({ outbox: true });
        channel.close();
      } else await new Promise((done) => setTimeout(done, KEY_PAUSE));
    }
  } finally {
    store.close();
  }
}

let busy = false;
let wished: string | null = null;
let tidied: string | null = null;

/** Copies soon, once for all that changes meanwhile. Never rejects: without room, or without caches, the store itself has
 * everything. `keyed`: the account is a person's, whose key the server keeps. */
export async function copySoon(account: string, keyed = true): Promise<void> {
  wished = account;
  if (busy) return;
  busy = true;
  while (wished) {
    const next: string = wished;
    wished = null;
    await copyNow(next).catch(() => undefined);
    // Others, whose work was sealed when this person came, or whose sign-out was cut off, leave nothing plain.
    if (tidied !== next) await tidy((tidied = next)).catch(() => undefined);
    if (keyed && !asking) {
      asking = true;
      void fetchKey(next).catch(() => undefined).finally(() => (asking = false));
    }
    await new Promise((done) => setTimeout(done, PAUSE));
  }
  busy = false;
}

/** Of others on this phone nothing plain stays: their stores were sealed, and the copy follows. */
export async function tidy(account: string | null): Promise<void> {
  for (const other of await knownAccounts()) if (other !== account) await exclusive(other, () => bring(other, false));
}
