/**
 * Files that still have to arrive, on the phone: one database for each account, apart from the engine's, because the
 * engine's rows are small. Content is encrypted with the account's key, which sign-out takes away: the next person at
 * the phone reads none of it, and its owner finds it again.
 */
import { openStore } from '../sync/store';

/** What a text says of a file before it is there; the server's `FileArgs`. */
export interface FileRef {
  id: string;
  name: string;
  bytes: number;
  sha256: string;
}

export interface Held extends FileRef {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
  /** Milliseconds since 1970. */
  savedAt: number;
  /** The server's last word on it, when it will never take it. */
  refused?: string;
}

/** The phone has no key for it: the person signs in once more. */
export class NoKey extends Error {}

const nameOf = (account: string): string => `lampiran.${account}`;

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open(account: string): Promise<IDBDatabase> {
  const request = indexedDB.open(nameOf(account), 1);
  request.onupgradeneeded = () => request.result.createObjectStore('files', { keyPath: 'id' });
  return asked(request);
}

/** Runs one transaction; a write resolves when it is on the disk. */
async function within<T>(account: string, mode: IDBTransactionMode, work: (files: IDBObjectStore) => Promise<T>): Promise<T> {
  const db = await open(account);
  try {
    const tx = db.transaction('files', mode, { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error ?? new DOMException('', 'AbortError'));
    });
    done.catch(() => undefined);
    const value = await work(tx.objectStore('files'));
    await done;
    return value;
  } finally {
    db.close();
  }
}

async function keyOf(account: string): Promise<CryptoKey> {
  const store = openStore(account, () => undefined);
  try {
    const key = await store.read((tx) => tx.meta.get('key'));
    if (!(key instanceof CryptoKey)) throw new NoKey();
    return key;
  } finally {
    store.close();
  }
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Keeps a file; resolves when it is on the disk. Under the `id` of one that the server refused it takes its place: what
 * waits for that id goes on as soon as these bytes are there. Rejects with `NoKey`, or as the phone's storage says. */
export async function keep(account: string, name: string, content: Blob, id: string = crypto.randomUUID()): Promise<FileRef> {
  const key = await keyOf(account);
  const plain = await content.arrayBuffer();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const [digest, data] = await Promise.all([
    crypto.subtle.digest('SHA-256', plain),
    crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain),
  ]);
  const file: FileRef = { id, name, bytes: plain.byteLength, sha256: hex(digest) };
  const row: Held = { ...file, iv, data, savedAt: Date.now() };
  await uncopied(account, [id]);
  await putBack(account, row);
  return file;
}

/** Stores a file as it was kept. */
export const putBack = (account: string, row: Held): Promise<unknown> =>
  within(account, 'readwrite', (files) => asked(files.put(row)));

/** Which files are kept. */
export const heldIds = (account: string): Promise<string[]> =>
  within(account, 'readonly', (files) => asked(files.getAllKeys() as IDBRequest<string[]>));

/** One kept file as it lies there, encrypted. */
export const heldRow = (account: string, id: string): Promise<Held | undefined> =>
  within(account, 'readonly', (files) => asked(files.get(id) as IDBRequest<Held | undefined>));

/** The files that are kept, without their content. */
export const held = (account: string): Promise<(FileRef & { savedAt: number; refused?: string })[]> =>
  within(account, 'readonly', async (files) => {
    const rows = (await asked(files.getAll())) as Held[];
    return rows.map(({ iv: _iv, data: _data, ...file }) => file);
  });

/** The bytes of a kept file; null when it is gone. */
export async function contentOf(account: string, id: string): Promise<ArrayBuffer | null> {
  const row = await within(account, 'readonly', (files) => asked(files.get(id) as IDBRequest<Held | undefined>));
  return row ? crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.iv }, await keyOf(account), row.data) : null;
}

/** Their copies beside the store go: what is sent, or has given its place to another, never comes back. */
async function uncopied(account: string, ids: readonly string[]): Promise<void> {
  const copies = await globalThis.caches?.open(`cadangan.${account}`).catch(() => null);
  for (const id of ids) await copies?.delete(`/cadangan/berkas/${id}`).catch(() => false);
}

/** Forgets files. */
export async function forget(account: string, ids: readonly string[]): Promise<void> {
  await within(account, 'readwrite', async (files) => {
    for (const id of ids) await asked(files.delete(id));
  });
  await uncopied(account, ids);
}

/** Remembers that the server will never take a file; its content is let go. */
export const refuse = (account: string, id: string, message: string): Promise<void> =>
  within(account, 'readwrite', async (files) => {
    const row = (await asked(files.get(id))) as Held | undefined;
    if (row) await asked(files.put({ ...row, data: new ArrayBuffer(0), refused: message }));
  });
