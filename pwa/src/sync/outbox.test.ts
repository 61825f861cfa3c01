import { describe, expect, test, vi } from 'vitest';
import { type Question, drain, useWorld } from './testing/client';

const world = useWorld();
const offline = { fetch: () => Promise.reject(new TypeError('offline')) };

describe('saving', () => {
  test('an item is in the store when mutate resolves, with the next number and evidence of its time', async () => {
    const client = await world.open(offline);
    const first = await client.mutate({ kind: 'question.ask', args: { text: 'Kapan?' } });
    const second = await client.mutate({ kind: 'question.ask', args: { text: 'Lagi?' } });
    client.close();
    const again = await world.open(offline);
    expect((await again.outbox()).map(({ id, seq }) => ({ id, seq }))).toEqual([
      { id: first.id, seq: 1 },
      { id: second.id, seq: 2 },
    ]);
    expect(first.clock).toEqual({ wall: '2026-11-21T07:00:00.000Z' });
    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('after an answer the evidence names the last server time and the time since', async () => {
    const client = await world.open();
    await client.pull();
    world.clock += 5000;
    const item = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    expect(item.clock).toMatchObject({ wall: '2026-11-21T07:00:05.000Z', lastServer: '2026-11-21T07:00:00.000Z', lastWall: '2026-11-21T07:00:00.000Z' });
    expect(item.clock.sinceMs).toBeGreaterThanOrEqual(0);
    client.close();
    const reopened = await world.open(offline);
    const later = await reopened.mutate({ kind: 'question.ask', args: { text: 'b' } });
    expect(later.clock.lastServer).toBe('2026-11-21T07:00:00.000Z');
    expect(later.clock.sinceMs).toBeUndefined();
  });

  test('numbers are never reused, not even after the highest item was deleted', async () => {
    const client = await world.open();
    await client.pull();
    // Nothing leaves for a minute: what was tried could not be deleted.
    world.server.faults = [{ code: 'busy', retryAfterMs: 60_000 }];
    await client.pull();
    const first = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    expect(await client.remove(first.id)).toBe('deleted');
    expect((await client.mutate({ kind: 'question.ask', args: { text: 'b' } })).seq).toBe(2);
  });

  test('two tabs never take the same number', async () => {
    const [one, two] = [await world.open(offline), await world.open(offline)];
    const items = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).mutate({ kind: 'question.ask', args: { i } })));
    expect(new Set(items.map(({ seq }) => seq)).size).toBe(20);
    expect(Math.max(...items.map(({ seq }) => seq))).toBe(20);
  });

  test('over 64 KiB is refused when it is saved, and takes no number', async () => {
    const client = await world.open(offline);
    await expect(client.mutate({ kind: 'question.ask', args: { text: 'é'.repeat(33_000) } })).rejects.toMatchObject({ code: 'too_large' });
    expect((await client.mutate({ kind: 'question.ask', args: { text: 'a' } })).seq).toBe(1);
  });

  test('a draft becomes an item in one step', async () => {
    const client = await world.open(offline);
    await client.drafts.put('tanya', { text: 'Kapan' });
    expect(await client.drafts.all()).toMatchObject([{ key: 'tanya', value: { text: 'Kapan' } }]);
    await client.mutate({ kind: 'question.ask', args: { text: 'Kapan?' }, draft: 'tanya' });
    expect(await client.drafts.get('tanya')).toBeUndefined();
  });

  test('halves of surrogate pairs and NUL do not poison the batch', async () => {
    const client = await world.open();
    await client.mutate({ kind: 'question.ask', args: { text: 'a\ud83d b\0 \ud83d\ude00 \\ud83d' } });
    await drain(world, client);
    expect([...world.server.records.values()][0]?.body.text).toBe('a\ufffd b\ufffd \ud83d\ude00 \\ud83d');
  });

  test('accounts have stores and devices of their own', async () => {
    const mine = await world.open(offline);
    await mine.mutate({ kind: 'question.ask', args: { text: 'a' } });
    const devices = new Set<string>();
    world.server.onBatch = ({ deviceId }) => devices.add(deviceId);
    const other = await world.open({ account: 'other', worker: true });
    expect(await other.outbox()).toEqual([]);
    world.server.account = 'other';
    await other.mutate({ kind: 'question.ask', args: { text: 'b' } });
    await other.flush();
    world.server.account = 'acc';
    const again = await world.open();
    await drain(world, again);
    expect(devices.size).toBe(2);
  });
});

