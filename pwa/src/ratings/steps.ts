/** The codes of the next minutes as the server gave them, and which of them counts now by the server's time. */

export interface Steps {
  token: string;
  /** The server's time when it answered. */
  now: string;
  /** How long each is shown. */
  seconds: number;
  steps: { code: string; begins: string }[];
}

export interface Held extends Steps {
  /** `performance.now()` when the answer came: the phone's own clock may be wrong, or set while the page is open. */
  heldAt: number;
}

export interface Shown {
  code: string;
  /** Whole seconds until the next code. */
  left: number;
}

/** The code of this moment; null when none of those held counts any more (or not yet). */
export function shownAt(held: Held | null, monotonic: number): Shown | null {
  if (!held) return null;
  const now = Date.parse(held.now) + (monotonic - held.heldAt);
  const span = held.seconds * 1000;
  const step = held.steps.find(({ begins }) => now >= Date.parse(begins) && now < Date.parse(begins) + span);
  return step ? { code: step.code, left: Math.ceil((Date.parse(step.begins) + span - now) / 1000) } : null;
}

/** "00.42" */
export const countdown = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}.${String(seconds % 60).padStart(2, '0')}`;
