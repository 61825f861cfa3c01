import { describe, expect, it } from 'vitest';
import type { Calendar } from '../forms/office_hours';
import type { OutboxItem } from '../sync';
import type { Question } from './types';
import { groupOf, grouped, isUnread, minutesLeft, questionBadge, shortTitle, stop, type QuestionView } from './view';

const day: [string, string][] = [
  ['08:00', '12:00'],
  ['13:00', '16:00'],
];
const hours: Calendar = { zone: 'WIB', week: { mon: day, tue: day, wed: day, thu: day, fri: day } };
const MONDAY_10 = Date.parse('2026-11-23T10:00:00+07:00');

function question(change: Partial<Question>): Question {
  return {
    text: 'Kapan SK saya terbit?',
    kind: 'pertanyaan',
    state: 'disaring',
    askerId: 'a',
    askerName: 'Rini',
    channel: 'aplikasi',
    writtenAt: '2026-11-23T01:00:00Z',
    dueAt: '2026-11-23T05:00:00Z',
    ...change,
  };
}
const view = (change: Partial<Question>, more: Partial<QuestionView> = {}): QuestionView => ({
  kind: 'question',
  id: crypto.randomUUID(),
  version: 1,
  body: question(change),
  pending: [],
  ...more,
});
const at = (clock: string): string => new Date(`2026-11-23T${clock}:00+07:00`).toISOString();

describe('desk groups', () => {
  it.each([
    [{ dueAt: at('09:30') }, 'lewat'],
    [{ dueAt: at('10:30') }, 'hampir'],
    [{ dueAt: at('11:00'), state: 'baru' }, 'saring'],
    [{ dueAt: at('11:00'), holderId: 'me' }, 'saya'],
    [{ dueAt: at('11:00'), holderId: 'other' }, 'lain'],
    [{ dueAt: at('11:00') }, 'antrean'],
    [{ dueAt: at('09:00'), state: 'menunggu_penanya' }, 'penanya'],
    [{ dueAt: at('09:00'), state: 'dijawab' }, 'dijawab'],
    [{ dueAt: at('09:00'), state: 'batal' }, 'selesai'],
  ] as [Partial<Question>, string][])('%j is in %s', (change, group) =>
    expect(groupOf(question(change), 'me', MONDAY_10, hours)).toBe(group),
  );

  it('counts only working time: lunch does not make a question late', () => {
    expect(minutesLeft(at('13:30'), Date.parse(at('11:30')), hours)).toBe(60);
    expect(minutesLeft(at('11:30'), Date.parse(at('13:30')), hours)).toBe(-60);
  });
  it('puts the earliest due time first', () => {
    const list = grouped([view({ dueAt: at('11:30') }), view({ dueAt: at('11:10') })], 'me', MONDAY_10, hours).get(
      'antrean',
    );
    expect(list?.map(({ body }) => body.dueAt)).toEqual([at('11:10'), at('11:30')]);
  });
});

describe('a question on the phone', () => {
  const waiting = {
    kind: 'question.ask',
    state: 'waiting',
    createdAt: at('10:00'),
    clock: { wall: at('10:00') },
    bytes: 9,
    dependsOn: [],
  } as unknown as OutboxItem;
  it('says where it is before the server knows it', () => {
    const mine = view({ state: 'baru' }, { version: null, pending: [waiting] });
    expect(questionBadge(mine, null, MONDAY_10).text).toBe('Tersimpan di HP');
    expect(stop(mine)).toBe(0);
  });
  it('shows the receipt, then who handles it, then the answer', () => {
    expect(questionBadge(view({ state: 'baru', receipt: '7K4M2Q9X' }), null, MONDAY_10).text).toBe(
      'Terkirim, no. resi 7K4M-2Q9X',
    );
    expect(questionBadge(view({ unitName: 'Bidang Mutasi' }), null, MONDAY_10).text).toBe(
      'Sedang ditangani Bidang Mutasi',
    );
    expect(questionBadge(view({ state: 'dijawab' }), null, MONDAY_10)).toMatchObject({ text: 'Dijawab', solid: true });
    expect(stop(view({ state: 'dijawab' }))).toBe(3);
  });
});

describe('unread', () => {
  const answer = {
    kind: 'message',
    id: 'm',
    version: 1,
    pending: [],
    body: { question: 'q', author: 'petugas', origin: 'manusia', text: 'Besok', at: '2026-11-23T03:00:00Z' },
  } as const;
  const mark = (read: string) => ({
    kind: 'read_mark',
    id: 'r',
    version: 1,
    pending: [],
    body: { question: 'q', at: read },
  });
  it('is an officer message after the mark', () => {
    expect(isUnread('q', [answer], [])).toBe(true);
    expect(isUnread('q', [answer], [mark('2026-11-23T02:59:00Z')])).toBe(true);
    expect(isUnread('q', [answer], [mark('2026-11-23T03:00:00.000Z')])).toBe(false);
    expect(isUnread('other', [answer], [])).toBe(false);
  });
});

describe('the heading of a conversation', () => {
  it('ends between words', () =>
    expect(shortTitle(`${'Kapan SK kenaikan pangkat '.repeat(4)}`)).toBe(
      'Kapan SK kenaikan pangkat Kapan SK kenaikan pangkat Kapan...',
    ));
  it('keeps the beginning of one endless word', () =>
    expect(shortTitle(`Apakah ${'panjang'.repeat(40)}`)).toHaveLength(63));
  it('leaves a short one alone', () => expect(shortTitle(' Kapan\n SK? ')).toBe('Kapan SK?'));
});
