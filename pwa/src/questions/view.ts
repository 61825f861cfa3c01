/** Questions as the screens need them: badge, groups of the desk, unread marks. Pure, tested. */
import type { Calendar } from '../forms/office_hours';
import { workingTime } from '../forms/office_hours';
import { itemBadge, isWaiting, type ItemBadge } from '../outbox/state';
import { t } from '../strings/id';
import type { RecordView, SyncStatus } from '../sync';
import { receipt } from '../ui/format';
import type { Message, Question, ReadMark } from './types';

export type QuestionView = RecordView<Question>;

const MINUTE = 60_000;
/** Working minutes before the due time from which a question counts as nearly late. */
const NEAR_MINUTES = 30;

/** Working minutes still left (negative: late); without a calendar plain minutes. */
export function minutesLeft(due: string, now: number, hours: Calendar | null): number {
  const at = Date.parse(due);
  const between = (from: number, to: number): number => (hours ? workingTime(hours, from, to) : to - from) / MINUTE;
  return at >= now ? between(now, at) : -between(at, now);
}

/** The badge of a question: its own waiting work first, then where the desk has it. */
export function questionBadge(view: QuestionView, status: SyncStatus | null, now: number): ItemBadge {
  const { body, pending } = view;
  const stuck = pending.find((item) => item.state === 'conflict' || item.state === 'rejected');
  const waiting = pending.find(isWaiting);
  const asked = pending.find((item) => item.kind === 'question.ask');
  if (stuck) return itemBadge(stuck, status, now);
  if (waiting) return itemBadge(waiting, status, now);
  if (view.version === null && asked) return itemBadge(asked, status, now);
  switch (body.state) {
    case 'baru':
      return body.receipt
        ? { tone: 'sukses', icon: 'centang', text: t.kiriman.terkirimResi(receipt(body.receipt)) }
        : { tone: 'sukses', icon: 'centang', text: t.kiriman.terkirim };
    case 'disaring':
    case 'diteruskan':
      return { tone: 'ungu', icon: 'orang', text: t.kiriman.ditangani(body.unitName || t.kiriman.petugas) };
    case 'menunggu_penanya':
      return { tone: 'tunggu', icon: 'balon', text: t.kiriman.menungguAnda };
    case 'dijawab':
      return { tone: 'sukses', icon: 'balon', text: t.kiriman.dijawab, solid: true };
    case 'selesai':
      return { tone: 'netral', icon: 'centang', text: t.kiriman.selesai };
    case 'batal':
      return { tone: 'netral', icon: 'tutup', text: t.kiriman.batal };
  }
}

/** Stops passed on the track: 0 on the phone, 1 at the server, 2 with an officer, 3 answered. */
export function stop(view: QuestionView): number {
  const { state } = view.body;
  if (view.version === null) return view.pending.some(isWaiting) ? 0 : 1;
  if (state === 'dijawab' || state === 'selesai') return 3;
  return state === 'baru' ? 1 : 2;
}

/** Newest activity first. */
export function byActivity(a: QuestionView, b: QuestionView): number {
  const at = ({ body }: QuestionView): string => body.lastMessageAt ?? body.arrivedAt ?? body.writtenAt;
  return at(b).localeCompare(at(a));
}

export const GROUPS = [
  'lewat',
  'hampir',
  'saring',
  'saya',
  'antrean',
  'lain',
  'penanya',
  'dijawab',
  'selesai',
] as const;
export type Group = (typeof GROUPS)[number];

/** The desk's group of a question: lateness first, then whose turn it is. Each question is in exactly one. */
export function groupOf(body: Question, account: string, now: number, hours: Calendar | null): Group {
  if (body.state === 'menunggu_penanya') return 'penanya';
  if (body.state === 'dijawab') return 'dijawab';
  if (body.state === 'selesai' || body.state === 'batal') return 'selesai';
  const left = body.dueAt && !body.answeredAt ? minutesLeft(body.dueAt, now, hours) : Number.POSITIVE_INFINITY;
  if (left < 0) return 'lewat';
  if (left <= NEAR_MINUTES) return 'hampir';
  if (body.state === 'baru') return 'saring';
  if (body.holderId === account) return 'saya';
  return body.holderId ? 'lain' : 'antrean';
}

/** Questions by group, the most urgent first inside each. */
export function grouped(
  views: readonly QuestionView[],
  account: string,
  now: number,
  hours: Calendar | null,
): Map<Group, QuestionView[]> {
  const groups = new Map<Group, QuestionView[]>();
  for (const view of views) {
    const group = groupOf(view.body, account, now, hours);
    groups.set(group, [...(groups.get(group) ?? []), view]);
  }
  const due = ({ body }: QuestionView): string => body.dueAt ?? body.writtenAt;
  for (const [group, list] of groups) {
    if (group === 'dijawab' || group === 'selesai') list.sort(byActivity);
    else list.sort((a, b) => due(a).localeCompare(due(b)));
  }
  return groups;
}

/** Whether a thread holds a message from the officers newer than the person's read mark. */
export function isUnread(
  id: string,
  messages: readonly RecordView<Message>[],
  marks: readonly RecordView<ReadMark>[],
): boolean {
  const read = marks
    .filter(({ body }) => body.question === id)
    .reduce((latest, { body }) => (body.at > latest ? body.at : latest), '');
  return messages.some(
    ({ body }) => body.question === id && body.author === 'petugas' && Date.parse(body.at) > (Date.parse(read) || 0),
  );
}

const TITLE_LENGTH = 60;

/** The first words of a question as the heading of its page. */
export function shortTitle(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= TITLE_LENGTH) return line;
  const cut = line.slice(0, TITLE_LENGTH);
  const words = cut.replace(/\s\S*$/, '');
  // One endless word would leave next to nothing.
  return `${words.length > TITLE_LENGTH / 2 ? words : cut}...`;
}
