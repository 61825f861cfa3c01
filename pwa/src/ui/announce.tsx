/** One polite message at a time for screen readers; the region lies in the shell and never moves focus. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const message = signal('');
let turn = 0;

/** Says a sentence politely. The same sentence twice is said twice. */
export function announce(text: string): void {
  turn += 1;
  message.value = text + (turn % 2 ? '' : '\u00a0');
}

export function LiveRegion(): JSX.Element {
  return (
    <div class="sr" role="status" aria-live="polite">
      {message}
    </div>
  );
}
