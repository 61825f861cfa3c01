/**
 * What is wrong on this phone, told to the operator as numbers: no text, no content. Told when an amount changes and the
 * server answers; 0 says that it is over. Loaded after the first screen.
 */
import { effect } from '@preact/signals';
import { VERSION, ask } from '../graphql';
import { client, failedSaves, me, status } from '../identity/session';
import type { SyncStatus } from '../sync';
import { lostItems } from './state';

export interface Troubles {
  /** Own numbers that are nowhere any more. */
  LOST_ITEMS: number;
  /** Age in hours of the oldest waiting item, although the server answers; below a day: 0. */
  STUCK_HOURS: number;
  /** Copies thrown away because their digest did not fit, in the last seven days. */
  SELF_RESET: number;
  /** Refused saves, in the last seven days. */
  SAVE_FAILED: number;
}

/** What the phone remembers between two looks; times in ms since 1970. */
export interface Memory {
  resets: number[];
  failures: number[];
  /** JSON of the last troubles that the server took. */
  told: string;
}

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const MOST = 100;
const NONE = JSON.stringify({ LOST_ITEMS: 0, STUCK_HOURS: 0, SELF_RESET: 0, SAVE_FAILED: 0 } satisfies Troubles);
const REPORT = 'mutation($troubles: [TroubleInput!]!, $version: String!) { reportTrouble(troubles: $troubles, appVersion: $version) }';

/** Times of a list that are not older than a week, a clock set back not counted as the future. */
const recent = (times: number[], now: number): number[] => times.filter((at) => Math.abs(now - at) < WEEK).slice(-MOST);

/** Takes note of what the status shows: a new reset is remembered with its time. */
export function remember(memory: Memory, known: SyncStatus, failures: readonly number[], now: number): Memory {
  const reset = known.selfReset ? Date.parse(known.selfReset) : null;
  const resets = reset === null || memory.resets.includes(reset) ? memory.resets : [...memory.resets, reset];
  const all = new Set([...memory.failures, ...failures]);
  return { told: memory.told, resets: recent(resets, now), failures: recent([...all], now) };
}

/** What is so now. `now` in ms by the phone's clock, which also stamped the items. */
export function troubles(memory: Memory, known: SyncStatus, now: number): Troubles {
  const age = known.oldestWaiting ? Math.floor((now - Date.parse(known.oldestWaiting)) / HOUR) : 0;
  return {
    LOST_ITEMS: lostItems(known),
    STUCK_HOURS: age >= 24 ? age : 0,
    SELF_RESET: memory.resets.length,
    SAVE_FAILED: memory.failures.length,
  };
}

/** The amounts that differ from what was told last. */
export function news(memory: Memory, now: Troubles): { what: string; amount: number }[] {
  const told = JSON.parse(memory.told) as Partial<Troubles>;
  return Object.entries(now)
    .filter(([what, amount]) => (told[what as keyof Troubles] ?? 0) !== amount)
    .map(([what, amount]) => ({ what, amount }));
}

const keyOf = (account: string): string => `sambung.kendala.${account}`;

function load(account: string): Memory {
  const empty: Memory = { resets: [], failures: [], told: NONE };
  try {
    return { ...empty, ...(JSON.parse(localStorage.getItem(keyOf(account)) ?? '{}') as Partial<Memory>) };
  } catch {
    return empty;
  }
}

function store(account: string, memory: Memory): void {
  try {
    localStorage.setItem(keyOf(account), JSON.stringify(memory));
  } catch {
    // A phone without this storage tells the same number again; the server keeps the latest only.
  }
}

let busy = false;

async function look(account: string, known: SyncStatus, failures: readonly number[]): Promise<void> {
  const memory = remember(load(account), known, failures, Date.now());
  const present = troubles(memory, known, Date.now());
  const list = news(memory, present);
  store(account, memory);
  if (!list.length || known.link !== 'ok' || busy) return;
  busy = true;
  try {
    await ask(REPORT, { troubles: list, version: VERSION });
    store(account, { ...load(account), told: JSON.stringify(present) });
  } catch {
    // No answer, or a server of before: it is told again with the next change.
  } finally {
    busy = false;
  }
}

let watching = false;

/** From now on, and in the tab that is in front only. */
export function watchTroubles(): void {
  if (watching) return;
  watching = true;
  effect(() => {
    const [person, known, failures] = [me.value, status.value, failedSaves.value];
    if (person && known && client.value && document.visibilityState === 'visible') void look(person.account, known, failures);
  });
}
