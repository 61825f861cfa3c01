import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeCaches } from '../sync/testing/caches';
import { drain, useWorld } from '../sync/testing/client';
import { contentOf, keep } from '../attachments/store';
import { openStore } from '../sync/store';

const remembered = new Map<string, string>();
vi.stubGlobal('navigator', {});
vi.stubGlobal('localStorage', {
  getItem: (key: string) => remembered.get(key) ?? null,
  setItem: (key: string, value: string) => remembered.set(key, value),
  removeItem: (key: string) => remembered.delete(key),
});
const { copyNow, tidy } = await import('./spare');
const { witness } = await import('./witness');

const world = useWorld();
const key = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const away = { fetch: (() => Promise.reject(new TypeError('offline'))) as typeof fetch };
const offline = { ...away, worker: true };
const ask = (text: string) => ({ kind: 'question.ask', args: { text } });
/** What the browser does with a log that it cannot read: all stores of the address are begun anew. */
const lose = (): void => void (globalThis.indexedDB = new IDBFactory());

let caches: FakeCaches;
beforeEach(() => {
  caches = new FakeCaches();
  vi.stubGlobal('caches', caches);
  remembered.clear();
});

const rows = async (): Promise<Map<number, string>> => {
  const store = openStore('acc', () => undefined);
  const found = await store.read(async (tx) => tx.outbox.getAll(), true);
  store.close();
  return new Map(found.map(({ seq, text }) => [seq, text]));
};

describe('a store that the browser began anew', () => {
  test('has everything back, byte for byte, under its own device and numbers; what had arrived has one effect', async () => {
    const first = await world.open({ sealKey: key(1) });
    await first.mutate(ask('arrived long ago'));
    await drain(world, first);
    first.close();
    const before = await world.open({ ...away, sealKey: key(1) });
    const [sent, other] = [await before.mutate(ask('arrived, the answer did not')), await before.mutate(ask('never sent'))];
    await before.drafts.put('d', { text: 'begun' });
    const file = await keep('acc', 'sk.pdf', new Blob(['pages']));
    await copyNow('acc');
    const texts = await rows();
    const { device, seq } = await before.status();
    before.close();
    const second = await world.open();
    await drain(world, second);
    second.close();
    expect(world.server.effects.get(sent.id)).toBe(1);

    lose();
    const after = await world.open(offline);
    await copyNow('acc', key(1));
    expect((await after.outbox()).map(({ id, state, tried }) => [id, state, tried])).toEqual([[sent.id, 'waiting', true], [other.id, 'waiting', true]]);
    for (const [number, text] of await rows()) expect(text).toBe(texts.get(number));
    expect(await after.drafts.get('d')).toEqual({ text: 'begun' });
    expect(new TextDecoder().decode((await contentOf('acc', file.id))!)).toBe('pages');
    expect(await after.status()).toMatchObject({ device, seq, waiting: 2 });
    after.close();
    const online = await world.open();
    await drain(world, online);
    expect([sent, other].map(({ id }) => world.server.effects.get(id))).toEqual([1, 1]);
    expect((await online.mutate(ask('later'))).seq).toBe(seq + 1);
    expect((await online.status()).lost).toEqual([]);
  });

  test('still takes back what may have arrived and was withdrawn', async () => {
    const before = await world.open(away);
    const { id } = await before.mutate(ask('withdrawn'));
    await before.flush();
    await before.remove(id);
    await copyNow('acc');
    before.close();
    lose();
    const after = await world.open(offline);
    await copyNow('acc');
    after.close();
    const errands = [...(await rows()).values()].map((text) => (JSON.parse(text) as { kind: string }).kind);
    expect(errands).toContain('sync.withdraw');
  });

  test('goes on above every number that was seen, and what came after the copy is missed', async () => {
    const before = await world.open(offline);
    await before.mutate(ask('copied'));
    await copyNow('acc');
    await before.mutate(ask('after the copy'));
    witness('acc', '1.0.0', await before.status(), () => undefined);
    before.close();
    lose();
    const after = await world.open(offline);
    await copyNow('acc');
    expect((await after.mutate(ask('now'))).seq).toBe(3);
    after.close();
    const online = await world.open();
    await drain(world, online);
    expect((await online.status()).lost, 'the server misses it, and the phone says so').toEqual([[2, 2]]);
  });

  test('that was written in before the copy could be read keeps both: what lost its number is shown, not sent', async () => {
    const before = await world.open(offline);
    const old = [await before.mutate(ask('old one')), await before.mutate(ask('old two'))];
    await copyNow('acc');
    before.close();
    lose();
    const after = await world.open(offline);
    const fresh = await after.mutate(ask('fresh'));
    await copyNow('acc');
    const found = (await after.outbox()).map(({ id, seq, state, args }) => [id, seq, state, args.text]).sort((a, b) => Number(a[1]) - Number(b[1]));
    expect(found).toEqual([
      [fresh.id, 1, 'waiting', 'fresh'],
      [old[1]!.id, 2, 'waiting', 'old two'],
      [old[0]!.id, 3, 'rejected', 'old one'],
    ]);
  });
});

