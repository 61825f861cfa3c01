/** What the screen shows at any moment, against a model that knows only the rule: the pulled record, then own work in
 * order, less what was refused. Two tabs over one store, pulls and answers in between. */
import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { overlay } from './overlay';
import { kinds, useWorld } from './testing/client';
import { SimServer } from './testing/server';
import type { Fields, OutboxItem, SyncClient } from './types';

const world = useWorld();
const RECORDS = ['e1', 'e2'];
const FIELDS = ['phone', 'email', 'start'] as const;

type Step =
  | { do: 'edit'; tab: 0 | 1; record: string; field: (typeof FIELDS)[number]; value: number; fate: 'applied' | 'conflict' | 'rejected' }
  | { do: 'theirs'; record: string; field: (typeof FIELDS)[number]; value: number }
  | { do: 'sync'; tab: 0 | 1 }
  | { do: 'send'; tab: 0 | 1 }
  | { do: 'page'; tab: 0 | 1 }
  | { do: 'dismiss'; tab: 0 | 1 };

const tab = fc.constantFrom<0 | 1>(0, 1);
const record = fc.constantFrom(...RECORDS);
const field = fc.constantFrom(...FIELDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('edit' as const), tab, record, field, value: fc.nat(99), fate: fc.constantFrom('applied' as const, 'applied' as const, 'conflict' as const, 'rejected' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('theirs' as const), record, field, value: fc.nat(99) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('sync' as const, 'send' as const, 'page' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dismiss' as const), tab }) },
);

interface Own {
  id: string;
  record: string;
  args: Fields;
  fate: 'applied' | 'conflict' | 'rejected';
  state: 'open' | 'answered';
  dismissed?: boolean;
}

/** The model: what was pulled last, and own work in the order in which it was done. */
class Model {
  pulled = new Map<string, Fields>();
  feed = 0;
  own: Own[] = [];

  shown(record: string): Fields | undefined {
    const body = this.pulled.get(record);
    const edits = this.own.filter((one) => one.record === record && (one.state === 'open' || one.fate === 'applied'));
    return body || edits.length ? edits.reduce((all, { args }) => ({ ...all, ...args }), body ?? {}) : undefined;
  }

  pending(record: string): string[] {
    return this.own.filter((one) => one.record === record && !one.dismissed).map(({ id }) => id);
  }

  answered(): void {
    for (const one of this.own) one.state = 'answered';
  }

  /** The copy is as new as the server: what was accepted lies in it. */
  caughtUp(): void {
    for (const [id, { body }] of world.server.records) this.pulled.set(id, { ...body });
    this.settle(world.server.feed);
  }

  /** One record of the news came, then the line broke: of own work only what is that old lies in the copy. */
  onePage(): void {
    const news = [...world.server.records].filter(([, { feed }]) => feed > this.feed).sort(([, a], [, b]) => a.feed - b.feed);
    const [id, held] = news[0] ?? [];
    if (id && held) this.pulled.set(id, { ...held.body });
    this.settle(news.length > 1 ? held!.feed : world.server.feed);
  }

  private settle(feed: number): void {
    this.feed = feed;
    this.own = this.own.filter(({ id, state, fate }) => state === 'open' || fate !== 'applied' || Number(world.server.answers.get(id)!.feed) > feed);
  }
}

const settings = { worker: true } as const;

async function act(model: Model, tabs: SyncClient[], step: Step): Promise<void> {
  switch (step.do) {
    case 'edit': {
      const args = { [step.field]: step.value };
      const item = await tabs[step.tab]!.mutate({ kind: 'employee.edit', record: step.record, args });
      if (step.fate !== 'applied') world.server.answerFor.set(item.id, { status: step.fate, server: { [step.field]: -1 }, version: 9 });
      model.own.push({ id: item.id, record: step.record, args, fate: step.fate, state: 'open' });
      return;
    }
    case 'theirs':
      world.server.publish('employee', step.record, { ...world.server.records.get(step.record)?.body, [step.field]: step.value });
      return;
    case 'send':
      // The answers come, the news do not: accepted work must not vanish from the screen.
      await answers(tabs[step.tab]!, 'syncPush');
      model.answered();
      return;
    case 'page':
      await answers(tabs[step.tab]!, 'page');
      model.answered();
      model.onePage();
      return;
    case 'sync':
      await answers(tabs[step.tab]!, 'sync');
      model.answered();
      model.caughtUp();
      return;
    case 'dismiss': {
      const refused = model.own.find(({ state, fate, dismissed }) => state === 'answered' && fate !== 'applied' && !dismissed);
      if (!refused) return;
      refused.dismissed = true;
      await tabs[step.tab]!.dismiss(refused.id);
    }
  }
}

/** Which requests find their way: none, or those that contain the word. Saves send by themselves, so that only a missing
 * signal keeps them until a step lets them go. */
let signal: string | null = null;
/** Pages of news that still come through. */
let pages = 0;

async function answers(client: SyncClient, passing: 'sync' | 'syncPush' | 'page'): Promise<void> {
  signal = passing === 'page' ? 'sync' : passing;
  pages = passing === 'page' ? 1 : 1000;
  world.server.pageSize = passing === 'page' ? 1 : 100;
  // A turn that a save began without signal may still be under way; then another is needed.
  await vi.waitFor(async () => {
    world.clock += 400_000;
    const whole = await client.pull();
    expect((await client.status()).waiting).toBe(0);
    if (passing === 'page') expect(pages).toBe(0);
    else expect(whole).toBe(passing === 'sync');
  });
  signal = null;
}

async function compare(model: Model, tabs: SyncClient[]): Promise<void> {
  for (const client of tabs) {
    const list = new Map((await client.list('employee')).map((view) => [view.id, view]));
    for (const id of RECORDS) {
      const one = await client.get('employee', id);
      expect(one?.body).toEqual(model.shown(id));
      expect(list.get(id)?.body).toEqual(one?.body);
      if (one) expect(one.pending.map((item) => item.id)).toEqual(model.pending(id));
    }
  }
}

function plainOf({ headers, body }: RequestInit): string {
  const bytes = Buffer.from(body as ArrayBuffer);
  return ((headers as Record<string, string>)['Content-Encoding'] ? gunzipSync(bytes) : bytes).toString();
}

async function play(tabs: SyncClient[], steps: Step[]): Promise<void> {
  const model = new Model();
  await answers(tabs[0]!, 'sync');
  model.caughtUp();
  for (const one of steps) {
    await act(model, tabs, one);
    await compare(model, tabs);
  }
  await answers(tabs[1]!, 'sync');
  model.answered();
  model.caughtUp();
  await compare(model, tabs);
  // I3: nothing waits, nothing to pull: what is shown is what the server holds.
  for (const [id, { body, version }] of world.server.records) expect(await tabs[0]!.get('employee', id)).toMatchObject({ body, version });
}

test('the screen is the pulled record under own work in order, whoever wrote, answered or pulled in between', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), async (steps) => {
      globalThis.indexedDB = new IDBFactory();
      world.server = new SimServer();
      world.clock = world.server.now;
      world.server.publish('employee', 'e1', { phone: 0, email: 0, start: 0, end: 0 });
      const fetch = (async (url: unknown, init: RequestInit) => {
        const name = String(JSON.parse(plainOf(init)).documentId);
        const news = name.includes('syncPull');
        if (!signal || !name.includes(signal) || (news && !pages)) throw new TypeError('no signal');
        if (news) pages--;
        return world.server.fetch(url, init);
      }) as typeof globalThis.fetch;
      const tabs = [await world.open({ ...settings, fetch }), await world.open({ ...settings, fetch })];
      try {
        await play(tabs, steps);
      } finally {
        for (const client of tabs) client.close();
      }
    }),
    { numRuns: 30, interruptAfterTimeLimit: 40_000 },
  );
});

