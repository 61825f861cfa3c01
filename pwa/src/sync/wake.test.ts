import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LONGEST_WAIT, SHORTEST_WAIT } from './backoff';
import { openStore } from './store';
import { useWorld } from './testing/client';
import { FakeLocks } from './testing/locks';
import { type Fault, SimServer } from './testing/server';

const world = useWorld();
const ask = { kind: 'question.ask', args: { text: 'a' } };
const real = { now: Date.now };

afterEach(() => vi.unstubAllGlobals());

/** A page: a document that can be seen or not, and a window that says "online". */
function page() {
  const seen = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const win = new EventTarget();
  vi.stubGlobal('document', seen);
  vi.stubGlobal('addEventListener', win.addEventListener.bind(win));
  vi.stubGlobal('removeEventListener', win.removeEventListener.bind(win));
  return { seen, online: () => win.dispatchEvent(new Event('online')), show: () => seen.dispatchEvent(new Event('visibilitychange')) };
}

describe('it drains by itself', () => {
  test('by the timer alone, once the fault ends: no tap, no event', async () => {
    const client = await world.open(real);
    await vi.waitFor(async () => expect((await client.status()).pulling).toBe(false));
    world.server.faults = ['cut_before', { status: 502 }, 'portal', 'truncated'];
    const item = await client.mutate(ask);
    await vi.waitFor(() => expect(world.server.effects.get(item.id)).toBe(1), 5000);
    await vi.waitFor(async () => expect((await client.status()).waiting).toBe(0));
  });

  test('while one item is deferred the timer stays armed', async () => {
    const client = await world.open(real);
    world.server.answerFor.set('question.ask', { status: 'deferred' });
    const item = await client.mutate(ask);
    await vi.waitFor(async () => expect((await client.status()).deferred).toBe(1));
    world.server.answerFor.clear();
    await vi.waitFor(() => expect(world.server.effects.get(item.id)).toBe(1), 5000);
  });

  test('what an earlier page left unsent goes at the start', async () => {
    const before = await world.open({ ...real, fetch: () => Promise.reject(new TypeError()), worker: true });
    const item = await before.mutate(ask);
    await vi.waitFor(async () => expect((await before.status()).link).toBe('offline'));
    before.close();
    await world.open(real);
    await vi.waitFor(() => expect(world.server.effects.get(item.id)).toBe(1), 5000);
  });

  test.each(['online', 'show'] as const)('%s forgets the back-off', async (event) => {
    const browser = page();
    // Random at its most: the timer would take its time.
    const client = await world.open({ ...real, random: () => 0.9999 });
    await vi.waitFor(async () => expect((await client.status()).pulling).toBe(false));
    world.server.faults = Array(6).fill('cut_before');
    const item = await client.mutate(ask);
    await vi.waitFor(async () => expect((await client.status()).link).toBe('offline'));
    world.server.faults = [];
    expect((await client.status()).nextTryAt).toBeGreaterThan(Date.now() + 300);
    browser[event]();
    await vi.waitFor(() => expect(world.server.effects.get(item.id)).toBe(1), 400);
    client.close();
  });

  test('navigator.onLine is never asked', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const client = await world.open(real);
    const item = await client.mutate(ask);
    await vi.waitFor(() => expect(world.server.effects.get(item.id)).toBe(1), 2000);
    expect((await client.status()).link).toBe('ok');
  });

  test('a pull that failed is tried again by the timer, though nothing waits', async () => {
    world.server.publish('article', 'a1', { text: 'x' });
    world.server.faults = ['cut_before', 'portal'];
    const client = await world.open(real);
    await vi.waitFor(async () => expect((await client.list('article')).length).toBe(1), 3000);
  });

  test('pokes are bundled into one pull', async () => {
    const client = await world.open(real);
    await vi.waitFor(async () => expect((await client.status()).pulling).toBe(false));
    await client.pull();
    const before = world.server.requests.length;
    world.server.publish('article', 'a1', { text: 'x' });
    for (let i = 0; i < 10; i++) client.poke();
    await vi.waitFor(async () => expect((await client.list('article')).length).toBe(1));
    expect(world.server.requests.length).toBe(before + 1);
  });
});

