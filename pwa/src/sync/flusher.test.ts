import { describe, expect, test, vi } from 'vitest';
import { choose } from './flusher';
import type { Row } from './store';
import { drain, useWorld } from './testing/client';
import type { Fault } from './testing/server';
import type { Mutation, SyncClient, SyncOptions } from './types';

const world = useWorld();
const ask = (text = 'a') => ({ kind: 'question.ask', args: { text } });

/** A client whose items wait, untried but the first, until the clock is moved on by a minute. */
async function holding(texts: string[], more: Partial<SyncOptions> = {}): Promise<SyncClient> {
  const client = await world.open({ worker: true, ...more });
  world.server.faults = [{ code: 'busy', retryAfterMs: 59_000 }];
  for (const [i, text] of texts.entries()) {
    await client.mutate(ask(text));
    if (!i) await vi.waitFor(async () => expect((await client.status()).link).toBe('server'));
  }
  world.clock += 60_000;
  return client;
}

describe('an answer counts only when it is ours', () => {
  const noAnswers: [string, Fault, string][] = [
    ['no network', 'cut_before', 'offline'],
    ['the reply is lost after the commit', 'cut_after', 'offline'],
    ['half a reply', 'truncated', 'server'],
    ['a login page with status 200', 'portal', 'portal'],
    ['a redirect to a login page', 'redirect', 'server'],
    ['JSON of somebody else', 'empty_json', 'server'],
    ['the reply to another request', 'foreign_reply', 'server'],
    ['GraphQL errors', 'graphql_error', 'server'],
    ['network authentication required', { status: 511 }, 'portal'],
    ...[400, 401, 403, 404, 413, 415, 429, 500, 502, 503, 504].map((status): [string, Fault, string] => [`status ${status}`, { status }, 'server']),
  ];

  test.each(noAnswers)('%s: the item stays, is resent byte for byte, and takes effect once', async (_name, fault, link) => {
    const client = await world.open({ worker: true });
    world.server.faults = [fault];
    const item = await client.mutate(ask());
    await vi.waitFor(async () => expect((await client.status()).link).not.toBe('unknown'));
    expect((await client.status()).link).toBe(link);
    expect(await client.outbox()).toMatchObject([{ id: item.id, state: 'waiting', tried: true }]);
    await drain(world, client);
    expect(world.server.effects.get(item.id)).toBe(1);
    expect(world.server.texts.get(item.id)?.size).toBe(1);
    expect((await client.outbox())[0]).toMatchObject({ state: 'accepted', acceptedAt: '2026-11-21T07:00:00.000Z' });
  });

  test('tried is on the disk before the request leaves', async () => {
    const client = await world.open({ worker: true });
    let tried: boolean[] = [];
    const fetch = world.server.fetch;
    const watching = await world.open({
      worker: true,
      fetch: (async (url: unknown, init: RequestInit) => {
        tried = (await client.outbox()).map((item) => item.tried);
        return fetch(url, init);
      }) as typeof globalThis.fetch,
    });
    await watching.mutate(ask());
    await vi.waitFor(() => expect(tried).toEqual([true]));
  });

  test('neither fifty failures nor a year end an item', async () => {
    const client = await world.open({ worker: true });
    const item = await client.mutate(ask());
    for (let i = 0; i < 50; i++) {
      world.server.faults = [(['cut_before', { status: 502 }, { status: 400 }, { code: 'busy' }] as Fault[])[i % 4]!];
      world.clock += 400_000;
      // Not a tap, which would forget how often it failed.
      await client.retry('none');
    }
    world.clock += 365 * 86_400_000;
    world.server.now += 365 * 86_400_000;
    world.server.faults = [null, { status: 502 }];
    world.server.answerFor.set(item.id, { status: 'retry' });
    await client.pull(true);
    await client.pull(true);
    expect(await client.outbox()).toMatchObject([{ id: item.id, state: 'waiting' }]);
    world.server.answerFor.clear();
    await drain(world, client);
    expect(world.server.effects.get(item.id)).toBe(1);
  });

  test('an id that is not in the results is sent again', async () => {
    const client = await world.open({ worker: true });
    world.server.answerFor.set('question.ask', { id: 'another', status: 'applied' });
    await client.mutate(ask());
    await vi.waitFor(() => expect(world.server.batches.length).toBe(1));
    world.server.answerFor.clear();
    await drain(world, client);
    expect(world.server.effects.size).toBe(1);
  });
});

