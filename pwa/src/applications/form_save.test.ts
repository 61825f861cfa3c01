/** A form whose draft is older than what others wrote meanwhile, over the real engine: nothing typed is lost or sent unseen,
 * nothing of others is overwritten unseen. */
import 'fake-indexeddb/auto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SimServer } from '../sync/testing/server';
import type { Service } from './definition';
import { KIND } from './types';

const ME = '01a20000-0000-7000-8000-000000000001';
const person = { account: ME, name: 'Sari', agency: { code: 'BKP', name: 'Bangda', zone: 'Asia/Jakarta', services: [] }, grants: [], heads: [] };
const held = new Map([['sambung.saya', JSON.stringify(person)]]);
const storage = {
  getItem: (key: string) => held.get(key) ?? null,
  setItem: (key: string, value: string) => held.set(key, value),
  removeItem: (key: string) => held.delete(key),
};
const server = new SimServer();
server.account = ME;
vi.stubGlobal('localStorage', storage);
vi.stubGlobal('sessionStorage', storage);
vi.stubGlobal('fetch', server.fetch);
const { client, drafts, held: read, resume } = await import('../identity/session');
const { rescue } = await import('../forms/rescue');
const { applicationKinds } = await import('./kinds');
const { groupId } = await import('./ids');
const { NOTHING, askedFields, formKey, isOpen, shownIn, strandedIn, unsavedIn, withTyped, without } = await import('./form_draft');
const { late, shown: onScreen } = await import('./form_live');
const { saveFields } = await import('./form_save');
const { unsavedNow, unsavedShown } = await import('./unsaved');
const { wholeOf } = await import('./view');
type Draft = import('./form_draft').FormDraft;
type Whole = import('./view').Whole;

const definition: Service = {
  code: 'sisakat',
  version: 1,
  title: 'Surat keterangan',
  subject: 'party',
  roles: { pemohon: ['PMH'] },
  fields: [
    { key: 'nomor_sk', label: 'Nomor SK', type: 'text', required: true },
    { key: 'tingkat', label: 'Tingkat', type: 'choice', group: 'address', options: [{ value: 'pusat', label: 'Pusat' }] },
    { key: 'alamat', label: 'Alamat', type: 'text', group: 'address' },
    { key: 'pengurus', label: 'Susunan', type: 'rows', columns: [{ key: 'nama', label: 'Nama' }] },
    { key: 'currentRank', label: 'Golongan', type: 'text', owner: 'import', fact: 'rank' },
    { key: 'proposedRank', label: 'Usul', type: 'text', group: 'ranks', fact: 'nextRank', validators: ['rank', 'next_rank:currentRank:rankReason'] },
    { key: 'rankReason', label: 'Alasan', type: 'text', group: 'ranks' },
  ],
  output: { code: 'SKT', label: 'SKT' },
};
let nth = 0;
let id = '';
const whole = (): Whole => wholeOf(id)!;
const field = (key: string) => definition.fields!.find((one) => one.key === key)!;
const type = (draft: Draft, key: string, value: unknown): Draft => withTyped(draft, whole(), field(key), value);
const row = (name: string, nama: string, order: number, more = {}): void =>
  void server.publish(KIND.row, `${id}-${name}`, { application: id, field: 'pengurus', cells: { nama }, order, removed: false, ...more });
const typedRow = (name: string, nama: string) => ({ id: `${id}-${name}`, cells: { nama } });
const save = (draft: Draft, saved = (_keys: ReadonlySet<string>): void => undefined): Promise<void> =>
  saveFields(whole(), draft, unsavedIn(whole(), draft), shownIn(whole(), draft), saved);
const mine = async () => (await client.value!.outbox()).filter(({ args }) => args.application === id);

async function pulled(): Promise<void> {
  const { version } = whole().view;
  server.publish(KIND.case, id, { ...server.records.get(id)!.body, turn: ++nth });
  await client.value!.pull();
  await vi.waitUntil(() => (whole().view.version ?? 0) > (version ?? 0));
}
const write = async (group: string, values: Record<string, unknown>): Promise<void> =>
  void server.publish(KIND.values, await groupId(id, group), { application: id, group, values });

