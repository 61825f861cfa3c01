import { afterEach, describe, expect, test, vi } from 'vitest';
import { useWorld } from './testing/client';
import { FakeLocks } from './testing/locks';

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
