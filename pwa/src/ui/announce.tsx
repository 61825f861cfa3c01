/** One polite message at a time for screen readers; the region lies in the shell and never moves focus. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const message = signal('');
/** What stands at the foot of the page for a while, for those who see; it says nothing that is not also kept elsewhere. */
const shown = signal('');
const SHOWN_MS = 6_000;
const READ_MS = 1_000;
let since = 0;
let turn = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says a sentence politely. The same sentence twice is said twice. */
export function announce(text: string): void {
  turn += 1;
  message.value = text + (turn % 2 ? '' : '\u00a0');
}

/** Whoever goes on working has read it; the second press of a double one has not. */
function away(): void {
  if (Date.now() - since > READ_MS) shown.value = '';
}

/** Says it to everybody: aloud, and for six seconds in writing, or until the next touch: it lies over the foot of the page.
 * For answers that nothing else on the screen shows. */
export function tell(text: string): void {
  announce(text);
  shown.value = text;
  since = Date.now();
  addEventListener('pointerdown', away);
  clearTimeout(timer);
  timer = setTimeout(() => {
    shown.value = '';
  }, SHOWN_MS);
}

export function LiveRegion(): JSX.Element {
  return (
    <>
      <div class="sr" role="status" aria-live="polite">
        {message}
      </div>
      {shown.value && (
        <p class="kabar tanpa-cetak" aria-hidden="true">
          {shown}
        </p>
      )}
    </>
  );
}