describe('views', () => {
  test('what waits lies over the server record, and leaves when the pull has caught up', async () => {
    const client = await world.open();
    world.server.publish('employee', 'e1', { phone: '1', email: 'a' });
    await client.pull();
    await client.mutate({ kind: 'employee.edit', record: 'e1', args: { phone: '2' } });
    expect((await client.get('employee', 'e1'))?.body).toEqual({ phone: '2', email: 'a' });
    await drain(world, client);
    const view = await client.get('employee', 'e1');
    expect(view).toMatchObject({ version: 2, body: { phone: '2', email: 'a' }, pending: [] });
  });

  test('accepted but not pulled still shows', async () => {
    const client = await world.open();
    await client.pull();
    world.server.faults = [null, 'cut_before', 'cut_before'];
    const { record } = await client.mutate({ kind: 'question.ask', args: { text: 'Kapan?' } });
    await client.flush();
    const view = await client.get<Question>('question', record);
    expect(view).toMatchObject({ version: null, body: { text: 'Kapan?' } });
    expect(view?.pending[0]?.state).toBe('accepted');
    await drain(world, client);
    expect((await client.get<Question>('question', record))?.pending).toEqual([]);
  });

  test('a mutation shows on its parents too, and a rejected one changes nothing but stays with the record', async () => {
    const client = await world.open();
    world.server.publish('question', 'q1', { text: 'Kapan?' });
    await client.pull();
    world.server.answerFor.set('message.write', { status: 'rejected', code: 'locked', message: 'Sudah ditutup.' });
    world.server.faults = ['cut_before'];
    const item = await client.mutate({ kind: 'message.write', args: { question: 'q1', text: 'x' } });
    expect((await client.get<Question>('question', 'q1'))?.body.messages).toBe(1);
    await drain(world, client);
    const view = await client.get<Question>('question', 'q1');
    expect(view?.body.messages).toBeUndefined();
    expect(view?.pending).toMatchObject([{ id: item.id, state: 'rejected', result: { message: 'Sudah ditutup.' } }]);
    expect((await client.status()).rejected).toBe(1);
    await client.dismiss(item.id);
    expect((await client.get<Question>('question', 'q1'))?.pending).toEqual([]);
    expect(await client.outbox()).toEqual([]);
  });

  test('changes are told in this tab and in others', async () => {
    const [one, two] = [await world.open(offline), await world.open(offline)];
    const heard = vi.fn();
    two.subscribe(heard);
    await one.mutate({ kind: 'message.write', args: { question: 'q', text: 'x' } });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(expect.objectContaining({ outbox: true, records: ['message', 'question'] })));
  });
});

describe('chains', () => {
  test('append names the creation of its parent until that is pulled', async () => {
    const client = await world.open(offline);
    const question = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    const message = await client.mutate({ kind: 'message.write', args: { question: question.record, text: 'x' } });
    const second = await client.mutate({ kind: 'message.write', args: { question: question.record, text: 'y' } });
    expect(message.dependsOn).toEqual([question.id]);
    expect(second.dependsOn).toEqual([question.id]);
    client.close();
    const online = await world.open();
    await drain(world, online);
    const third = await online.mutate({ kind: 'message.write', args: { question: question.record, text: 'z' } });
    expect(third.dependsOn).toEqual([]);
  });

  test('a field edit carries version, shown values of whole groups, and the latest edit of the same field', async () => {
    const client = await world.open();
    world.server.publish('employee', 'e1', { phone: '1', start: 1, end: 5 });
    await client.pull();
    world.server.faults = Array(9).fill('cut_before');
    const phone = await client.mutate({ kind: 'employee.edit', record: 'e1', args: { phone: '2' } });
    const end = await client.mutate({ kind: 'employee.edit', record: 'e1', args: { end: 9 } });
    const start = await client.mutate({ kind: 'employee.edit', record: 'e1', args: { start: 2 } });
    expect(phone).toMatchObject({ baseVersion: 1, base: { phone: '1' }, dependsOn: [] });
    expect(end).toMatchObject({ baseVersion: 1, base: { start: 1, end: 5 }, dependsOn: [] });
    expect(start).toMatchObject({ base: { start: 1, end: 9 }, dependsOn: [end.id] });
  });

  test('a command names all own work on the records it saw and carries their versions', async () => {
    const client = await world.open();
    world.server.publish('question', 'q1', { text: 'a' });
    await client.pull();
    world.server.faults = Array(9).fill('cut_before');
    const message = await client.mutate({ kind: 'message.write', args: { question: 'q1', text: 'x' } });
    const close = await client.mutate({ kind: 'question.close', record: 'q1', args: {} });
    expect(close).toMatchObject({ dependsOn: [message.id], seen: { q1: 1 }, baseVersion: 1 });
  });
});

