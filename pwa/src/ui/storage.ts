/** How full the phone is, as far as the browser tells: asked for now and then, never in the way of anything else. */
import { signal } from '@preact/signals';

export interface Room {
  /** Bytes. */
  usage: number;
  quota: number;
  /** The browser promised not to clear the copy when space runs short. */
  persisted: boolean;
}

/** Asking reads the disk; a burst of saves is asked about once. */
const APART_MS = 3_000;

/** Null while unknown. */
export const room = signal<Room | null>(null);

let asked = Number.NEGATIVE_INFINITY;

/** Asks anew unless that was just done; `now` asks in any case. */
export async function lookAtRoom(now = false): Promise<void> {
  if (!now && performance.now() - asked < APART_MS) return;
  asked = performance.now();
  try {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    room.value = { usage, quota, persisted: await navigator.storage.persisted() };
  } catch {
    // An old browser: nothing is known, so nothing is said.
  }
}
