/**
 * A new version of the app waits until the person (or the next start) lets it take over; never while work is being sent.
 */
import { signal } from '@preact/signals';

export const updateReady = signal(false);

let waiting: ServiceWorker | null = null;

function offer(worker: ServiceWorker | null): void {
  // Without a controller this is the first installation, not an update.
  if (!worker || !navigator.serviceWorker.controller) return;
  waiting = worker;
  updateReady.value = true;
}

/** Registers the worker and watches for a version that waits. */
export async function watchUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const registration = (await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' })) as
    ServiceWorkerRegistration | undefined;
  // Browsers that block workers answer without a registration.
  if (!registration) return;
  offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const found = registration.installing;
    found?.addEventListener('statechange', () => {
      if (found.state === 'installed') offer(registration.waiting ?? found);
    });
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') registration.update().catch(() => undefined);
  });
}

/** Lets the waiting version take over and reloads. Drafts and unsent work lie in the store, so nothing is lost. */
export function applyUpdate(): void {
  if (!waiting) return location.reload();
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  waiting.postMessage({ type: 'SKIP_WAITING' });
  updateReady.value = false;
}

export function postponeUpdate(): void {
  updateReady.value = false;
}
