/** While something waits, the browser is asked to wake the worker when the signal returns, should this page go. */
import { computed } from '@preact/signals';
import { status } from '../identity/session';

type Waking = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };

const waits = computed(() => status.value?.waiting ?? 0);

export function startWaking(): void {
  // Each new item asks anew: what was asked for before may have been used up.
  waits.subscribe(async (count) => {
    if (!count) return;
    try {
      const worker: Waking = await navigator.serviceWorker.ready;
      await worker.sync?.register('sambung');
    } catch {
      // A help, never a need: the timer runs in any case.
    }
  });
}
