/** Any order of acts, faults, crashes and clock jumps: after the faults end, I1 to I5, I7 and I9 of the protocol hold. */
import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { HOUR, LONGEST_WAIT, SHORTEST_WAIT, backoff, isDue, retryAfter } from './backoff';
import { choose } from './flusher';
import { overlay } from './overlay';
import { textOf } from './rows';
import { drain, kinds, useWorld } from './testing/client';
import { type Fault, SimServer, type Snapshot } from './testing/server';
import type { Fields, OutboxItem, SyncClient } from './types';

const world = useWorld();

type Step =
  | { do: 'ask' | 'crash' | 'flush' | 'pull' | 'publish' | 'unpublish' | 'backup' | 'restore' }
  | { do: 'message' | 'remove'; pick: number }
  | { do: 'edit'; field: 'phone' | 'start' | 'end'; value: number }
  | { do: 'clock'; by: number }
  | { do: 'faults'; list: (Fault | null)[] };

const fault: fc.Arbitrary<Fault | null> = fc.constantFrom<(Fault | null)[]>(
  null, 'cut_before', 'cut_after', 'truncated', 'portal', 'empty_json', 'foreign_reply', 'graphql_error',
  { status: 502 }, { status: 401 }, { status: 413 }, { code: 'busy', retryAfterMs: 1000 }, { code: 'signed_out' },
  { code: 'device_forked' }, { code: 'batch_too_large' },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'ask' }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('message' as const), pick: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), field: fc.constantFrom('phone' as const, 'start' as const, 'end' as const), value: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), pick: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.constantFrom<Step[]>({ do: 'crash' }, { do: 'flush' }, { do: 'pull' }, { do: 'publish' }, { do: 'unpublish' }, { do: 'backup' }, { do: 'restore' }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clock' as const), by: fc.integer({ min: -5 * HOUR, max: 5 * HOUR }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('faults' as const), list: fc.array(fault, { maxLength: 4 }) }) },
);

interface Play {
  client: SyncClient;
  questions: string[];
  made: string[];
  removed: Set<string>;
  backup: Snapshot;
}

async function act(play: Play, step: Step): Promise<void> {
  const { client, questions, made } = play;
  const note = ({ id }: OutboxItem): void => void made.push(id);
  switch (step.do) {
    case 'ask': {
      const item = await client.mutate({ kind: 'question.ask', args: { text: `t${made.length}` } });
      questions.push(item.record);
      return note(item);
    }
    case 'message':
      if (questions.length) note(await client.mutate({ kind: 'message.write', args: { question: questions[step.pick % questions.length], text: 'x' } }));
      return;
    case 'edit':
      return note(await client.mutate({ kind: 'employee.edit', record: 'e1', args: { [step.field]: step.value } }));
    case 'remove': {
      const open = (await client.outbox()).filter(({ state, withdrawing }) => !withdrawing && ['waiting', 'sending', 'deferred'].includes(state));
      const item = open[step.pick % Math.max(1, open.length)];
      // It may get its final answer between the look and the tap.
      if (item) await client.remove(item.id).then(() => play.removed.add(item.id), (error: { code: string }) => expect(error.code).toMatch(/frozen|gone/));
      return;
    }
    case 'crash':
      client.close();
      play.client = await world.open({ worker: true });
      return;
    case 'flush':
      return void (await client.flush());
    case 'pull':
      return void (await client.pull());
    case 'publish':
      return void world.server.publish('employee', 'e1', { ...world.server.records.get('e1')?.body, email: `${world.server.feed}` });
    case 'unpublish':
      return world.server.unpublish([...world.server.records.keys()].at(-1) ?? '');
    case 'backup':
      play.backup = world.server.backup();
      return;
    case 'restore':
      return world.server.restore(play.backup);
    case 'clock':
      world.clock += step.by;
      return;
    case 'faults':
      world.server.faults = [...step.list];
  }
}

async function verify({ client, made, removed }: Play): Promise<void> {
  const { server } = world;
  const items = new Map((await client.outbox()).map((item) => [item.id, item]));
  for (const id of made) {
    const effects = server.effects.get(id) ?? 0;
    // I1, I7: once; a removed one at most once, and if it took effect it is still shown.
    if (!removed.has(id)) expect(items.get(id)?.state).toMatch(/accepted|rejected/);
    expect(effects).toBe(items.get(id)?.state === 'accepted' ? 1 : 0);
    // Resent byte for byte.
    expect(server.texts.get(id)?.size ?? 1).toBe(1);
  }
  // I3: the screen shows what the server holds.
  for (const kind of ['question', 'message', 'employee']) {
    const shown = (await client.list(kind)).map(({ id, version, body }) => ({ id, version, body })).sort((a, b) => (a.id < b.id ? -1 : 1));
    const held = [...server.records]
      .filter(([, record]) => record.kind === kind)
      .map(([id, { version, body }]) => ({ id, version, body }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(shown).toEqual(held);
  }
  // I9: no number is missing that the phone does not know of.
  expect((await client.status()).lost).toEqual([]);
}

test('every act ends once, in sight, and both sides agree', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 22 }), async (steps) => {
      globalThis.indexedDB = new IDBFactory();
      world.server = new SimServer();
      world.server.publish('employee', 'e1', { phone: 0, start: 0, end: 1 });
      world.clock = world.server.now;
      const play: Play = { client: await world.open({ worker: true }), questions: [], made: [], removed: new Set(), backup: world.server.backup() };
      for (const one of steps) await act(play, one);
      world.server.faults = [];
      await drain(world, play.client);
      // A restore may show only now, in the answer to the pull: what it lost goes again.
      await drain(world, play.client);
      await play.client.pull(true);
      await verify(play);
      play.client.close();
    }),
    { numRuns: 60, interruptAfterTimeLimit: 60_000 },
  );
});

