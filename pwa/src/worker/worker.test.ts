import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openSync } from '../sync';
import { SimServer } from '../sync/testing/server';
import { syncAll } from './background';
import { inside, notice } from './notice';
import { isAppPage } from './routes';

const ORIGIN = 'https://sambung.test';

describe('addresses', () => {
  test.each(['/', '/beranda', '/tanya/baru', '/tanya/0192', '/skp/0192/rhk/baru', '/bawahan', '/matriks', '/kotak-masuk/1', '/kotak-keluar', '/luring', '/masuk', '/kelola/impor'])(
    '%s is the app, with or without signal', (path) => expect(isAppPage(path)).toBe(true),
  );

  test('every room that the app draws opens by its address without signal', () => {
    const app = readFileSync(new URL('../app.tsx', import.meta.url), 'utf8');
    const open = /const OPEN[^{]*\{([^}]*)\}/.exec(app)?.[1] ?? '';
    const rooms = [...app.matchAll(/case '([^']+)':/g), ...open.matchAll(/(\w+):/g)].map(([, room]) => room);
    expect(rooms.length).toBeGreaterThan(20);
    expect(rooms.filter((room) => !isAppPage(`/${room}/x`))).toEqual([]);
  });

  test.each([
    '/graphql', '/n/TOKEN', '/healthz', '/readyz', '/metrics', '/berkas/1', '/resi/K7QM2P9D', '/manifest.json', '/sw.js',
    '/bkpsdm/nilai', '/bkpsdm/lapor-rahasia', '/lapor-rahasia/CODE', '/publikasi/x',
  ])('%s is the server\'s own', (path) => expect(isAppPage(path)).toBe(false));
});

describe('notices', () => {
  const message = { v: 1, title: 'Sambung', body: 'Ada jawaban untuk Anda.', tag: 't', url: '/tanya/1', thread: 'q1' };

  test('one for each conversation, with its address', () => {
    expect(notice(message, ORIGIN)).toMatchObject({ title: 'Sambung', options: { body: 'Ada jawaban untuk Anda.', tag: 'q1', data: { url: `${ORIGIN}/tanya/1` } } });
    expect(notice({ ...message, thread: null }, ORIGIN).options.tag).toBe('t');
  });

  test.each([undefined, null, 'text', 7, [], {}, { v: 2, title: 'Other shape' }, { v: 1 }, { v: 1, title: 5, url: {} }])(
    '%j still shows a sentence', (payload) => {
      const { title, options } = notice(payload, ORIGIN);
      expect(title).toBe('Sambung: ada kabar untuk Anda.');
      expect(options.data.url).toBe(`${ORIGIN}/`);
    },
  );

  test.each(['https://evil.test/x', '//evil.test', 'javascript:alert(1)', 'http://[', '', null])('%j leads home', (url) =>
    expect(inside(url, ORIGIN)).toBe(`${ORIGIN}/`),
  );
});

describe('in the background', () => {
  const server = new SimServer();
  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory();
    vi.stubGlobal('fetch', server.fetch);
    vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 500 });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const left = async (account: string) => {
    const page = await openSync({ account, appVersion: '1', kinds: {}, worker: true, fetch: () => Promise.reject(new TypeError()) });
    const item = await page.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await vi.waitFor(async () => expect((await page.status()).link).toBe('offline'));
    page.close();
    return item;
  };

  test('what every account left behind is sent, and another session keeps its own', async () => {
    const mine = await left('acc');
    const theirs = await left('other');
    expect(await syncAll('1')).toBe(false);
    expect(server.effects.get(mine.id)).toBe(1);
    expect(server.effects.has(theirs.id)).toBe(false);
    server.account = 'other';
    await syncAll('1');
    expect(server.effects.get(theirs.id)).toBe(1);
  });

  test('without any store there is nothing to do', async () => {
    expect(await syncAll('1')).toBe(true);
  });
});
