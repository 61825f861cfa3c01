/** A mark that was chosen and is not stored stops the decision; with the real engine, whose records lay it over. */
import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { begunOn, isStored, shownMark, unstored, without, type BegunMarks } from './begun';
import { newestOf } from './newest';
import type { MarkBody } from './types';

const ACCOUNT = '01a20000-0000-7000-8000-000000000001';
const person = { account: ACCOUNT, name: 'Sari', agency: { code: 'SKR', name: 'Sukaraya', zone: 'Asia/Jakarta', services: [] }, grants: [], heads: [] };
const held = new Map([['sambung.saya', JSON.stringify(person)]]);
vi.stubGlobal('localStorage', {
  getItem: (key: string) => held.get(key) ?? null,
  setItem: (key: string, value: string) => held.set(key, value),
  removeItem: (key: string) => held.delete(key),
});
vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no signal')));
const { client, mutate, records, resume } = await import('../identity/session');
const { applicationKinds } = await import('./kinds');

const application = '01a20000-0000-7000-8000-0000000000aa';
const items = new Map(['SKP', 'PAK'].map((code) => [code, { body: { version: `${code}-2` } }]));
const marks = () => new Map((records<MarkBody>('application_mark').value ?? []).map((one) => [one.body.item, one]));

test('what the screen shows and what is stored are one before anything is decided', async () => {
  await resume(applicationKinds);
  await vi.waitUntil(() => client.value && records('application_mark').value);
  const store = (mark: string, reason: string) =>
    mutate({ kind: 'application.mark', record: application, args: { application, item: 'SKP', version: 'SKP-2', mark, reason } });
  await store('sesuai', '');
  await vi.waitUntil(() => marks().get('SKP')?.body.mark === 'sesuai');
  expect(unstored(items, marks(), {})).toEqual([]);

  // Another word and its reason, not stored: the stored mark still says Sesuai.
  let all: BegunMarks = { SKP: { version: 'SKP-2', word: 'perlu_diperbaiki', reason: 'Buram. ' } };
  expect(shownMark(begunOn(all, 'SKP', 'SKP-2'), marks().get('SKP')?.body)).toEqual({ word: 'perlu_diperbaiki', reason: 'Buram. ' });
  expect(unstored(items, marks(), all)).toEqual(['SKP']);
  await store('perlu_diperbaiki', 'Buram.');
  await vi.waitUntil(() => unstored(items, marks(), all).length === 0);
  expect(isStored(all.SKP, marks().get('SKP')?.body)).toBe(true);

  // A reason that goes on, and a word on a document that has none yet.
  all = { SKP: { version: 'SKP-2', reason: 'Buram, halaman dua.' }, PAK: { version: 'PAK-2', word: 'sesuai' } };
  expect(unstored(items, marks(), all)).toEqual(['SKP', 'PAK']);
  expect(unstored(items, marks(), without(all, 'SKP'))).toEqual(['PAK']);

  // Of an older version it is over: neither shown on the new one nor in the way.
  all = { PAK: { version: 'PAK-1', word: 'tidak_memenuhi_syarat', reason: 'Kurang.' } };
  expect(begunOn(all, 'PAK', 'PAK-2')).toBeUndefined();
  expect(unstored(items, marks(), all)).toEqual([]);
  client.value?.close();
});

test('what is chosen while the choice before is stored follows it, the newest only', async () => {
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const store = newestOf(async (word: string) => {
    await new Promise<void>((end) => ends.push(end));
    done.push(word);
  });
  const first = store('perlu_diperbaiki');
  void store('tidak_memenuhi_syarat');
  const last = store('sesuai');
  ends[0]!();
  await vi.waitUntil(() => ends.length === 2);
  ends[1]!();
  await Promise.all([first, last]);
  expect(done).toEqual(['perlu_diperbaiki', 'sesuai']);
  const later = store('perlu_diperbaiki');
  await vi.waitUntil(() => ends.length === 3);
  ends[2]!();
  await later;
  expect(done).toHaveLength(3);
});