describe('back-off', () => {
  test('lies between the shortest wait and a ceiling that doubles from 1 s to 5 min', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 0.999999, noNaN: true }), (failures, random) => {
        const wait = backoff(failures, () => random);
        expect(wait).toBeGreaterThanOrEqual(SHORTEST_WAIT);
        expect(wait).toBeLessThanOrEqual(Math.min(LONGEST_WAIT, 1000 * 2 ** (failures - 1)));
      }),
    );
  });

  test('is full jitter: the whole range in proportion to chance, under ceilings that only grow', () => {
    const ceiling = (failures: number): number => backoff(failures, () => 1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: 0.999999, noNaN: true }), (failures, random) => {
        expect(backoff(failures, () => random)).toBe(Math.max(SHORTEST_WAIT, random * ceiling(failures)));
        expect(ceiling(failures + 1)).toBe(Math.min(LONGEST_WAIT, 2 * ceiling(failures)));
      }),
    );
    expect(ceiling(1)).toBe(1000);
  });

  test('a stored time is never more than an hour off, whatever the clock does', () => {
    fc.assert(fc.property(fc.nat(), fc.nat(), (at, now) => isDue(at, now) === (at <= now || at - now > HOUR)));
  });

  test.each([
    [null, 0], ['', 0], ['30', 30_000], ['999999', HOUR], ['Sat, 21 Nov 2026 07:01:00 GMT', 60_000], ['Sat, 21 Nov 2020 07:01:00 GMT', 0], ['soon', 0], ['-5', 0],
  ])('Retry-After %j is %d ms', (header, wait) => {
    expect(retryAfter(header, Date.parse('2026-11-21T07:00:00Z'))).toBe(wait);
  });
});

const item = (seq: number, over: Partial<OutboxItem>): OutboxItem =>
  ({ id: `m${seq}`, seq, kind: 'employee.edit', record: 'r', dependsOn: [], bytes: 10, state: 'waiting', args: {}, ...over }) as OutboxItem;

test('choosing keeps seq order for a record and never takes an item before what it depends on', () => {
  const items = fc.array(fc.record({ record: fc.constantFrom('a', 'b', 'c'), late: fc.boolean(), on: fc.option(fc.nat(8)) }), { maxLength: 12 });
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 12 }), (drawn, most) => {
      const list = drawn.map(({ record, late, on }, i) =>
        item(i, { record, nextTryAt: late ? 2000 : undefined, dependsOn: on !== null && on < i ? [`m${on}`] : [] }),
      );
      const rows = list.map((one) => ({ ...one, text: JSON.stringify(one), tried: false, createdAt: '', fails: 0 }));
      const chosen = choose(rows, 1000, most * 11).map(({ seq }) => list[seq]!);
      const taken = new Set(chosen.map(({ id }) => id));
      expect(chosen.map(({ seq }) => seq)).toEqual(chosen.map(({ seq }) => seq).toSorted((a, b) => a - b));
      expect(chosen.length).toBeLessThanOrEqual(most);
      for (const one of chosen) {
        for (const other of list) if (other.seq < one.seq && other.record === one.record) expect(taken).toContain(other.id);
        for (const id of one.dependsOn) expect(taken).toContain(id);
      }
    }),
  );
});

test('an overlay is the server record with the open edits in order, and rejected ones change nothing', () => {
  const edits = fc.array(fc.record({ field: fc.constantFrom('phone', 'email'), value: fc.nat(9), rejected: fc.boolean() }), { maxLength: 8 });
  fc.assert(
    fc.property(edits, (drawn) => {
      const items = drawn.map(({ field, value, rejected }, i) => item(i, { args: { [field]: value }, state: rejected ? 'rejected' : 'waiting' }));
      const expected = drawn.filter(({ rejected }) => !rejected).reduce<Fields>((body, { field, value }) => ({ ...body, [field]: value }), { name: 'x' });
      const [view] = overlay('employee', [{ id: 'r', version: 3, body: { name: 'x' } }], items, kinds);
      expect(view?.body).toEqual(expected);
      expect(view?.pending.length).toBe(items.length);
    }),
  );
});

test('the text of an item is stable and safe for any server', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), (args) => {
      const text = textOf({ id: 'a', seq: 1, kind: 'k', kindVersion: 1, record: 'r', args, clock: { wall: 'w' } });
      expect(text).not.toMatch(/\\u0000/);
      expect(textOf(JSON.parse(text))).toBe(text);
    }),
  );
});
