import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { DAMAGED, heal } from './heal';
import { type Row, type State, openStore } from './store';
import { drain, useWorld } from './testing/client';
import { SimServer } from './testing/server';

const world = useWorld();
const offline = { worker: true, fetch: (() => Promise.reject(new TypeError('offline'))) as typeof fetch };
const ask = (text: string) => ({ kind: 'question.ask', args: { text } });

/** Changes rows past the engine, as a dying disk does. */
async function spoil(change: (row: Row) => object | undefined, state?: object): Promise<void> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open('sambung.acc');
    opening.onsuccess = () => resolve(opening.result);
  });
  const tx = database.transaction(['outbox', 'meta'], 'readwrite');
  const reading = tx.objectStore('outbox').getAll();
  reading.onsuccess = () => {
    for (const row of reading.result as Row[]) {
      const changed = change(row);
      if (changed) tx.objectStore('outbox').put({ ...changed, seq: row.seq });
    }
    if (state) tx.objectStore('meta').put(state, 'state');
  };
  await new Promise((resolve) => tx.addEventListener('complete', resolve));
  database.close();
}

describe('a damaged row', () => {
  test.each<[string, (row: Row) => object]>([
    ['half a text', (row) => ({ ...row, text: row.text.slice(0, row.text.length >> 1) })],
    ['no text', ({ text: _text, ...row }) => row],
    ['a state that nobody knows', (row) => ({ ...row, state: 'vanished' })],
    ['only its number', () => ({})],
  ])('%s: found by itself; the rest is sent, and it is in sight as rejected', async (_name, change) => {
    const before = await world.open(offline);
    const [first, bad, last] = [await before.mutate(ask('first')), await before.mutate(ask('bad')), await before.mutate(ask('last'))];
    before.close();
    await spoil((row) => (row.seq === bad.seq ? change(row) : undefined));
    const client = await world.open({ worker: true });
    const heard = vi.fn();
    client.subscribe(heard);
    await client.pull();
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ reread: true }));
    await drain(world, client);
    expect([first, bad, last].map(({ id }) => world.server.effects.get(id) ?? 0)).toEqual([1, 0, 1]);
    const shown = (await client.outbox()).find(({ seq }) => seq === bad.seq);
    expect(shown).toMatchObject({ kind: DAMAGED, state: 'rejected', result: { code: DAMAGED }, args: { text: expect.any(String) } });
    expect(await client.status()).toMatchObject({ waiting: 0, lost: [] });
    await client.dismiss(shown!.id);
    expect((await client.outbox()).length).toBe(2);
  });

  test.each<[string, (row: Row) => object]>([
    ['JSON that is no mutation', (row) => ({ ...row, text: 'null' })],
    ['the text of another', (row) => ({ ...row, text: row.text.replace(row.id, 'other') })],
    ['a number of another', (row) => ({ ...row, text: row.text.replace('"seq":1', '"seq":9') })],
    ['no arguments', (row) => ({ ...row, text: JSON.stringify({ ...JSON.parse(row.text), args: null }) })],
  ])('%s is no mutation of this row', async (_name, change) => {
    const client = await world.open(offline);
    await client.mutate(ask('a'));
    await spoil(change);
    const store = openStore('acc', () => {});
    expect(await heal(store)).toBe(true);
    expect(await heal(store)).toBe(false);
    store.close();
    expect(await client.outbox()).toMatchObject([{ kind: DAMAGED, state: 'rejected' }]);
  });

  test.each([
    ['"args":{"text":"Kapan \\"SK\\" terbit?\\nLama', 'Kapan "SK" terbit?\nLama'],
    ['"args":{"text":"Kapan\\u00', 'Kapan'],
    ['"args":{"phone":"08', '"args":{"phone":"08'],
  ])('of %j the words are shown', async (left, shown) => {
    const client = await world.open(offline);
    await client.mutate(ask('a'));
    await spoil((row) => ({ ...row, text: left }));
    await heal(openStore('acc', () => {}));
    expect((await client.outbox())[0]?.args.text).toBe(shown);
  });

  test('one that was accepted keeps its receipt', async () => {
    const client = await world.open({ worker: true });
    const item = await client.mutate(ask('a'));
    await drain(world, client);
    const receipt = (await client.outbox())[0]?.result?.receipt;
    await spoil((row) => ({ ...row, text: '{' }));
    await heal(openStore('acc', () => {}));
    expect(await client.outbox()).toMatchObject([{ id: item.id, state: 'accepted', result: { receipt } }]);
  });
});

test('a state row of nonsense: a new device goes on above every number that was used', async () => {
  const client = await world.open(offline);
  await client.mutate(ask('a'));
  const { device } = await client.status();
  client.close();
  await spoil(() => undefined, { nonsense: true });
  const store = openStore('acc', () => {});
  expect(await heal(store)).toBe(true);
  expect(await heal(store)).toBe(false);
  store.close();
  const after = await world.open({ worker: true });
  await after.mutate(ask('b'));
  await drain(world, after);
  expect(await after.status()).toMatchObject({ seq: 2, lost: [] });
  expect((await after.status()).device).not.toBe(device);
  expect(world.server.effects.size).toBe(2);
});

test('whatever a row turned into, healing leaves a store that every view can read and drains', async () => {
  const nonsense = fc.oneof(fc.json(), fc.string(), fc.constant(undefined), fc.integer());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ text: nonsense, state: fc.oneof(fc.constant('waiting'), fc.string()) }), { maxLength: 5 }), async (damage) => {
      globalThis.indexedDB = new IDBFactory();
      world.server = new SimServer();
      const before = await world.open(offline);
      for (let i = 0; i <= damage.length; i++) await before.mutate(ask(`${i}`));
      before.close();
      await spoil((row) => damage[row.seq - 1] && { ...row, ...damage[row.seq - 1], id: row.id });
      const store = openStore('acc', () => {});
      await heal(store);
      const state = await store.read(async (tx) => tx.state as State);
      expect(state.seq).toBe(damage.length + 1);
      store.close();
      const client = await world.open({ worker: true });
      await drain(world, client);
      expect((await client.outbox()).length).toBe(damage.length + 1);
      expect(world.server.effects.size).toBe(1);
      client.close();
    }),
    { numRuns: 25 },
  );
});
