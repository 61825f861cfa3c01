/**
 * Leaving work behind on a shared phone: outbox, journal and drafts are encrypted with a key of the account that is kept
 * non-extractable and deleted at sign-out. It guards against the next person, not against malware on the phone.
 */
import { iso } from './clock';
import type { Core } from './core';
import { isOpen } from './rows';
import type { Draft, Row, Sealed, Tx } from './store';
import { SyncError } from './types';

interface Contents {
  rows: Row[];
  drafts: [string, Draft][];
}

const getKey = async (tx: Tx): Promise<CryptoKey | undefined> => (await tx.meta.get('key')) as CryptoKey | undefined;
const getSealed = async (tx: Tx): Promise<Sealed[]> => ((await tx.meta.get('sealed')) ?? []) as Sealed[];

async function contents(tx: Tx): Promise<Contents> {
  const keys = (await tx.drafts.getAllKeys()) as string[];
  const values = await tx.drafts.getAll();
  return { rows: await tx.outbox.getAll(), drafts: keys.map((key, i) => [key, values[i]!]) };
}

/** How long (ms) a copy that is just being made is waited for; a frozen tab may never end it. */
const PATIENCE = 3_000;

/** The app's second copy of what waits lies as open as the store did. It is made anew from what is sealed. Each entry goes
 * by itself: the files of a whole cache stay on the disk for as long as a page somewhere knows the cache. */
async function uncopied(account: string): Promise<void> {
  const name = `cadangan.${account}`;
  const made = globalThis.navigator?.locks?.request(name, { signal: AbortSignal.timeout(PATIENCE) }, async () => {});
  await made?.catch(() => undefined);
  const cache = await globalThis.caches?.open(name);
  for (const entry of (await cache?.keys()) ?? []) await cache!.delete(entry);
}

/** Seals and wipes. Without a key, work that nobody else holds makes it reject with `no_key`; `force` then closes the
 * store and leaves the work in it for its owner. */
export async function seal(core: Core, force = false): Promise<void> {
  const { held, key } = await core.write(async (tx) => {
    const held = await contents(tx);
    const key = await getKey(tx);
    if (!key && !force && (held.drafts.length || held.rows.some(isOpen))) throw new SyncError('no_key');
    // From here on every other tab and an answer on the wire find the store closed: nothing slips in behind the copy.
    tx.state.closed = true;
    return { held, key };
  });
  core.abort?.abort();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(held));
  const data = key && (await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain));
  await core.write(async (tx) => {
    const { meta, state } = tx;
    // Its owner signed in again in the meantime and goes on working: nothing is taken away.
    if (!state.closed) throw new SyncError('closed');
    if (data && (held.rows.length || held.drafts.length)) await meta.put([...(await getSealed(tx)), { iv, data, at: iso(core.now()) }], 'sealed');
    if (data || !force) for (const table of [tx.outbox, tx.drafts]) await table.clear();
    await tx.records.clear();
    await meta.delete('key');
    await meta.delete('lease');
    Object.assign(state, { cursor: null, feed: '0', pulledAt: undefined, staging: undefined, checkedAt: undefined, link: 'unknown' });
  }, true);
  await uncopied(core.options.account).catch(() => undefined);
  core.emit({ closed: true });
}

/** Opens what the same account sealed. Rejects with `sealed` when there is no key to try; a box that the key does not
 * fit stays as it is. */
export async function unseal(core: Core): Promise<void> {
  const given = core.options.sealKey;
  const key = given instanceof Uint8Array ? await crypto.subtle.importKey('raw', given as BufferSource, 'AES-GCM', false, ['encrypt', 'decrypt']) : given;
  const boxes = await core.read(getSealed, true);
  if (boxes.length && !key) throw new SyncError('sealed');
  const left: Sealed[] = [];
  const found: Contents = { rows: [], drafts: [] };
  for (const box of boxes)
    try {
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: box.iv }, key!, box.data);
      const { rows, drafts } = JSON.parse(new TextDecoder().decode(plain)) as Contents;
      found.rows.push(...rows);
      found.drafts.push(...drafts);
    } catch {
      left.push(box);
    }
  await core.write(async (tx) => {
    const { meta } = tx;
    for (const row of found.rows) await tx.outbox.put(row);
    for (const [name, draft] of found.drafts) await tx.drafts.put(draft, name);
    await meta.put(left, 'sealed');
    if (key) await meta.put(key, 'key');
    tx.state.closed = undefined;
  }, true);
}

/** Another account signs in: what earlier people left open on this phone is sealed with their own keys; `coreOf` tells
 * their open tabs. */
export async function sealOthers(accounts: string[], coreOf: (account: string) => Core): Promise<void> {
  for (const account of accounts) {
    const core = coreOf(account);
    if (!(await core.read(async (tx) => tx.state.closed, true))) await seal(core, true);
    core.close();
  }
}