describe('editing and taking back', () => {
  test('an untried item is edited in place, keeping its number; a tried one is frozen', async () => {
    const client = await world.open();
    await client.pull();
    world.server.faults = [{ code: 'busy', retryAfterMs: 60_000 }];
    await client.pull();
    const item = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    expect(await client.edit(item.id, { text: 'b' })).toMatchObject({ seq: item.seq, id: item.id, tried: false, args: { text: 'b' } });
    world.server.faults = ['cut_before'];
    world.clock += 60_001;
    await client.flush();
    await expect(client.edit(item.id, { text: 'c' })).rejects.toMatchObject({ code: 'frozen' });
    await drain(world, client);
    expect([...world.server.records.values()][0]?.body.text).toBe('b');
  });

  test('an edit that touches more fields carries what was shown of them, and names no later item', async () => {
    const client = await world.open();
    world.server.publish('employee', 'e1', { phone: '1', email: 'a' });
    await client.pull();
    world.server.faults = [{ code: 'busy', retryAfterMs: 60_000 }];
    await client.pull();
    const first = await client.mutate({ kind: 'employee.edit', record: 'e1', args: { phone: '2' } });
    await client.mutate({ kind: 'employee.edit', record: 'e1', args: { email: 'b' } });
    const edited = await client.edit(first.id, { phone: '3', email: 'c' });
    expect(edited).toMatchObject({ base: { phone: '1', email: 'a' }, dependsOn: [], args: { phone: '3', email: 'c' } });
  });

  test('a deleted number is reported as voided and is not missed', async () => {
    const client = await world.open();
    await client.pull();
    world.server.faults = [{ status: 503, headers: { 'retry-after': '60' } }];
    await client.pull();
    const item = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    expect(await client.remove(item.id)).toBe('deleted');
    world.clock += 61_000;
    await client.mutate({ kind: 'question.ask', args: { text: 'b' } });
    await drain(world, client);
    expect([...world.server.stored.values()][0]).toEqual(new Set([1, 2]));
    expect((await client.status()).lost).toEqual([]);
  });

  test('a tried item that never arrived is withdrawn on the server', async () => {
    const client = await world.open();
    await client.pull();
    world.server.faults = ['cut_before', 'cut_before'];
    const item = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await client.flush();
    expect(await client.remove(item.id)).toBe('withdrawing');
    await drain(world, client);
    expect(await client.outbox()).toEqual([]);
    expect(world.server.effects.size).toBe(0);
    await client.mutate({ kind: 'question.ask', args: { text: 'b' } });
    await drain(world, client);
    expect((await client.status()).lost).toEqual([]);
  });

  test('one that had arrived stays in force and shows its receipt', async () => {
    const client = await world.open();
    await client.pull();
    world.server.faults = ['cut_after', 'cut_before'];
    const item = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await client.flush();
    await client.remove(item.id);
    await drain(world, client);
    expect(await client.outbox()).toMatchObject([{ id: item.id, state: 'accepted', result: { status: 'duplicate', receipt: expect.any(String) } }]);
    expect(world.server.effects.get(item.id)).toBe(1);
  });

  test('an untried item that others stand on is withdrawn, so that they come to an end', async () => {
    const client = await world.open({ worker: true, ...offline });
    const question = await client.mutate({ kind: 'question.ask', args: { text: 'a' } });
    await client.mutate({ kind: 'message.write', args: { question: question.record, text: 'x' } });
    expect(await client.remove(question.id)).toBe('withdrawing');
  });
});

describe('conflicts', () => {
  test('the choice is a new mutation over the shown values and stands for the old one', async () => {
    const client = await world.open();
    world.server.publish('employee', 'e1', { phone: '1' });
    await client.pull();
    world.server.answerFor.set('employee.edit', { status: 'conflict', conflicts: ['phone'], server: { phone: '3' }, version: 7 });
    const item = await client.mutate({ kind: 'employee.edit', record: 'e1', args: { phone: '2' } });
    await drain(world, client);
    expect(await client.status()).toMatchObject({ conflicts: 1, waiting: 0 });
    world.server.answerFor.clear();
    const choice = await client.resolve(item.id, { phone: '2' });
    expect(choice).toMatchObject({ resolves: [item.id], base: { phone: '3' }, baseVersion: 7, args: { phone: '2' }, record: 'e1' });
    await drain(world, client);
    expect(await client.status()).toMatchObject({ conflicts: 0 });
    expect((await client.get('employee', 'e1'))?.body).toMatchObject({ phone: '2' });
    await expect(client.resolve(item.id, { phone: '9' })).rejects.toMatchObject({ code: 'gone' });
  });
});

describe('for the person', () => {
  test('export holds the words and their fate, holdings count by kind and area', async () => {
    const client = await world.open();
    world.server.publish('article', 'a1', { area: 'K1', text: 'x' });
    world.server.publish('article', 'a2', { area: 'K1', text: 'y' });
    await client.mutate({ kind: 'question.ask', args: { text: 'Kapan?' } });
    await drain(world, client);
    expect(await client.exportItems()).toEqual([expect.objectContaining({ state: 'accepted', receipt: expect.any(String), args: { text: 'Kapan?' } })]);
    const held = await client.holdings((_kind, body) => (body.area as string) ?? null);
    expect(held.kinds.article?.records).toBe(2);
    expect(held.areas.K1?.records).toBe(2);
    expect(held.updatedAt).toBe('2026-11-21T07:00:00.000Z');
  });
});