beforeAll(async () => {
  server.publish(KIND.service, 's1', { code: 'sisakat', version: 1, title: 'T', subject: 'party', roles: definition.roles, current: true, definition });
  server.publish(KIND.party, ME, { party: 'p', approved: true });
  for (const kind of ['application.write', 'application.row']) server.answerFor.set(kind, { status: 'retry' });
  await resume(applicationKinds);
  await vi.waitUntil(() => client.value);
  await client.value!.pull();
  await Promise.all(Object.values(KIND).map(read));
});
beforeEach(async () => {
  id = `01a20000-0000-7000-8000-${String(++nth).padStart(12, '0')}`;
  server.publish(KIND.case, id, { service: 's1', code: 'sisakat', subjectKind: 'party', subject: 'p', account: ME, officers: [ME], state: 'draf', reopened: [], dates: {}, imported: { currentRank: 'III/c' }, facts: { rank: 'III/c', nextRank: 'III/d' } });
  await write('nomor_sk', { nomor_sk: '12/SK' });
  await write('address', { tingkat: 'pusat', alamat: 'Jalan Melati' });
  for (const [at, name] of ['Ani', 'Budi', 'Citra'].entries()) row(name, name, at);
  await client.value!.pull();
  await vi.waitUntil(() => wholeOf(id)?.rows.length === 3 && whole().groups.length === 2);
});
afterAll(() => client.value?.close());

test('what is typed and not saved is told before sending, wherever it is kept; what is locked shows what the office has', async () => {
  const key = formKey(id);
  expect(await unsavedNow(whole())).toEqual([]);
  const draft = type(NOTHING, 'nomor_sk', '13/SK');
  await client.value!.drafts.put(key, draft);
  expect((await unsavedNow(whole())).map((one) => one.label)).toEqual(['Nomor SK']);
  await vi.waitUntil(() => drafts.value.some((one) => one.key === key));
  expect(unsavedShown(whole()).map((one) => one.label)).toEqual(['Nomor SK']);
  expect(shownIn(whole(), draft).nomor_sk).toBe('13/SK');

  // The last second before a reload is in the tab alone.
  await client.value!.drafts.delete(key);
  rescue(ME, key, draft);
  expect((await unsavedNow(whole())).length).toBe(1);

  server.publish(KIND.case, id, { ...server.records.get(id)!.body, state: 'diajukan' });
  await pulled();
  expect(isOpen(whole(), field('nomor_sk'))).toBe(false);
  expect(shownIn(whole(), draft).nomor_sk).toBe('12/SK');
  expect(unsavedIn(whole(), draft)).toEqual([]);
  expect(strandedIn(whole(), draft).map((one) => one.label)).toEqual(['Nomor SK']);
});

test('a draft of Monday over an edit of Tuesday goes out with what stood there on Monday', async () => {
  const draft = type(NOTHING, 'alamat', 'Jalan Kenanga');
  await write('address', { tingkat: 'pusat', alamat: 'Jalan Mawar' });
  await pulled();
  await save(type(draft, 'tingkat', 'pusat'));
  const [item] = await mine();
  expect(item!.args.values).toEqual({ tingkat: 'pusat', alamat: 'Jalan Kenanga' });
  expect(item!.base).toEqual({ values: { tingkat: 'pusat', alamat: 'Jalan Melati' } });
});

test('a group that was empty when writing began says so', async () => {
  server.unpublish(await groupId(id, 'nomor_sk'));
  await pulled();
  const draft = type(NOTHING, 'nomor_sk', '14/SK');
  await write('nomor_sk', { nomor_sk: '99/SK' });
  await pulled();
  await save(draft);
  expect((await mine()).map(({ base }) => base)).toEqual([{ values: null }]);
});

test('what was emptied reads empty before the server knows it', async () => {
  await save(type(NOTHING, 'alamat', ''));
  await vi.waitUntil(() => whole().values.alamat === undefined);
  expect(whole().values.tingkat).toBe('pusat');
});

