import { describe, expect, test, vi } from 'vitest';
import { drain, useWorld } from './testing/client';

const world = useWorld();
const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const offline = { fetch: (() => Promise.reject(new TypeError('offline'))) as typeof fetch };

/** Everything that lies in the account's database, as text. */
async function dump(account = 'acc'): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(`sambung.${account}`);
    opening.onsuccess = () => resolve(opening.result);
  });
  const all: unknown[] = [];
  for (const name of database.objectStoreNames) {
    const rows = await new Promise<unknown[]>((resolve) => {
      const reading = database.transaction(name).objectStore(name).getAll();
      reading.onsuccess = () => resolve(reading.result);
    });
    all.push(...rows);
  }
  database.close();
  return JSON.stringify(all);
}

describe('signing out with unsent work', () => {
  test('nothing readable is left, and the owner finds everything again', async () => {
    world.server.publish('question', 'q1', { text: 'terbaca' });
    const client = await world.open({ sealKey: key(1) });
    await drain(world, client);
    client.close();
    const away = await world.open({ ...offline });
    const item = await away.mutate({ kind: 'question.ask', args: { text: 'rahasia' } });
    await away.drafts.put('d', 'draf rahasia');
    await away.sealAndSignOut();
    expect(await dump()).not.toMatch(/rahasia|terbaca/);
    await expect(away.mutate({ kind: 'question.ask', args: {} })).rejects.toMatchObject({ code: 'closed' });
    await expect(world.open()).rejects.toMatchObject({ code: 'sealed' });

    world.clock += 400_000;
    const back = await world.open({ sealKey: key(1) });
    expect((await back.outbox()).map(({ id, seq }) => ({ id, seq }))).toEqual([{ id: item.id, seq: 1 }]);
    expect(await back.drafts.get('d')).toBe('draf rahasia');
    await drain(world, back);
    expect(world.server.effects.get(item.id)).toBe(1);
    expect((await back.list('question')).length).toBe(2);
    expect((await back.mutate({ kind: 'question.ask', args: {} })).seq).toBe(2);
  });

  test('the key is not extractable and is gone afterwards', async () => {
    const client = await world.open({ sealKey: key(1), ...offline });
    const stored = () =>
      new Promise<CryptoKey | undefined>((resolve) => {
        const opening = indexedDB.open('sambung.acc');
        opening.onsuccess = () => {
          const reading = opening.result.transaction('meta').objectStore('meta').get('key');
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
          };
        };
      });
    expect((await stored())?.extractable).toBe(false);
    await client.sealAndSignOut();
    expect(await stored()).toBeUndefined();
  });

  test('without a key unsent work is not thrown away: the sign-out is refused', async () => {
    const client = await world.open(offline);
    await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await expect(client.sealAndSignOut()).rejects.toMatchObject({ code: 'no_key' });
    expect((await client.outbox()).length).toBe(1);
  });

  test('with another key the box stays locked and the rest works', async () => {
    const client = await world.open({ sealKey: key(1), ...offline });
    await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await client.sealAndSignOut();
    const wrong = await world.open({ sealKey: key(2), ...offline });
    expect(await wrong.outbox()).toEqual([]);
    expect((await wrong.status()).locked).toBe(true);
    expect((await wrong.mutate({ kind: 'question.ask', args: { text: 'b' } })).seq).toBe(2);
    await wrong.sealAndSignOut();
    const right = await world.open({ sealKey: key(1), ...offline });
    expect((await right.outbox()).map(({ seq }) => seq)).toEqual([1]);
    expect((await right.status()).locked).toBe(true);
  });

  test('other tabs of the account learn of it and stop', async () => {
    const one = await world.open({ sealKey: key(1), ...offline });
    const two = await world.open(offline);
    const heard = vi.fn();
    two.subscribe(heard);
    await one.sealAndSignOut();
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(expect.objectContaining({ closed: true })));
    await expect(two.mutate({ kind: 'question.ask', args: {} })).rejects.toMatchObject({ code: 'closed' });
  });

  test('the worker leaves a sealed store alone', async () => {
    const client = await world.open({ sealKey: key(1), ...offline });
    await client.sealAndSignOut();
    await expect(world.open({ worker: true })).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('another account signs in', () => {
  test('what the first left open is sealed with its own key, and comes back for it', async () => {
    const first = await world.open({ sealKey: key(1), ...offline });
    await first.mutate({ kind: 'question.ask', args: { text: 'rahasia' } });
    first.close();
    await world.open({ account: 'other', sealKey: key(2), ...offline });
    expect(await dump()).not.toContain('rahasia');
    const back = await world.open({ sealKey: key(1), ...offline });
    expect(await back.exportItems()).toMatchObject([{ args: { text: 'rahasia' } }]);
  });

  test('without a key of its own the work stays for its owner, closed to others, and pulled records are wiped', async () => {
    world.server.publish('question', 'q1', { text: 'terbaca' });
    const first = await world.open();
    await drain(world, first);
    first.close();
    const offlineFirst = await world.open(offline);
    await offlineFirst.mutate({ kind: 'question.ask', args: { text: 'punya saya' } });
    offlineFirst.close();
    await world.open({ account: 'other', ...offline });
    expect(await dump()).not.toContain('terbaca');
    await expect(world.open({ worker: true })).rejects.toMatchObject({ code: 'closed' });
    expect((await (await world.open(offline)).outbox()).length).toBe(1);
  });

  test('an ended session alone seals nothing', async () => {
    const client = await world.open({ sealKey: key(1) });
    world.server.faults = [{ code: 'signed_out' }, { code: 'signed_out' }];
    await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await vi.waitFor(async () => expect((await client.status()).link).toBe('signed_out'));
    expect((await client.outbox()).length).toBe(1);
  });
});