describe('statuses', () => {
  test.each(['deferred', 'retry'] as const)('%s keeps the item and sends it again later', async (status) => {
    const client = await world.open({ worker: true });
    world.server.answerFor.set('question.ask', { status, code: status === 'deferred' ? 'internal' : null });
    const item = await client.mutate(ask());
    await vi.waitFor(async () => expect((await client.outbox())[0]).toMatchObject({ state: status === 'deferred' ? 'deferred' : 'waiting', nextTryAt: expect.any(Number) }));
    expect(await client.status()).toMatchObject({ waiting: 1, deferred: status === 'deferred' ? 1 : 0 });
    world.server.answerFor.clear();
    await drain(world, client);
    expect(world.server.effects.get(item.id)).toBe(1);
  });

  test('an unknown status is a retry', async () => {
    const client = await world.open({ worker: true });
    world.server.answerFor.set('question.ask', { status: 'vanished' as 'retry' });
    const item = await client.mutate(ask());
    await vi.waitFor(async () => expect(await client.outbox()).toMatchObject([{ state: 'waiting', nextTryAt: expect.any(Number) }]));
    world.server.answerFor.clear();
    await drain(world, client);
    expect(world.server.effects.get(item.id)).toBe(1);
  });

  test('merged and duplicate are accepted, with the first receipt', async () => {
    const client = await world.open({ worker: true });
    world.server.answerFor.set('question.ask', { status: 'duplicate', first: 'merged', receipt: 'K7QM2P9D', feed: '0' });
    await client.mutate(ask());
    await drain(world, client);
    expect(await client.outbox()).toMatchObject([{ state: 'accepted', result: { receipt: 'K7QM2P9D', first: 'merged' } }]);
  });
});

describe('batch codes', () => {
  test.each([
    ['signed_out', 'signed_out'],
    ['device_owner', 'other_account'],
    ['update_needed', 'update_needed'],
    ['busy', 'server'],
    ['something_new', 'server'],
  ])('%s waits and drops nothing', async (code, link) => {
    const client = await world.open({ worker: true });
    world.server.faults = [{ code }];
    await client.mutate(ask());
    await vi.waitFor(async () => expect((await client.status()).link).toBe(link));
    expect((await client.status()).waiting).toBe(1);
    await drain(world, client);
    expect((await client.status()).link).toBe('ok');
  });

  test('a forked device takes a new id and sends the same ids and texts; nothing counts as lost', async () => {
    const client = await world.open({ worker: true });
    const devices: string[] = [];
    world.server.onBatch = ({ deviceId }) => devices.push(deviceId);
    await client.mutate(ask('before'));
    await drain(world, client);
    world.server.faults = [{ code: 'device_forked' }];
    const item = await client.mutate(ask());
    await drain(world, client);
    expect(new Set(devices).size).toBe(2);
    expect(world.server.effects.get(item.id)).toBe(1);
    expect((await client.status()).lost).toEqual([]);
  });

  test('too large a batch is halved at once', async () => {
    const online = await holding(Array.from({ length: 12 }, (_, i) => `${i}`));
    world.server.faults = [{ code: 'batch_too_large' }];
    await online.flush();
    await drain(world, online);
    expect(world.server.batches[0]).toBe(6);
    expect(world.server.effects.size).toBe(12);
  });

  test('the wait that the server asks for is obeyed, even when the person is impatient', async () => {
    const client = await world.open({ worker: true });
    world.server.faults = [{ code: 'busy', retryAfterMs: 30_000 }];
    await client.mutate(ask());
    await vi.waitFor(async () => expect((await client.status()).link).toBe('server'));
    const before = world.server.requests.length;
    await client.retry();
    world.clock += 29_000;
    await client.flush();
    expect(world.server.requests.length).toBe(before);
    world.clock += 1_001;
    await client.flush();
    expect(world.server.effects.size).toBe(1);
  });

  test('Retry-After of a proxy is obeyed, but no longer than an hour', async () => {
    const client = await world.open({ worker: true });
    world.server.faults = [{ status: 503, headers: { 'retry-after': '86400' } }];
    await client.mutate(ask());
    await vi.waitFor(async () => expect((await client.status()).link).toBe('server'));
    world.clock += 3_000_000;
    await client.flush();
    expect(world.server.effects.size).toBe(0);
    world.clock += 600_001;
    await client.flush();
    expect(world.server.effects.size).toBe(1);
  });

  test('a clock that was set back by a year does not stop the sending', async () => {
    const client = await world.open({ worker: true });
    world.server.faults = [{ code: 'busy', retryAfterMs: 30_000 }];
    await client.mutate(ask());
    await vi.waitFor(async () => expect((await client.status()).link).toBe('server'));
    world.clock -= 365 * 86_400_000;
    await client.flush();
    expect(world.server.effects.size).toBe(1);
  });
});

