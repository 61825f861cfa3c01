/** Somebody walks away in the middle: after a while the tablet asks, and then forgets what was entered. */
import { useEffect, useRef, useState } from 'preact/hooks';

export const ASK_AFTER_MS = 45_000;
export const FORGET_AFTER_MS = 20_000;
const STEP_MS = 250;
const SIGNS = ['pointerdown', 'keydown', 'input', 'wheel'] as const;

/** Seconds that are left once nobody touched the tablet for 45 s, else null; `forget` is called when they are over.
 * Measured by the clock and not by ticks: a tablet that slept wakes up empty. */
export function useIdle(watching: boolean, forget: () => void): { left: number | null; stay: () => void } {
  const last = useRef(Date.now());
  const [left, setLeft] = useState<number | null>(null);
  const latest = useRef(forget);
  latest.current = forget;
  const stay = (): void => {
    last.current = Date.now();
    setLeft(null);
  };
  useEffect(() => {
    if (!watching) return;
    stay();
    let asked = false;
    const alive = (): void => {
      // Once asked, only the button answers: a second touch must not bring back what somebody else entered.
      if (!asked) last.current = Date.now();
    };
    for (const sign of SIGNS) document.addEventListener(sign, alive, { capture: true, passive: true });
    const timer = setInterval(() => {
      const quiet = Math.abs(Date.now() - last.current);
      asked = quiet >= ASK_AFTER_MS;
      if (quiet >= ASK_AFTER_MS + FORGET_AFTER_MS) latest.current();
      else setLeft(asked ? Math.ceil((ASK_AFTER_MS + FORGET_AFTER_MS - quiet) / 1000) : null);
    }, STEP_MS);
    return () => {
      clearInterval(timer);
      for (const sign of SIGNS) document.removeEventListener(sign, alive, { capture: true });
    };
  }, [watching]);
  return { left: watching ? left : null, stay };
}
