/** The stored files of the app. A browser short of room may throw them away; the worker itself stays and never installs
 * again, so it fetches them once more by itself. */
import { cacheNames } from 'workbox-core';
import { getCacheKeyForURL, matchPrecache } from 'workbox-precaching';
import type { Fetching, WorkerScope } from './scope';

type Files = WorkerScope['__WB_MANIFEST'];

/** All or nothing: pages of one version never stand beside pieces of another. */
async function fetchAgain(files: Files): Promise<void> {
  const cache = await caches.open(cacheNames.precache);
  const held = new Set((await cache.keys()).map(({ url }) => url));
  const missing = files.map(({ url, integrity }) => ({ key: getCacheKeyForURL(url)!, integrity })).filter(({ key }) => !held.has(key));
  // When one does not come, the others are not waited for by anything any more, nor is what asks for them again.
  const given = new AbortController();
  const wanted = missing.map(({ key, integrity }) => new Request(key, { cache: 'no-cache', integrity, signal: given.signal }));
  await cache.addAll(wanted).finally(() => given.abort());
}

/** The one page of the app: as stored, else from the server. */
export async function appPage(event: Fetching, files: Files): Promise<Response> {
  const page = await matchPrecache('/index.html');
  if (page) return page;
  event.waitUntil(fetchAgain(files).catch(() => undefined));
  return fetch(event.request);
}
