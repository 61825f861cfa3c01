import { describe, expect, test } from 'vitest';
import { drain, useWorld } from './testing/client';

const world = useWorld();
const bodies = async (client: Awaited<ReturnType<typeof world.open>>) => (await client.list('article')).map(({ id, body }) => [id, body.text]);

function fill(count: number, from = 0): void {
  for (let i = from; i < from + count; i++) world.server.publish('article', `a${String(i).padStart(3, '0')}`, { text: `${i}` });
}

describe('pages', () => {
  test('several pages arrive whole; a record that changed in between shows its newest state', async () => {
    fill(25);
    world.server.pageSize = 10;
    const client = await world.open({ worker: true });
    await client.pull();
    expect((await client.list('article')).length).toBe(25);
    world.server.publish('article', 'a003', { text: 'new' });
    world.server.unpublish('a004');
    await client.pull();
    expect(Object.fromEntries(await bodies(client))).toMatchObject({ a003: 'new' });
    expect((await client.list('article')).length).toBe(24);
    expect(await client.get('article', 'a004')).toBeNull();
  });

  test('a cut between pages goes on where it stopped', async () => {
    fill(25);
    world.server.pageSize = 10;
    const client = await world.open({ worker: true });
    world.server.faults = [null, 'truncated'];
    expect(await client.pull()).toBe(false);
    expect((await client.list('article')).length).toBe(10);
    expect((await client.status()).pulling).toBe(true);
    expect(await client.pull()).toBe(true);
    expect((await client.list('article')).length).toBe(25);
    expect((await client.status()).pulling).toBe(false);
    expect(world.server.requests.filter(({ field }) => field === 'syncPull').map(({ plain }) => JSON.parse(plain).variables.cursor)).toEqual([
      undefined, 'epoch-1/10', 'epoch-1/10', 'epoch-1/20',
    ]);
  });

  test('nothing new is one request', async () => {
    const client = await world.open({ worker: true });
    await client.pull();
    world.server.requests = [];
    await client.pull();
    expect(world.server.requests.length).toBe(1);
  });

  test('two tabs that pull at once leave one right copy', async () => {
    fill(30);
    world.server.pageSize = 7;
    const [one, two] = [await world.open({ worker: true }), await world.open({ worker: true })];
    await Promise.all([one.pull(), two.pull()]);
    await drain(world, two);
    expect((await one.list('article')).length).toBe(30);
  });
});

describe('reset', () => {
  test('the new copy is built beside the old one, which stays in sight until it is whole; outbox and drafts stay', async () => {
    fill(12);
    const client = await world.open({ worker: true });
    await client.pull();
    await client.drafts.put('d', 1);
    world.server.pageSize = 5;
    world.server.cursorPrefix = 'later-';
    world.server.unpublish('a000');
    world.server.faults = [null, 'cut_before'];
    await client.pull();
    expect((await client.list('article')).length).toBe(12);
    expect((await client.status()).pulling).toBe(true);
    client.close();
    const again = await world.open({ worker: true });
    expect(await again.pull()).toBe(true);
    expect((await again.list('article')).length).toBe(11);
    expect(await again.drafts.get('d')).toBe(1);
  });

  test('a cursor that the server cannot verify: the copy is built anew beside the old one', async () => {
    fill(12);
    const client = await world.open({ worker: true });
    await client.pull();
    world.server.refuseCursors = true;
    world.server.unpublish('a000');
    await drain(world, client);
    expect((await client.list('article')).length).toBe(11);
  });

  test('a second reset in the same epoch throws the half built copy away: what left meanwhile is not kept', async () => {
    fill(12);
    const client = await world.open({ worker: true });
    await client.pull();
    world.server.pageSize = 5;
    world.server.cursorPrefix = 'later-';
    world.server.faults = [null, 'cut_before'];
    await client.pull();
    world.server.unpublish('a000');
    world.server.forgetTombstones();
    world.server.cursorPrefix = 'later-still-';
    await drain(world, client);
    expect((await client.list('article')).map(({ id }) => id)).not.toContain('a000');
    expect((await client.list('article')).length).toBe(11);
  });

  test('a reset that overtakes another leaves nothing of the first', async () => {
    fill(12);
    const client = await world.open({ worker: true });
    await client.pull();
    world.server.pageSize = 5;
    const backup = world.server.backup();
    world.server.restore(backup);
    world.server.faults = [null, 'cut_before'];
    await client.pull();
    world.server.unpublish('a001');
    world.server.restore(world.server.backup());
    await drain(world, client);
    expect((await client.list('article')).length).toBe(11);
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('sambung.acc');
      opening.onsuccess = () => resolve(opening.result);
    });
    const rows = await new Promise<number>((resolve) => {
      const counting = database.transaction('records').objectStore('records').count();
      counting.onsuccess = () => resolve(counting.result);
    });
    database.close();
    expect(rows).toBe(11);
  });
});

describe('check', () => {
  test('is asked at the start and daily, not each time', async () => {
    const client = await world.open({ worker: true });
    const asked = () => world.server.requests.filter(({ plain }) => plain.includes('"check":true')).length;
    await client.pull();
    expect(asked()).toBe(1);
    await client.pull();
    expect(asked()).toBe(1);
    world.clock += 86_400_001;
    await client.pull();
    expect(asked()).toBe(2);
  });

  test('one mismatch is looked at again, two in a row rebuild the copy and are reported', async () => {
    fill(3);
    const client = await world.open({ worker: true });
    world.server.wrongCheck = 1;
    await client.pull();
    expect((await client.status()).selfReset).toBeNull();
    world.server.wrongCheck = 2;
    world.clock += 1000;
    await client.pull(true);
    expect((await client.status()).selfReset).toBe(new Date(world.clock).toISOString());
    expect((await client.list('article')).length).toBe(3);
  });

  test('a server whose digest is always wrong does not make the phone fetch everything again and again', async () => {
    fill(3);
    const client = await world.open({ worker: true });
    world.server.wrongCheck = Number.POSITIVE_INFINITY;
    await client.pull(true);
    world.server.requests = [];
    for (let i = 0; i < 5; i++) await client.pull(true);
    expect(world.server.requests.filter(({ plain }) => !plain.includes('"cursor"')).length).toBe(0);
  });

  test('records that silently went wrong are healed', async () => {
    fill(3);
    const client = await world.open({ worker: true });
    await client.pull();
    world.server.records.delete('a001');
    await client.pull(true);
    expect((await client.list('article')).length).toBe(2);
  });
});

test('feed numbers past 2^53 are compared as whole numbers', async () => {
  const client = await world.open({ worker: true });
  world.server.feed = 2 ** 53;
  await client.pull();
  world.server.answerFor.set('question.ask', { status: 'applied', feed: '9007199254740993' });
  await client.mutate({ kind: 'question.ask', args: { text: 'a' }, record: 'q1' });
  await client.pull();
  expect((await client.get('question', 'q1'))?.pending.length).toBe(1);
  world.server.feed = 2 ** 53 + 2;
  await client.pull();
  expect(await client.get('question', 'q1')).toBeNull();
});

test('the phone\'s clock is compared with the server\'s', async () => {
  const client = await world.open({ worker: true });
  world.clock = world.server.now + 700_000;
  await client.pull();
  expect((await client.status()).serverSkewMs).toBe(-700_000);
});
