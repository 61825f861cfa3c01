/** What a screen puts together from several kinds of records comes from one moment, however long each read takes. */
import 'fake-indexeddb/auto';
import { effect } from '@preact/signals';
import { expect, test, vi } from 'vitest';
import type { MutationSpec, OutboxItem } from '../sync';

const ACCOUNT = '01a20000-0000-7000-8000-000000000001';
const person = { account: ACCOUNT, name: 'Sari', agency: { code: 'SKR', name: 'Sukaraya', zone: 'Asia/Jakarta', services: [] }, grants: [], heads: [] };
const held = new Map([['sambung.saya', JSON.stringify(person)]]);
vi.stubGlobal('localStorage', {
  getItem: (key: string) => held.get(key) ?? null,
  setItem: (key: string, value: string) => held.set(key, value),
  removeItem: (key: string) => held.delete(key),
});
vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no signal')));
const { client, mutate, records, resume } = await import('./session');

const parts = (_body: unknown, item: OutboxItem): unknown => item.args;
const kinds: Record<string, MutationSpec> = {
  'case.write': {
    record: 'part',
    rule: 'append',
    overlays: [
      { record: 'part', apply: parts },
      { record: 'case', id: (item: OutboxItem) => item.record, apply: parts },
    ],
  } as MutationSpec,
};

test('a case and its parts change together on the screen, also when one of them is read slowly', async () => {
  await resume(kinds);
  const open = await vi.waitUntil(() => client.value);
  const list = open.list.bind(open);
  // The bigger one of two kinds takes its time, as on a phone with much to do.
  open.list = (async (kind: string) => {
    const found = await list(kind);
    if (kind === 'part') await new Promise((done) => setTimeout(done, 30));
    return found;
  }) as typeof open.list;
  const cases = records('case');
  const pieces = records('part');
  await vi.waitUntil(() => cases.value && pieces.value);
  const seen: [number, number][] = [];
  const stop = effect(() => void seen.push([cases.value!.length, pieces.value!.length]));
  for (let n = 0; n < 4; n++) await mutate({ kind: 'case.write', record: crypto.randomUUID(), args: { n } });
  await vi.waitUntil(() => pieces.value!.length === 4);
  stop();
  expect(seen.at(-1)).toEqual([4, 4]);
  expect(seen.filter(([some, others]) => some !== others)).toEqual([]);
  open.close();
});