describe('batches', () => {
  /** Bytes that arrived in each batch. */
  const weights = (): number[] => {
    const found: number[] = [];
    world.server.onBatch = ({ mutations }) => found.push(mutations.reduce((sum, one) => sum + JSON.stringify(one).length, 0));
    return found;
  };

  test('start at 64 KiB and grow fourfold on a quick link, up to 500 items', async () => {
    const sizes = weights();
    const online = await holding(Array.from({ length: 900 }, (_, i) => `${i}`));
    await online.flush();
    const [first, ...rest] = world.server.batches;
    expect(sizes[0]).toBeLessThanOrEqual(65_536);
    expect(sizes[0]! + sizes[0]! / first!).toBeGreaterThan(65_000);
    expect(rest).toEqual([500, 400 - first!]);
  });

  test('only double where an answer takes long', async () => {
    const fetch = world.server.fetch;
    let skipped = 0;
    const slow = (async (url: unknown, init: RequestInit) => {
      skipped += 4_000;
      return fetch(url, init);
    }) as typeof globalThis.fetch;
    const real = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => real() + skipped);
    const sizes = weights();
    const online = await holding(Array.from({ length: 80 }, (_, i) => `${i}`.padEnd(5_000)), { fetch: slow });
    await online.flush();
    vi.restoreAllMocks();
    expect(sizes.slice(0, 2).map((size) => Math.round(size / 65_536))).toEqual([1, 2]);
  });

  test('shrink while nothing comes through, and start anew when the signal is back', async () => {
    const online = await holding(Array.from({ length: 400 }, (_, i) => `${i}`));
    world.server.requests = [];
    world.server.faults = Array.from({ length: 9 }, () => 'cut_before');
    for (let i = 0; i < 8; i++) {
      world.clock += 301_000;
      await online.retry('none');
    }
    const asked = world.server.requests.filter(({ field }) => field === 'syncPush').map(({ plain }) => plain.length);
    expect(asked[0]).toBeGreaterThan(60_000);
    expect(asked.at(-1)).toBeLessThan(1_200);
    world.server.faults = [];
    await online.flush();
    expect(world.server.batches[0]).toBeGreaterThan(100);
    expect(world.server.effects.size).toBe(400);
  });

  test('halve on failure, down to one; then the item that breaks the server lets the others go first', async () => {
    const broken = 'BREAKS';
    const fetch = world.server.fetch;
    const picky = (async (url: unknown, init: RequestInit) => {
      const { gunzipSync } = await import('node:zlib');
      const bytes = Buffer.from(init.body as ArrayBuffer);
      const text = (init.headers as Record<string, string>)['Content-Encoding'] ? gunzipSync(bytes).toString() : bytes.toString();
      return text.includes(broken) ? new Response('oops', { status: 500 }) : fetch(url, init);
    }) as typeof globalThis.fetch;
    const online = await holding(['0', broken, '2', '3', '4', '5', '6', '7'], { fetch: picky });
    for (let i = 0; i < 12; i++) await online.retry('none');
    expect(world.server.effects.size).toBe(7);
    expect((await online.outbox()).filter(({ state }) => state === 'waiting')).toMatchObject([{ args: { text: broken } }]);
  });

  test('a gzip body that something on the way dislikes goes plain, for the rest of the session', async () => {
    for (const status of [400, 403, 413, 415]) {
      world.server.requests = [];
      world.server.refusesGzip = status;
      const client = await world.open({ worker: true });
      await client.mutate(ask('x'.repeat(3000)));
      await drain(world, client);
      await client.mutate(ask('y'.repeat(3000)));
      await drain(world, client);
      const encodings = world.server.requests.filter(({ field }) => field === 'syncPush').map(({ headers }) => headers['Content-Encoding']);
      expect(encodings).toEqual(['gzip', undefined, undefined]);
      client.close();
    }
  });

  test('requests carry the client header and name the two documents of the protocol', async () => {
    const client = await world.open({ worker: true });
    await client.mutate(ask());
    await drain(world, client);
    const [push, pull] = ['syncPush', 'syncPull'].map((name) => world.server.requests.find(({ field }) => field === name)!);
    expect(push!.headers).toMatchObject({ 'X-Sambung-Client': 'pwa/1.0.0', 'Content-Type': 'application/json' });
    expect(JSON.parse(push!.plain).documentId).toBe('syncPush');
    expect(JSON.parse(pull!.plain)).toEqual({ documentId: 'syncPull', variables: { account: 'acc' } });
    expect(JSON.parse(push!.plain).variables.batch).toMatchObject({ protocol: 'sambung-sync/1', account: 'acc', epoch: null, highSeq: 1, waiting: 1, voided: [] });
  });
});

