import { beforeAll, describe, expect, test, vi } from 'vitest';

const ORIGIN = 'https://sambung.test';

const stored = new Map([['/index.html', 'the app']]);
const caches = {
  open: async () => ({ match: async (key: string) => new Response(stored.get(new URL(key, ORIGIN).pathname)) }),
};

/** A worker's global scope: an event target with an origin and a precache that holds one page. */
class Scope extends EventTarget {
  location = new URL(`${ORIGIN}/sw.js`);
  registration = { scope: `${ORIGIN}/` };
  caches = caches;
  __WB_MANIFEST = [{ url: '/index.html', revision: '1' }];
}

/** What the worker answers to a request; `undefined`: it leaves it to the browser. */
async function answer(path: string, init: { method?: string; mode?: string } = {}): Promise<string | undefined> {
  let given: Promise<Response> | undefined;
  const { method = 'GET', mode = 'cors' } = init;
  // Only a browser makes a request in the mode `navigate`.
  const request = Object.defineProperty(new Request(ORIGIN + path, { method }), 'mode', { value: mode });
  const event = Object.assign(new Event('fetch'), {
    request,
    waitUntil: () => {},
    respondWith: (reply: Promise<Response>) => void (given ??= Promise.resolve(reply)),
  });
  self.dispatchEvent(event);
  return given && (await (await given).text());
}

beforeAll(async () => {
  const scope = new Scope();
  vi.stubGlobal('__WB_DISABLE_DEV_LOGS', true);
  vi.stubGlobal('self', scope);
  vi.stubGlobal('registration', scope.registration);
  vi.stubGlobal('location', scope.location);
  vi.stubGlobal('fetch', async () => new Response('the network'));
  await import('./sw');
});

describe('fetch', () => {
  test.each(['/graphql', '/berkas', '/n/TOKEN', '/bkpsdm/lapor-rahasia', '/tanya'])('what is posted to %s never passes through the worker', async (path) => {
    for (const mode of ['cors', 'navigate', 'same-origin']) expect(await answer(path, { method: 'POST', mode })).toBeUndefined();
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'HEAD'])('nor does %s', async (method) => {
    expect(await answer('/tanya', { method, mode: 'navigate' })).toBeUndefined();
  });

  test('a page of the app comes from what is stored', async () => {
    expect(await answer('/tanya/baru', { mode: 'navigate' })).toBe('the app');
  });

  test('a page that is the server\'s own is left to the network', async () => {
    for (const path of ['/n/TOKEN', '/resi/K7QM2P9D', '/metrics']) expect(await answer(path, { mode: 'navigate' })).toBeUndefined();
  });
});