test('rows of others stay, and so does a row that was removed here and written in there', async () => {
  const begin = type(NOTHING, 'pengurus', [typedRow('Ani', 'Ani Lestari'), typedRow('Budi', 'Budi')]);
  row('Citra', 'Citra Dewi', 2);
  row('Dedi', 'Dedi', 3);
  await pulled();
  await save(begin);
  expect((await mine()).map(({ record, args, base }) => [record, args, base])).toEqual([
    [`${id}-Ani`, { application: id, cells: { nama: 'Ani Lestari' } }, { cells: { nama: 'Ani' }, order: 0, removed: false }],
  ]);
});

test('a row that was written in here and removed there asks; one that was only left alone stays away', async () => {
  const draft = type(NOTHING, 'pengurus', [typedRow('Ani', 'Ani Lestari'), typedRow('Budi', 'Budi'), typedRow('Citra', 'Citra')]);
  row('Ani', 'Ani', 0, { removed: true });
  row('Budi', 'Budi', 1, { removed: true });
  await pulled();
  await save(draft);
  expect((await mine()).map(({ record, args, base }) => [record, args.removed, base!.removed])).toEqual([[`${id}-Ani`, false, false]]);
});

test('moving a row leaves those before it alone; a new one comes after those that others added', async () => {
  const draft = type(NOTHING, 'pengurus', [typedRow('Budi', 'Budi'), typedRow('Ani', 'Ani'), typedRow('Citra', 'Citra'), typedRow('Eka', 'Eka')]);
  row('Dedi', 'Dedi', 7);
  await pulled();
  await save(draft);
  expect((await mine()).map(({ record, args }) => [record.slice(id.length + 1), args.order])).toEqual([['Ani', 2], ['Citra', 3], ['Eka', 8]]);
});

test('saving anew after half of it was stored repeats nothing, and asks nobody about own words', async () => {
  let draft = type(type(NOTHING, 'nomor_sk', '15/SK'), 'alamat', 'Jalan Anggrek');
  const broken = save(draft, (keys) => {
    draft = without(draft, definition, keys);
    throw new Error('the phone was switched off');
  });
  await expect(broken).rejects.toThrow();
  await vi.waitUntil(() => whole().values.nomor_sk === '15/SK');
  expect(unsavedIn(whole(), draft).map(({ key }) => key)).toEqual(['alamat']);
  draft = type(draft, 'nomor_sk', '16/SK');
  await save(draft);
  expect((await mine()).map(({ args, base }) => [args.group, base])).toEqual([
    ['nomor_sk', { values: { nomor_sk: '12/SK' } }],
    ['nomor_sk', { values: { nomor_sk: '15/SK' } }],
    ['address', { values: { tingkat: 'pusat', alamat: 'Jalan Melati' } }],
  ]);
});

test('the reason for another rank is asked for when another rank is proposed', () => {
  const asked = (draft: Draft): string[] => askedFields(whole(), draft, shownIn(whole(), draft)).map(({ key }) => key);
  expect(asked(NOTHING)).not.toContain('rankReason');
  expect(asked(type(NOTHING, 'proposedRank', 'IV/a'))).toContain('rankReason');
  expect(asked(type(type(NOTHING, 'proposedRank', 'III/d'), 'rankReason', 'x'))).toContain('rankReason');
});

test('a picture whose form was left goes into the draft, and into the form that shows it by then', async () => {
  const key = formKey(id);
  const begin = type(NOTHING, 'nomor_sk', '13/SK');
  await client.value!.drafts.put(key, begin);
  await late(client.value, key, (now) => type(now, 'alamat', 'v1'));
  expect((await client.value!.drafts.get<Draft>(key))!.typed).toEqual({ nomor_sk: '13/SK', alamat: 'v1' });
  let shown = begin;
  onScreen.set(key, (change) => void (shown = change(shown)));
  await late(client.value, key, (now) => type(now, 'alamat', 'v2'));
  onScreen.delete(key);
  expect(shown.typed).toEqual({ nomor_sk: '13/SK', alamat: 'v2' });
});
