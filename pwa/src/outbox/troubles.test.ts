import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { SyncStatus } from '../sync';

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
const { news, remember, troubles } = await import('./troubles');

const NOW = Date.parse('2026-11-21T02:00:00Z');
const HOUR = 3_600_000;
const nothing = { resets: [], failures: [], told: '{}' };
const calm = { lost: [], oldestWaiting: null, selfReset: null, link: 'ok' } as unknown as SyncStatus;
const at = (hours: number): string => new Date(NOW - hours * HOUR).toISOString();

describe('troubles of a phone', () => {
  test('a phone on which all is well tells nothing', () => {
    expect(news(nothing, troubles(nothing, calm, NOW))).toEqual([]);
  });

  test('lost numbers are counted over their ranges', () => {
    const known = { ...calm, lost: [[3, 3], [7, 9]] as [number, number][] };
    expect(news(nothing, troubles(nothing, known, NOW))).toEqual([{ what: 'LOST_ITEMS', amount: 4 }]);
  });

  test('an item is stuck after a day, in hours', () => {
    expect(troubles(nothing, { ...calm, oldestWaiting: at(23.9) }, NOW).STUCK_HOURS).toBe(0);
    expect(troubles(nothing, { ...calm, oldestWaiting: at(30) }, NOW).STUCK_HOURS).toBe(30);
  });

  test('the same reset counts once, and for a week', () => {
    const known = { ...calm, selfReset: at(2) };
    const once = remember(nothing, known, [], NOW);
    const twice = remember(once, known, [], NOW + HOUR);
    expect(troubles(twice, known, NOW).SELF_RESET).toBe(1);
    expect(troubles(remember(twice, calm, [], NOW + 8 * 24 * HOUR), calm, NOW).SELF_RESET).toBe(0);
  });

  test('what has ended is told as 0, and only once', () => {
    const told = { ...nothing, told: '{"LOST_ITEMS":4}' };
    expect(news(told, troubles(told, calm, NOW))).toEqual([{ what: 'LOST_ITEMS', amount: 0 }]);
    expect(news({ ...told, told: '{"LOST_ITEMS":0}' }, troubles(told, calm, NOW))).toEqual([]);
  });

  test('failures seen again and again, in any order, count each once', () => {
    const times = fc.array(fc.integer({ min: NOW - 6 * 24 * HOUR, max: NOW }), { maxLength: 20 });
    fc.assert(
      fc.property(times, times, (some, more) => {
        const memory = remember(remember(nothing, calm, some, NOW), calm, [...more, ...some], NOW);
        expect(troubles(memory, calm, NOW).SAVE_FAILED).toBe(new Set([...some, ...more]).size);
      }),
    );
  });
});
