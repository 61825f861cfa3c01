/** How what waits is cut into batches: sizes, order, and that nothing stuck holds back what could go. */
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { choose } from './flusher';
import { drain, useWorld } from './testing/client';
import { type Fault, SimServer } from './testing/server';
import type { Row } from './store';
import type { OutboxItem, SyncClient } from './types';

const world = useWorld();
const MOST_BYTES = 512 * 1024;

/** A client that holds `texts`, none of them tried: the server asked for a pause before the first was saved. */
async function holding(texts: string[], record?: (i: number) => string): Promise<SyncClient> {
  const client = await world.open({ worker: true });
  world.server.faults = [{ status: 503, headers: { 'retry-after': '3000' } }];
  await client.pull();
  for (const [i, text] of texts.entries()) await client.mutate({ kind: 'question.ask', args: { text }, record: record?.(i) });
  world.clock += 3_000_001;
  world.server.requests = [];
  // The turn that the last save asked for must not come in between: a new client sends when it is told to.
  client.close();
  return world.open({ worker: true });
}

/** Mutations of each push as they were sent, also of those that failed, with the bytes of the request. */
function pushes(): { ids: string[]; bytes: number }[] {
  return world.server.requests
    .filter(({ field }) => field === 'syncPush')
    .map(({ plain }) => {
      const { batch } = (JSON.parse(plain) as { variables: { batch: { mutations: { id: string }[] } } }).variables;
      return { ids: batch.mutations.map(({ id }) => id), bytes: Buffer.byteLength(plain) };
    });
}

describe('sizes', () => {
  test('adapt to the link: 64 KiB at first, fourfold when answered soon, halved by a failure, anew after a dead line', { timeout: 60_000 }, async () => {
    const outcome = fc.constantFrom<Fault | null>(null, null, null, 'cut_before', 'cut_after', 'truncated', { status: 502 }, { code: 'batch_too_large' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 110 }), fc.array(outcome, { maxLength: 8 }), async (count, outcomes) => {
        globalThis.indexedDB = new IDBFactory();
        world.server = new SimServer();
        world.clock = world.server.now;
        const client = await holding(Array.from({ length: count }, (_, i) => `${i}`.padEnd(i % 7 ? 300 : 9_000)));
        const left = (await client.outbox()).map(({ bytes }) => bytes);
        const script = [...outcomes];
        let most = 65_536;
        const expected: number[] = [];
        world.server.faults = [];
        for (let turn = 0; left.length && turn < 60; turn++) {
          // One push at a time, so that the model sees each outcome.
          let size = 0;
          for (let sum = 0; size < left.length && (sum += left[size]! + 1) <= most; ) size++;
          size ||= 1;
          const bytes = left.slice(0, size).reduce((sum, one) => sum + one, 0);
          const fault = script.shift() ?? null;
          expected.push(size);
          const failed = fault !== null;
          if (fault === 'cut_before' || fault === 'cut_after') most = 65_536;
          else if (failed) most = bytes >> 1;
          else {
            left.splice(0, size);
            most = Math.max(most, Math.min(500_000, bytes * 4));
          }
          world.server.faults.push(fault);
          const isLast = failed || !left.length;
          if (!isLast) continue;
          // A turn ends with a failure, with a too large batch it goes on at once, or when all is sent: then comes the pull.
          if (failed && typeof fault === 'object' && 'code' in fault && size > 1) continue;
          if (!failed) world.server.faults.push(null);
          await client.pull();
          world.clock += 400_000;
        }
        expect(pushes().map(({ ids }) => ids.length)).toEqual(expected);
        client.close();
      }),
      { numRuns: 40, interruptAfterTimeLimit: 40_000 },
    );
  });

  test('no request grows past 512 KiB, whatever the items weigh, and all arrive once', { timeout: 60_000 }, async () => {
    const weights = fc.array(fc.constantFrom(10, 900, 20_000, 64_000), { minLength: 1, maxLength: 45 });
    await fc.assert(
      fc.asyncProperty(weights, fc.constantFrom('a', 'é', '"', '\u{1f600}'), async (list, letter) => {
        globalThis.indexedDB = new IDBFactory();
        world.server = new SimServer();
        world.clock = world.server.now;
        const cost = Buffer.byteLength(JSON.stringify(letter)) - 2;
        const client = await holding(list.map((bytes) => letter.repeat(Math.floor(bytes / cost))));
        await client.flush();
        const sent = pushes();
        for (const { bytes, ids } of sent) {
          expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
          expect(ids.length).toBeGreaterThan(0);
        }
        expect(sent.flatMap(({ ids }) => ids)).toEqual((await client.outbox()).map(({ id }) => id));
        expect(world.server.effects.size).toBe(list.length);
        client.close();
      }),
      { numRuns: 12, interruptAfterTimeLimit: 40_000, examples: [[Array<number>(30).fill(62_000), 'a']] },
    );
  });

  test('one item may weigh 64 KiB, not a byte more', async () => {
    const client = await holding([]);
    const empty = (await client.mutate({ kind: 'question.ask', args: { text: '' } })).bytes;
    const seq = 1;
    for (const over of [0, 1]) {
      // The next number may have a digit more than the last: here it has not.
      const text = 'x'.repeat(65_536 - empty + over);
      const saving = client.mutate({ kind: 'question.ask', args: { text } });
      if (over) await expect(saving).rejects.toMatchObject({ code: 'too_large' });
      else expect(await saving).toMatchObject({ bytes: 65_536, seq: seq + 1 });
    }
    await drain(world, client);
    expect(world.server.effects.size).toBe(2);
  });
});

