/** Whether this browser is a counter tablet: known before anything is drawn, so that nobody gets past the counter. */
import { signal } from '@preact/signals';

export interface Counter {
  /** The tablet's own account: names its store. */
  account: string;
  kiosk: string;
  site: string;
  /** Address of the site's board page, for when the store cannot be opened. */
  board?: string;
}

const KEY = 'sambung.loket';
/** Lives as long as the tab: after a restart the tablet is a counter again. */
const LEFT_KEY = 'sambung.loket.keluar';

function read(): Counter | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null') as Counter | null;
  } catch {
    return null;
  }
}

function hasLeft(): boolean {
  try {
    return sessionStorage.getItem(LEFT_KEY) === '1';
  } catch {
    return false;
  }
}

export const counter = signal<Counter | null>(read());
/** Staff left the counter with the PIN, in this tab. */
export const left = signal(hasLeft());

/** Remembers (null: forgets) that this browser is a counter tablet. */
export function bind(to: Counter | null): void {
  counter.value = to;
  try {
    if (to) localStorage.setItem(KEY, JSON.stringify(to));
    else localStorage.removeItem(KEY);
  } catch {
    // Without this storage the tablet asks for a code again after a restart; its store keeps what it holds.
  }
}

export function leaveCounter(gone: boolean): void {
  left.value = gone;
  try {
    if (gone) sessionStorage.setItem(LEFT_KEY, '1');
    else sessionStorage.removeItem(LEFT_KEY);
  } catch {
    // Then the counter is back after the next start, which is the safe side.
  }
}
