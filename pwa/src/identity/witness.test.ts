import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { SyncStatus } from '../sync';

const held = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (key: string) => held.get(key) ?? null,
  setItem: (key: string, value: string) => held.set(key, value),
});
const { missing, seen, witness } = await import('./witness');

const NOW = Date.parse('2026-11-21T02:00:00Z');
const DAY = 86_400_000;
const one = { device: 'one', seq: 7, waiting: 2 };

describe('a lost store', () => {
  test('is a new device that counts from below; what waited last is missing until the server was asked', () => {
    const after = seen(seen(null, one, NOW), { device: 'two', seq: 0, waiting: 0 }, NOW);
    expect(missing(after)).toEqual([[6, 7]]);
    expect(missing({ ...after, losses: [{ ...after.losses[0]!, ranges: [[7, 7]] }] })).toEqual([[7, 7]]);
  });

  test('a first look, the same device, and a device that took a new id while it went on counting lose nothing', () => {
    expect(missing(seen(null, one, NOW))).toEqual([]);
    expect(missing(seen(seen(null, one, NOW), { ...one, seq: 9 }, NOW))).toEqual([]);
    expect(missing(seen(seen(null, one, NOW), { device: 'two', seq: 7, waiting: 2 }, NOW))).toEqual([]);
  });

  test('where nothing waited nothing is called missing before the server says so', () => {
    expect(missing(seen(seen(null, { ...one, waiting: 0 }, NOW), { device: 'two', seq: 1, waiting: 1 }, NOW))).toEqual([]);
  });

  test('each loss is kept once, in any order of looks, and for 30 days', () => {
    const looks = fc.array(fc.record({ device: fc.constantFrom('a', 'b', 'c'), seq: fc.nat(9), waiting: fc.nat(3) }), { minLength: 1 });
    fc.assert(
      fc.property(looks, (list) => {
        let memory = seen(null, list[0]!, NOW);
        let expected: { device: string; seq: number }[] = [];
        for (const look of list.slice(1)) {
          const lost = look.device !== memory.device && look.seq < memory.seq;
          // A device that came back with all its numbers was not lost.
          expected = expected.filter(({ device, seq }) => device !== look.device || seq > look.seq).concat(lost ? [{ device: memory.device, seq: memory.seq }] : []);
          memory = seen(seen(memory, look, NOW), look, NOW);
          expect(memory).toMatchObject(look);
        }
        expect(memory.losses.map(({ device, seq }) => ({ device, seq }))).toEqual(expected);
        expect(seen(memory, memory, NOW + 31 * DAY).losses).toEqual([]);
      }),
    );
  });

  test('the server is asked once, when it answers, and its word stands', async () => {
    const asked: { deviceId: string; highSeq: number; mutations: unknown[] }[] = [];
    const answers: (number[][] | null)[] = [null, [[5, 5], [7, 7]]];
    vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
      const { batch } = (JSON.parse(body) as { variables: { batch: { requestId: string; deviceId: string; highSeq: number; mutations: unknown[] } } }).variables;
      asked.push(batch);
      const missingSeq = answers.shift();
      return missingSeq
        ? Response.json({ data: { syncPush: { requestId: batch.requestId, code: null, missingSeq } } })
        : new Response('<html>', { headers: { 'content-type': 'text/html' } });
    });
    const look = (known: Partial<SyncStatus>) => witness('acc', '1', { waiting: 0, link: 'ok', ...known } as SyncStatus, told);
    const told = vi.fn();
    look(one);
    expect(look({ device: 'two', seq: 0, link: 'offline' })).toEqual([[6, 7]]);
    expect(asked).toEqual([]);
    look({ device: 'two', seq: 1 });
    await vi.waitFor(() => expect(asked.length).toBe(1));
    await vi.waitFor(() => {
      look({ device: 'two', seq: 1 });
      expect(told).toHaveBeenCalled();
    });
    expect(asked[0]).toMatchObject({ deviceId: 'one', highSeq: 7, mutations: [] });
    expect(look({ device: 'two', seq: 2 })).toEqual([[5, 5], [7, 7]]);
    expect(asked.length).toBe(2);
  });
});