interface Drawn {
  record: string;
  late: boolean;
  on: number | null;
  withdrawing: boolean;
}

const drawn: fc.Arbitrary<Drawn[]> = fc.array(
  fc.record({ record: fc.constantFrom('a', 'b', 'c', 'd'), late: fc.boolean(), on: fc.option(fc.nat(12)), withdrawing: fc.boolean() }),
  { maxLength: 14 },
);

const asItem = ({ record, late, on, withdrawing }: Drawn, i: number): OutboxItem & Row => {
  const known = { id: `m${i}`, seq: i, kind: 'employee.edit', record, dependsOn: on !== null && on < i ? [`m${on}`] : [], args: {} };
  return { ...known, text: JSON.stringify(known), fails: 0, bytes: 10, state: 'waiting', nextTryAt: late ? 2000 : undefined, withdrawing } as OutboxItem & Row;
};

test('a stuck record keeps back what stands on it and nothing else: whatever could go, goes', () => {
  fc.assert(
    fc.property(drawn, (list) => {
      const items = list.map(asItem);
      // By hand: an item is stuck if it may not go itself, or if something earlier on its record, or named by it, is.
      const stuck = new Set<string>();
      for (const [i, item] of items.entries())
        if (
          item.withdrawing ||
          item.nextTryAt ||
          items.slice(0, i).some((other) => stuck.has(other.id) && (other.record === item.record || item.dependsOn.includes(other.id)))
        )
          stuck.add(item.id);
      expect(choose(items, 1000, 500_000).map(({ id }) => id)).toEqual(items.map(({ id }) => id).filter((id) => !stuck.has(id)));
    }),
  );
});

test('each record takes effect in its own order, through failures, lone refusals and a second tab', { timeout: 60_000 }, async () => {
  const fault = fc.constantFrom<Fault | null>(null, 'cut_before', 'cut_after', 'truncated', { status: 500 }, { code: 'busy', retryAfterMs: 500 }, { code: 'batch_too_large' });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 2, maxLength: 30 }), fc.array(fault, { maxLength: 8 }), fc.array(fc.nat(29), { maxLength: 3 }), async (records, faults, retried) => {
      globalThis.indexedDB = new IDBFactory();
      world.server = new SimServer();
      world.clock = world.server.now;
      const tabs = [await holding([]), await world.open({ worker: true })];
      world.clock -= 3_000_001;
      const order = new Map<string, string[]>();
      const items: OutboxItem[] = [];
      for (const [i, at] of records.entries()) {
        const item = await tabs[i % 2]!.mutate({ kind: 'employee.edit', record: `e${at}`, args: { phone: i } });
        items.push(item);
        order.set(item.record, [...(order.get(item.record) ?? []), item.id]);
      }
      for (const i of retried) {
        const item = items[i];
        if (item) world.server.answerFor.set(item.id, { status: 'retry' });
      }
      world.clock += 3_000_001;
      world.server.faults = [...faults];
      for (let i = 0; i < 6; i++) {
        await tabs[i % 2]!.flush();
        world.clock += 400_000;
      }
      world.server.answerFor.clear();
      world.server.faults = [];
      await drain(world, tabs[0]!);
      const effects = [...world.server.effects.keys()];
      for (const [record, ids] of order) expect(effects.filter((id) => ids.includes(id)), record).toEqual(ids);
      for (const client of tabs) client.close();
    }),
    { numRuns: 30, interruptAfterTimeLimit: 40_000 },
  );
});

test('a body is gzip only where it pays, and holds the frozen texts byte for byte', async () => {
  const client = await holding(['x'.repeat(30), 'y'.repeat(5000)]);
  const bodies: { zipped: boolean; text: string }[] = [];
  const send = world.server.fetch;
  const spy = vi.spyOn(world.server, 'fetch').mockImplementation(send);
  client.close();
  const watching = await world.open({
    worker: true,
    fetch: (async (url: unknown, init: RequestInit) => {
      const zipped = !!(init.headers as Record<string, string>)['Content-Encoding'];
      const bytes = Buffer.from(init.body as ArrayBuffer);
      bodies.push({ zipped, text: (zipped ? gunzipSync(bytes) : bytes).toString() });
      return send(url, init);
    }) as typeof fetch,
  });
  await watching.flush();
  spy.mockRestore();
  expect(bodies[0]!.zipped).toBe(true);
  for (const item of await watching.outbox()) {
    const [text] = world.server.texts.get(item.id)!;
    expect(bodies[0]!.text).toContain(text);
  }
  expect(bodies.at(-1)).toMatchObject({ zipped: false });
});
