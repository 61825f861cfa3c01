/** When to try again. All times in milliseconds. */

export const HOUR = 3_600_000;
export const LONGEST_WAIT = 300_000;
export const SHORTEST_WAIT = 50;

/** Full jitter: anywhere between now and a ceiling that doubles from 1 s to 5 min with each failure (1, 2, ...). */
export const backoff = (failures: number, random: () => number): number =>
  Math.max(SHORTEST_WAIT, random() * Math.min(LONGEST_WAIT, 500 * 2 ** Math.min(failures, 12)));

/** The time by which to judge what is due: a clock that was set back since the last request makes everything due. */
export const dueBy = ({ now }: { now: () => number }, { asked = 0 }): number => (now() < asked ? Infinity : now());

/** A time of the phone's clock that has come. One more than an hour ahead was written before the clock was set back. */
export const isDue = (at: number | undefined, now: number): boolean => !at || at <= now || at > now + HOUR;

/** `Retry-After` (seconds or a date) as a wait of at most an hour: a strange proxy must not silence a phone for days. */
export function retryAfter(header: string | null, now: number): number {
  if (!header) return 0;
  const wait = +header >= 0 ? +header * 1000 : Date.parse(header) - now;
  return Math.min(Math.max(wait || 0, 0), HOUR);
}
