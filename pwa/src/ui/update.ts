/**
 * A new version of the app waits until the person (or the next start) lets it take over; never while work is being sent.
 */
import { signal } from '@preact/signals';

/** How long (ms) the old worker may take to give way once nobody is sending. */
const PATIENCE = 2_000;

export const updateReady = signal(false);

function offer(worker: ServiceWorker | null): void {
  // Without a controller this is the first installation, not an update.
  if (worker && navigator.serviceWorker.controller) updateReady.value = true;
}

/** Registers the worker and watches for a version that waits. */
export async function watchUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  const registration = (await navigator.serviceWorker.register('/sw.js', { scope: '/', updateViaCache: 'none' })) as
    ServiceWorkerRegistration | undefined;
  // Browsers that block workers answer without a registration.
  if (!registration) return;
  offer(registration.waiting);
  let before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Another tab let a new version take over: this one is of the old version until it is loaded again.
    if (before) updateReady.value = true;
    before = navigator.serviceWorker.controller;
  });
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

/** Lets the newer version take over and reloads; it is looked for now if none waits. Drafts and unsent work lie in the
 * store, so nothing is lost. It is offered until then: the take-over waits for what is being sent, and a worker that is
 * ended meanwhile forgets it. */
export async function applyUpdate(): Promise<void> {
  const again = (): void => location.reload();
  const registration = await navigator.serviceWorker?.getRegistration();
  if (!registration?.waiting) await registration?.update().catch(() => undefined);
  const worker = registration?.waiting ?? registration?.installing;
  if (worker?.state === 'installing')
    await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
  if (worker?.state !== 'installed') return again();
  navigator.serviceWorker.addEventListener('controllerchange', again);
  // A request that wakes the old worker while it ends keeps it for minutes; a page that is loaded again frees it.
  navigator.serviceWorker.addEventListener('message', () => setTimeout(again, PATIENCE));
  worker.postMessage({ type: 'SKIP_WAITING' });
}

/** How long (ms) a person waits for that answer on a dead line. */
const ANSWER_WAIT = 10_000;

/** Whether this page is of a version that is not served any more, so that its missing pieces will not come back. Not from
 * the browser's own cache, where it would stand behind an earlier question that nobody answered. */
export async function isReplaced(): Promise<boolean> {
  const own = document.querySelector('[type=module]')?.getAttribute('src') ?? '';
  try {
    const page = await (await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WAIT) })).text();
    // What a portal answers in the server's place says nothing about versions.
    return page.includes('/boot.js') && !page.includes(own);
  } catch {
    return false;
  }
}

export function postponeUpdate(): void {
  updateReady.value = false;
}
