import { afterEach, describe, expect, test, vi } from 'vitest';
import { drain, useWorld } from './testing/client';
import { FakeCaches } from './testing/caches';

const world = useWorld();
const offline = { worker: true, fetch: (() => Promise.reject(new TypeError('offline'))) as typeof fetch };
const ask = { kind: 'question.ask', args: { text: 'a' } };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** The next writes to the outbox fail as on a full disk. */
function fullDisk(times: number) {
  const put = IDBObjectStore.prototype.put;
  return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
    if (this.name === 'outbox' && times-- > 0) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  });
}

describe('a full disk', () => {
  test('makes room from caches, not from the app or data, and then saves', async () => {
    const client = await world.open(offline);
    const caches = new FakeCaches();
    for (const name of ['workbox-precache-v2-x', 'media']) await (await caches.open(name)).put('/a', new Response(name));
    vi.stubGlobal('caches', caches);
    fullDisk(1);
    expect((await client.mutate(ask)).seq).toBe(1);
    expect(await caches.dump()).toBe('workbox-precache-v2-x');
  });

  test('that stays full is told: nothing is stored, no number is taken', async () => {
    const client = await world.open(offline);
    fullDisk(9);
    await expect(client.mutate(ask)).rejects.toMatchObject({ code: 'not_saved' });
    vi.restoreAllMocks();
    expect(await client.outbox()).toEqual([]);
    expect((await client.mutate(ask)).seq).toBe(1);
  });

  test('while sending loses nothing', async () => {
    const client = await world.open({ worker: true });
    world.server.faults = ['cut_before'];
    const item = await client.mutate(ask);
    await vi.waitFor(async () => expect((await client.outbox())[0]?.state).toBe('waiting'));
    fullDisk(9);
    expect(await client.flush()).toBe(false);
    expect((await client.status()).link).toBe('storage');
    vi.restoreAllMocks();
    await drain(world, client);
    expect(world.server.effects.get(item.id)).toBe(1);
    expect((await client.status()).link).toBe('ok');
  });
});

describe('an answer that cannot be written down', () => {
  test('is told at once, asked for again ever more slowly, and stored when there is room', async () => {
    const client = await world.open({ now: Date.now, random: () => 0.9999 });
    await vi.waitFor(async () => expect((await client.status()).pulling).toBe(false));
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (value.state === 'accepted') throw new DOMException('full', 'QuotaExceededError');
      return put.call(this, value, key);
    });
    const links: Promise<string>[] = [];
    client.subscribe(({ status }) => status && links.push(client.status().then(({ link }) => link)));
    world.server.requests = [];
    const item = await client.mutate(ask);
    await vi.waitFor(async () => expect(await Promise.all(links)).toContain('storage'));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(world.server.requests.length).toBeLessThanOrEqual(3);
    vi.restoreAllMocks();
    await client.flush();
    await vi.waitFor(async () => expect((await links.at(-1))).toBe('ok'));
    expect(await client.outbox()).toMatchObject([{ id: item.id, state: 'accepted', result: { status: 'duplicate' } }]);
    expect(world.server.effects.get(item.id)).toBe(1);
  });

  test('a stolen lock or a missing piece of the app is not called a fault of the storage', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('stolen', 'AbortError')) } });
    const client = await world.open({ worker: true });
    expect(await client.flush()).toBe(false);
    expect((await client.status()).link).not.toBe('storage');
  });
});

describe('a lost connection', () => {
  test('is opened again', async () => {
    const client = await world.open(offline);
    await client.mutate(ask);
    const open = indexedDB.open('sambung.acc');
    await new Promise((resolve) => {
      open.onsuccess = resolve;
    });
    open.result.close();
    const transaction = IDBDatabase.prototype.transaction;
    let first = true;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
      if (first) {
        first = false;
        throw new DOMException('closing', 'InvalidStateError');
      }
      return transaction.apply(this, given);
    });
    expect((await client.mutate(ask)).seq).toBe(2);
  });

  test('that was taken away while something was read is noticed: what is on the screen is read anew', async () => {
    const client = await world.open(offline);
    await client.mutate(ask);
    const heard = vi.fn();
    client.subscribe(heard);
    const transaction = IDBDatabase.prototype.transaction;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (this: IDBDatabase) {
      // The read hears of it first, and hangs up before the browser could say "close".
      this.close();
      indexedDB.deleteDatabase(this.name);
      return transaction.call(this, 'meta');
    });
    expect((await client.status()).seq).toBe(0);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ reread: true }));
    expect(await client.outbox()).toEqual([]);
  });

  test('at the moment of commit does not save the same act twice', async () => {
    const client = await world.open(offline);
    const transaction = IDBDatabase.prototype.transaction;
    let first = true;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...given) {
      const tx = transaction.apply(this, given);
      if (first && given[1] === 'readwrite') {
        first = false;
        // Committed, but the page hears of a failure.
        tx.addEventListener('complete', () => tx.onabort?.call(tx, new Event('abort') as never));
        Object.defineProperty(tx, 'oncomplete', { set() {} });
      }
      return tx;
    });
    const item = await client.mutate(ask);
    expect((await client.outbox()).map(({ id, seq }) => ({ id, seq }))).toEqual([{ id: item.id, seq: 1 }]);
  });

  test('an aborted commit is repeated', async () => {
    const client = await world.open(offline);
    const commit = IDBTransaction.prototype.commit;
    let first = true;
    vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (this: IDBTransaction) {
      if (first) this.abort();
      else commit.call(this);
      first = false;
    });
    await client.mutate(ask);
    expect((await client.outbox()).map(({ seq }) => seq)).toEqual([1]);
  });
});

describe('versions', () => {
  test('an old tab makes way for a newer store and then says that it needs the update', async () => {
    const client = await world.open(offline);
    await client.mutate(ask);
    await new Promise<void>((resolve, reject) => {
      const newer = indexedDB.open('sambung.acc', 2);
      newer.onblocked = () => reject(new Error('blocked'));
      newer.onsuccess = () => {
        newer.result.close();
        resolve();
      };
    });
    await expect(client.mutate(ask)).rejects.toMatchObject({ code: 'update_needed' });
  });

  test('an open that hangs is told, not waited for', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    vi.spyOn(indexedDB, 'open').mockImplementation(() => ({}) as IDBOpenDBRequest);
    const opening = expect(world.open(offline)).rejects.toMatchObject({ code: 'not_saved' });
    for (let i = 0; i < 4; i++) await vi.advanceTimersByTimeAsync(10_001);
    await opening;
    vi.useRealTimers();
  });
});

test('every write is strictly durable', async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const client = await world.open({ worker: true });
  await client.mutate(ask);
  await client.drafts.put('d', 1);
  await drain(world, client);
  const writes = transaction.mock.calls.filter(([, mode]) => mode === 'readwrite');
  expect(writes.length).toBeGreaterThan(3);
  for (const [, , options] of writes) expect(options).toEqual({ durability: 'strict' });
});

test('what cannot be stored is refused with the right word', async () => {
  const client = await world.open(offline);
  await expect(client.drafts.put('d', () => {})).rejects.toMatchObject({ code: 'not_saved' });
});
