/**
 * The service worker: the app without signal, pushed notices, and sending when no page is open. Its `fetch` handler
 * answers GET only; what is sent by POST never passes through here.
 */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { FLUSH_LOCK } from '../sync/lease';
import { syncAll } from './background';
import { appPage } from './files';
import { inside, notice } from './notice';
import { isAppPage } from './routes';
import type { WorkerScope } from './scope';

declare const self: WorkerScope;

const files = self.__WB_MANIFEST;
precacheAndRoute(files);
cleanupOutdatedCaches();

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || request.mode !== 'navigate' || url.origin !== self.location.origin || !isAppPage(url.pathname)) return;
  event.respondWith(appPage(event, files));
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('sync', (event) =>
  event.waitUntil(
    syncAll(__APP_VERSION__).then((all) => {
      if (!all) throw new Error('not finished');
    }),
  ),
);

self.addEventListener('push', (event) => {
  let payload: unknown;
  try {
    payload = event.data?.json();
  } catch {
    // Not ours, or damaged on the way: the fallback sentence is shown.
  }
  const { title, options } = notice(payload, self.location.origin);
  event.waitUntil(Promise.all([self.registration.showNotification(title, options), syncAll(__APP_VERSION__)]));
});

// The browser or its push service replaced the subscription: a new one with the same key, so that nothing is missed; the
// page tells the server at its next start, because only it knows who is signed in.
self.addEventListener('pushsubscriptionchange', (event) => {
  const applicationServerKey = event.oldSubscription?.options.applicationServerKey;
  if (event.newSubscription || !applicationServerKey) return;
  event.waitUntil(self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
});

/** The open page comes to the front and goes there; without one a page is opened. */
async function open(url: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find((one) => one.url === url) ?? pages[0];
  if (!page) return void (await self.clients.openWindow(url));
  const front = await page.focus();
  if (front.url !== url) await front.navigate(url);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = inside((event.notification.data as { url?: string } | null)?.url, self.location.origin);
  event.waitUntil(open(url).catch(() => self.clients.openWindow(url)));
});

/** Waits until nobody is sending: a new version must not cut a batch in two. */
async function quiet(): Promise<void> {
  for (;;) {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    const busy = held.find(({ name }) => name?.startsWith(FLUSH_LOCK))?.name;
    if (!busy) return;
    await navigator.locks.request(busy, async () => {});
  }
}

self.addEventListener('message', (event) => {
  // Only the person's word lets a new version take over; who gave it hears when nothing stands in its way any more.
  if ((event.data as { type?: string } | null)?.type !== 'SKIP_WAITING') return;
  event.waitUntil(quiet().then(() => (event.source?.postMessage('SKIP_WAITING'), self.skipWaiting())));
});