test('a device that took a new id and went on counting gets nothing back that was taken away on purpose', async () => {
  const client = await world.open(offline);
  const { id } = await client.mutate(ask('taken away'));
  await client.mutate(ask('stays'));
  await copyNow('acc');
  await client.remove(id);
  const store = openStore('acc', () => undefined);
  await store.write(async (tx) => void Object.assign(tx.state, { device: crypto.randomUUID(), from: 2 }));
  store.close();
  await copyNow('acc');
  expect((await client.outbox()).map(({ args }) => args.text)).toEqual(['stays']);
  expect(await caches.dump()).not.toMatch(/taken away/);
});

test('the copy follows: what is answered, put away or thrown away is no longer in it', async () => {
  const before = await world.open(offline);
  await before.mutate(ask('waits'));
  await before.drafts.put('d', 'begun');
  await copyNow('acc');
  expect(await caches.dump()).toMatch(/waits[^]*begun/);
  await before.drafts.delete('d');
  before.close();
  const client = await world.open();
  await drain(world, client);
  await copyNow('acc');
  expect(await caches.dump()).not.toMatch(/waits|begun/);
});

test('after sign-out nothing of it can be read, and its owner finds everything, also when the store is lost then', async () => {
  const client = await world.open({ ...away, sealKey: key(1) });
  const item = await client.mutate(ask('rahasia'));
  await client.drafts.put('d', 'draf rahasia');
  await copyNow('acc');
  expect(await caches.dump()).toMatch(/rahasia/);
  await client.sealAndSignOut();
  expect(await caches.dump(), 'at once').not.toMatch(/rahasia/);
  await tidy(null);
  expect(await caches.dump()).not.toMatch(/rahasia/);
  lose();
  const back = await world.open({ sealKey: key(1) });
  await copyNow('acc', key(1));
  expect(await back.drafts.get('d')).toBe('draf rahasia');
  await drain(world, back);
  expect(world.server.effects.get(item.id)).toBe(1);
});

test('what belongs to a store that was begun anew waits for its owner, whoever tidies up', async () => {
  const before = await world.open(offline);
  const { id } = await before.mutate(ask('waits for its owner'));
  await copyNow('acc');
  before.close();
  lose();
  const after = await world.open(offline);
  await tidy('somebody else');
  await copyNow('acc');
  expect((await after.outbox()).map((item) => item.id)).toEqual([id]);
});

test('cut off at any change, the copy gives back all that waited before', async () => {
  for (let step = 0; ; step++) {
    globalThis.indexedDB = new IDBFactory();
    vi.stubGlobal('caches', (caches = new FakeCaches()));
    const before = await world.open(offline);
    const one = await before.mutate(ask('one'));
    await before.mutate(ask('withdrawn later'));
    await copyNow('acc');
    const two = await before.mutate(ask('two'));
    await before.drafts.put('d', 'begun');
    const names = new Set((await before.outbox()).map(({ id }) => id));
    caches.failAfter = step;
    const whole = await copyNow('acc').then(() => true, () => false);
    caches.failAfter = Infinity;
    before.close();
    lose();
    const after = await world.open(offline);
    await copyNow('acc');
    const found = (await after.outbox()).map(({ id }) => id);
    expect(found).toContain(one.id);
    for (const id of found) expect(names).toContain(id);
    if (whole) expect(found).toContain(two.id);
    expect((await after.status()).seq).toBeGreaterThanOrEqual(2);
    after.close();
    if (whole) return expect(step).toBeGreaterThan(2);
  }
});