test('an own record appears, changes and goes with its acts; a layer of another record kind touches only that', () => {
  const item = (seq: number, kind: string, record: string, args: Fields, over: Partial<OutboxItem> = {}): OutboxItem =>
    ({ id: `m${seq}`, seq, kind, record, args, dependsOn: [], resolves: [], bytes: 1, state: 'waiting', ...over }) as OutboxItem;
  const messages = fc.array(fc.record({ state: fc.constantFrom('waiting' as const, 'accepted' as const, 'rejected' as const, 'conflict' as const), withdrawing: fc.boolean() }), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.boolean(), (drawn, held) => {
      const items = drawn.map((over, i) => item(i, 'message.write', `x${i}`, { question: 'q', text: `${i}` }, over));
      const alive = drawn.filter(({ state, withdrawing }) => (state === 'waiting' || state === 'accepted') && !withdrawing).length;
      const questions = overlay<{ messages?: number }>('question', held ? [{ id: 'q', version: 1, body: {} }] : [], items, kinds);
      expect(questions.map(({ body }) => body.messages ?? 0)).toEqual(held ? [alive] : []);
      expect(overlay('message', [], items, kinds).length).toBe(alive);
      expect(overlay('employee', [], items, kinds)).toEqual([]);
    }),
  );
});

test('an overlay changes neither the copy nor the items that it is made of', () => {
  const body = Object.freeze({ phone: 1 });
  const args = Object.freeze({ phone: 2 });
  const one = { id: 'm', seq: 1, kind: 'employee.edit', record: 'e', args, state: 'waiting' } as unknown as OutboxItem;
  const [view] = overlay('employee', [{ id: 'e', version: 3, body }], [Object.freeze(one)], kinds);
  expect(view).toMatchObject({ body: { phone: 2 }, version: 3 });
  expect(body).toEqual({ phone: 1 });
});