describe('order', () => {
  const row = ({ kind = 'employee.edit', record = 'r', dependsOn, ...fate }: Partial<Row> & Partial<Mutation>): Row => {
    const id = `m${fate.seq}`;
    return { id, text: JSON.stringify({ id, seq: fate.seq, kind, record, dependsOn, args: {} }), bytes: 10, state: 'waiting', ...fate } as Row;
  };

  test('a stuck record keeps its later items back, and only them', () => {
    const items = [
      row({ seq: 1, record: 'a', nextTryAt: 2000 }),
      row({ seq: 2, record: 'b' }),
      row({ seq: 3, record: 'a' }),
      row({ seq: 4, record: 'c', dependsOn: ['m3'] }),
      row({ seq: 5, record: 'd' }),
    ];
    expect(choose(items, 1000, 500).map(({ seq }) => seq)).toEqual([2, 5]);
    expect(choose(items, 2000, 500).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('no more than its bytes and 500 items, but one in any case', () => {
    const large = Array.from({ length: 20 }, (_, i) => row({ seq: i + 1, record: `r${i}`, bytes: 60_000 }));
    expect(choose(large, 0, 200_000).length).toBe(3);
    expect(choose(large, 0, 1).length).toBe(1);
    const small = Array.from({ length: 600 }, (_, i) => row({ seq: i + 1, record: `r${i}` }));
    expect(choose(small, 0, 500_000).length).toBe(500);
  });

  test('an item being withdrawn is not sent, its withdrawal is', () => {
    const items = [row({ seq: 1, withdrawing: true }), row({ seq: 2, kind: 'sync.withdraw', record: 'm1' })];
    expect(choose(items, 0, 500).map(({ seq }) => seq)).toEqual([2]);
  });
});

describe('a restored server', () => {
  test('what was accepted after the backup goes again in order, with the same texts; the old receipt stays in sight', async () => {
    const client = await world.open({ worker: true });
    const early = await client.mutate(ask('early'));
    await drain(world, client);
    world.server.now += 2 * 3_600_000;
    const backup = world.server.backup();
    world.server.now += 60_000;
    const one = await client.mutate(ask('one'));
    await drain(world, client);
    const two = await client.mutate(ask('two'));
    await drain(world, client);
    const receipt = (await client.outbox()).find(({ id }) => id === two.id)?.result?.receipt;
    world.server.restore(backup);
    world.server.answerFor.set(two.id, { status: 'rejected', code: 'locked' });
    world.server.batches = [];
    await drain(world, client);
    await drain(world, client);
    expect(world.server.batches.reduce((sum, size) => sum + size, 0)).toBe(2);
    const fates = new Map((await client.outbox()).map((item) => [item.id, item]));
    expect(fates.get(early.id)?.state).toBe('accepted');
    expect(fates.get(one.id)?.state).toBe('accepted');
    expect(fates.get(two.id)).toMatchObject({ state: 'rejected', formerReceipt: receipt });
    for (const texts of world.server.texts.values()) expect(texts.size).toBe(1);
    expect((await client.list('question')).map(({ body }) => body.text).sort()).toEqual(['early', 'one']);
  });

  test('what ended without effect after the backup is withdrawn where open work names it', async () => {
    const client = await world.open({ worker: true });
    const backup = world.server.backup();
    const [refused, alone] = [await client.mutate(ask('refused')), await client.mutate(ask('alone'))];
    for (const { id } of [refused, alone]) world.server.answerFor.set(id, { status: 'rejected', code: 'locked' });
    await drain(world, client);
    const waiting = await client.mutate({ ...ask('waiting'), dependsOn: [refused.id] });
    world.server.answerFor.set(waiting.id, { status: 'deferred' });
    await client.flush();
    world.server.restore(backup);
    await client.pull();
    await client.flush();
    const sent = [...world.server.texts.values()].flatMap((texts) => [...texts]).map((text) => JSON.parse(text) as Mutation);
    expect(sent.filter(({ kind }) => kind === 'sync.withdraw').map(({ args }) => args.mutation)).toEqual([refused.id]);
    expect((await client.outbox()).map(({ id }) => id)).toContain(refused.id);
  });

  test('numbers that neither side holds are reported as lost', async () => {
    const client = await world.open({ worker: true });
    await client.mutate(ask('a'));
    await drain(world, client);
    await client.mutate(ask('b'));
    await drain(world, client);
    const [device] = world.server.stored.keys();
    world.server.stored.set(device!, new Set());
    await client.mutate(ask('c'));
    await drain(world, client);
    expect((await client.status()).lost).toEqual([]);
    world.clock += 40 * 86_400_000;
    world.server.now += 40 * 86_400_000;
    await drain(world, client);
    client.close();
    const later = await world.open({ worker: true });
    world.server.stored.set(device!, new Set());
    await later.mutate(ask('d'));
    await drain(world, later);
    expect((await later.status()).lost).toEqual([[1, 3]]);
  });
});
