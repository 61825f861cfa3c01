/** The staff's PIN, checked without signal. Wrong tries cost time, over restarts too. */
import { fromBase64Url, toBase64Url } from './seal_phone';

const KEY = 'sambung.loket.pin';
/** So many tries are free; then each waits twice as long as the one before. */
const FREE = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
export const PIN_LENGTH = 6;

interface Tries {
  failed: number;
  /** No try counts before this instant (ms, the tablet's clock). */
  until: number;
}

function tries(): Tries {
  try {
    return { failed: 0, until: 0, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Tries>) };
  } catch {
    return { failed: 0, until: 0 };
  }
}

function keep(now: Tries): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // Then a restart forgets the tries; the wait within this page stays.
  }
}

/** Milliseconds until the next try; a clock that was set back does not lock staff out for longer than the longest wait. */
export const waitMs = (now = Date.now()): number => Math.min(Math.max(tries().until - now, 0), LONGEST_WAIT_MS);

export async function fits(check: { salt: string; hash: string; iterations: number }, pin: string): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: fromBase64Url(check.salt), iterations: check.iterations };
  return toBase64Url(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256))) === check.hash;
}

/** Whether the PIN is right; a wrong one is counted. */
export async function tryPin(check: { salt: string; hash: string; iterations: number }, pin: string): Promise<boolean> {
  const before = tries();
  const failed = before.failed + 1;
  // Counted first: a tablet that is switched off in time forgets nothing.
  const wait = failed < FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failed - FREE), LONGEST_WAIT_MS);
  keep({ failed, until: wait ? Date.now() + wait : 0 });
  const right = await fits(check, pin);
  if (right) keep({ failed: 0, until: 0 });
  return right;
}
