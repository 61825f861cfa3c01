import { describe, expect, it } from 'vitest';
import { countdown, shownAt, type Held } from './steps';

const held: Held = {
  token: 'T',
  now: '2026-11-20T02:00:30Z',
  seconds: 60,
  steps: [
    { code: 'AAAAAA', begins: '2026-11-20T02:00:00Z' },
    { code: 'BBBBBB', begins: '2026-11-20T02:01:00Z' },
  ],
  heldAt: 5_000,
};

describe('the rotating code', () => {
  it('turns with the time that passed since the answer, whatever the phone shows', () => {
    expect(shownAt(held, 5_000)).toEqual({ code: 'AAAAAA', left: 30 });
    expect(shownAt(held, 34_999)).toMatchObject({ code: 'AAAAAA', left: 1 });
    expect(shownAt(held, 35_000)).toEqual({ code: 'BBBBBB', left: 60 });
  });

  it('shows none after the last one, and none before the first', () => {
    expect(shownAt(held, 95_000)).toBeNull();
    expect(shownAt(held, -26_000)).toBeNull();
    expect(shownAt(null, 0)).toBeNull();
  });

  it('counts down in minutes and seconds', () => {
    expect(countdown(42)).toBe('00.42');
    expect(countdown(60)).toBe('01.00');
  });
});