describe('the timer', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Waits of the client's own timers that are armed now; the simulated server only uses 0. */
  function armed(): () => number[] {
    const waits = new Map<unknown, number>();
    const [set, clear] = [globalThis.setTimeout, globalThis.clearTimeout];
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms = 0) => {
      const timer = set(() => {
        waits.delete(timer);
        work();
      }, ms);
      if (ms >= SHORTEST_WAIT && ms <= LONGEST_WAIT) waits.set(timer, ms);
      return timer;
    }) as typeof setTimeout);
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      waits.delete(timer);
      clear(timer as never);
    });
    return () => [...waits.values()];
  }

  test('is armed after every turn while anything waits, whatever came back and whoever sends', { timeout: 60_000 }, async () => {
    const fault = fc.constantFrom<Fault>(
      'cut_before', 'cut_after', 'truncated', 'portal', 'redirect', 'empty_json', 'foreign_reply', 'graphql_error',
      { status: 401 }, { status: 403 }, { status: 429, headers: { 'retry-after': '7' } }, { status: 503, headers: { 'retry-after': 'Sat, 21 Nov 2026 07:30:00 GMT' } },
      { code: 'signed_out' }, { code: 'device_owner' }, { code: 'update_needed' }, { code: 'busy', retryAfterMs: 90_000 }, { code: 'batch_too_large' },
    );
    const turn = fc.record({ fault, wait: fc.constantFrom(0, 1_000, 400_000, -7_200_000), quota: fc.boolean() });
    const waits = armed();
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 8 }), async (turns) => {
        globalThis.indexedDB = new IDBFactory();
        world.server = new SimServer();
        world.clock = world.server.now;
        const client = await world.open({ random: () => 0.5 });
        await client.pull();
        world.server.answerFor.set('question.ask', { status: 'retry' });
        await client.mutate(ask);
        const put = IDBObjectStore.prototype.put;
        for (const { fault, wait, quota } of turns) {
          world.server.faults = [fault];
          IDBObjectStore.prototype.put = function (value, key) {
            if (quota && this.name === 'outbox') throw new DOMException('full', 'QuotaExceededError');
            return put.call(this, value, key);
          };
          await client.flush();
          IDBObjectStore.prototype.put = put;
          expect((await client.status()).waiting).toBe(1);
          expect(waits().length).toBeGreaterThan(0);
          world.clock += wait;
        }
        client.close();
      }),
      { numRuns: 40, interruptAfterTimeLimit: 40_000 },
    );
  });

  test('a date in Retry-After is obeyed to the second, and the timer waits no longer than that', async () => {
    const client = await world.open({ worker: true });
    world.server.faults = [{ status: 503, headers: { 'retry-after': new Date(world.clock + 90_000).toUTCString() } }];
    const item = await client.mutate(ask);
    await vi.waitFor(async () => expect((await client.status()).link).toBe('server'));
    expect((await client.status()).nextTryAt).toBe(world.clock + 90_000);
    world.clock += 89_999;
    await client.flush();
    expect(world.server.effects.size).toBe(0);
    world.clock += 1;
    await client.flush();
    expect(world.server.effects.get(item.id)).toBe(1);
  });

  test('waits twice as long after each failure, up to five minutes, and an answer begins anew', async () => {
    const client = await world.open({ worker: true, random: () => 1 });
    await client.pull();
    const store = openStore('acc', () => {});
    const due = (): Promise<number> => store.read(async ({ state }) => state.nextTryAt);
    world.server.faults = Array(11).fill('cut_before');
    const waits: number[] = [];
    for (let before = await due(); waits.length < 11; ) {
      world.clock = Math.max(world.clock, before);
      client.poke();
      await vi.waitFor(async () => expect(await due()).not.toBe(before));
      before = await due();
      waits.push(before - world.clock);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000));
    world.clock = await due();
    client.poke();
    await vi.waitFor(async () => expect(await due()).toBe(0));
    store.close();
  });
});

describe.each([
  ['with locks', true],
  ['without locks: a lease in the store', false],
])('one flusher at a time, %s', (_name, locks) => {
  test('tabs that all wake at once send each item once', async () => {
    vi.stubGlobal('navigator', locks ? { locks: new FakeLocks() } : {});
    const tabs = await Promise.all([1, 2, 3].map(() => world.open({ worker: true })));
    const items = await Promise.all(tabs.map((tab) => tab.mutate(ask)));
    await vi.waitFor(async () => {
      world.clock += 100;
      await Promise.all(tabs.map((tab) => tab.flush()));
      expect((await tabs[0]!.status()).waiting).toBe(0);
    });
    expect(world.server.batches.reduce((sum, size) => sum + size, 0)).toBe(items.length);
  });

  test('a holder that is silent for two leases is succeeded; a late answer of the first does no harm', async () => {
    vi.stubGlobal('navigator', locks ? { locks: new FakeLocks() } : {});
    let release = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    let calls = 0;
    const frozen = await world.open({
      worker: true,
      fetch: (async (url: unknown, init: RequestInit) => {
        calls++;
        const reply = await world.server.fetch(url, init);
        await stuck;
        return reply;
      }) as typeof fetch,
    });
    const item = await frozen.mutate(ask);
    await vi.waitFor(() => expect(calls).toBe(1));
    const other = await world.open({ worker: true });
    expect(await other.flush()).toBe(false);
    world.clock += 100_000;
    expect(await other.flush()).toBe(false);
    world.clock += 100_000;
    expect(await other.flush()).toBe(true);
    expect(await other.outbox()).toMatchObject([{ id: item.id, state: 'accepted', result: { status: 'duplicate' } }]);
    release();
    await frozen.flush();
    expect(world.server.effects.get(item.id)).toBe(1);
    expect((await other.outbox())[0]?.state).toBe('accepted');
  });

  test('a page that was pulled under a lost lease does not turn the copy back', async () => {
    vi.stubGlobal('navigator', locks ? { locks: new FakeLocks() } : {});
    world.server.publish('article', 'a1', { text: 'old' });
    let release = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const frozen = await world.open({
      worker: true,
      fetch: (async (url: unknown, init: RequestInit) => {
        const reply = await world.server.fetch(url, init);
        await stuck;
        return reply;
      }) as typeof fetch,
    });
    const late = frozen.pull();
    await vi.waitFor(() => expect(world.server.requests.length).toBe(1));
    world.clock += 200_000;
    world.server.publish('article', 'a1', { text: 'new' });
    const other = await world.open({ worker: true });
    expect(await other.pull()).toBe(true);
    release();
    await late;
    expect((await other.get('article', 'a1'))?.body).toEqual({ text: 'new' });
  });

  test('a lease from before the clock was set back counts for nothing', async () => {
    vi.stubGlobal('navigator', locks ? { locks: new FakeLocks() } : {});
    const gone = await world.open({ worker: true, fetch: () => new Promise(() => {}) });
    const item = await gone.mutate(ask);
    await vi.waitFor(async () => expect((await gone.status()).sending).not.toBeNull());
    world.clock -= 86_400_000;
    const other = await world.open({ worker: true });
    await other.flush();
    expect(world.server.effects.get(item.id)).toBe(1);
  });
});
