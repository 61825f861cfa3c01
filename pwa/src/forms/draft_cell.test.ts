/** Drafts with the real store: what ends after the next key takes nothing of what was typed meanwhile. */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DraftCell } from './draft_cell';

const ACCOUNT = '01a20000-0000-7000-8000-000000000001';
const person = { account: ACCOUNT, name: 'Sari', agency: { code: 'SKR', name: 'Sukaraya', zone: 'Asia/Jakarta', services: [] }, grants: [], heads: [] };
const held = new Map([['sambung.saya', JSON.stringify(person)]]);
const storage = {
  getItem: (key: string) => held.get(key) ?? null,
  setItem: (key: string, value: string) => held.set(key, value),
  removeItem: (key: string) => held.delete(key),
};
vi.stubGlobal('localStorage', storage);
vi.stubGlobal('sessionStorage', storage);
vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no signal')));
const { client, resume } = await import('../identity/session');
const { draftCell } = await import('./draft_cell');

type Typed = Record<string, string>;
const cell = (): DraftCell<Typed> => Object.assign(draftCell<Typed>(() => undefined), { empty: {}, isEmpty: (typed: Typed) => !Object.keys(typed).length });
const stored = (key: string): Promise<Typed | undefined> => client.value!.drafts.get<Typed>(key);

beforeAll(async () => {
  await resume({});
  await vi.waitUntil(() => client.value);
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', page);
  for (const name of ['addEventListener', 'removeEventListener'] as const) vi.stubGlobal(name, page[name].bind(page));
});
afterAll(() => client.value?.close());

test('a picture that took its time stands beside what was typed meanwhile', async () => {
  const field = cell();
  const leave = field.open('a');
  await vi.waitUntil(() => field.value);
  const picture = (now: Typed): Typed => ({ ...now, logo: 'v1' });
  field.set({ nama: 'Rahmat' });
  field.set((now) => ({ ...now, nama: 'Rahmat Hidayah' }));
  field.set(picture);
  expect(field.value).toEqual({ nama: 'Rahmat Hidayah', logo: 'v1' });
  leave();
  await vi.waitUntil(async () => (await stored('a'))?.logo);
  expect(await stored('a')).toEqual({ nama: 'Rahmat Hidayah', logo: 'v1' });
});

test('what became an item leaves no draft; what did not is a draft again', async () => {
  const field = cell();
  const leave = field.open('c');
  await vi.waitUntil(() => field.value);
  field.set({ nama: 'Rahmat' });
  expect(await field.become(async () => false)).toBe(false);
  expect(field.value).toEqual({ nama: 'Rahmat' });
  expect(await field.become(async () => true)).toBe(true);
  expect(field.value).toEqual({});
  leave();
  expect(await stored('c')).toBeUndefined();
});
