/**
 * Mutation kinds of the question service: the twin of the server's declarations, with what each shows before the
 * server's record arrives. The overlay never guesses what only the server decides (numbers, receipts, promises).
 */
import { announced } from '../attachments/named';
import { author } from '../identity/author';
import type { Fields, MutationSpec, OutboxItem, Overlay } from '../sync';
import { madeOf } from '../sync/made';
import { sentByHand } from './door_kinds';
import type { Message, Note, Question, ReadMark } from './types';

const made = (item: OutboxItem): string => madeOf(item);
const text = (item: OutboxItem): string => String(item.args.text ?? '');

const asked: Overlay<Question> = {
  record: 'question',
  apply: (body, item) =>
    body ?? {
      text: text(item),
      kind: String(item.args.kind ?? 'pertanyaan'),
      category: (item.args.category as string | null) ?? null,
      state: 'baru',
      askerId: author.id,
      askerName: author.name,
      channel: 'aplikasi',
      writtenAt: made(item),
      lastMessageAt: made(item),
      files: announced(item.args.files),
    },
};

/** A change of the question's own record; nothing to change while the phone does not know it. */
function question(
  change: (item: OutboxItem, body: Question) => Partial<Question>,
  id?: (item: OutboxItem) => string,
): Overlay<Question> {
  return { record: 'question', ...(id && { id }), apply: (body, item) => body && { ...body, ...change(item, body) } };
}

function message(
  by: Message['author'],
  of: (item: OutboxItem) => string,
  id?: (item: OutboxItem) => string,
): Overlay<Message> {
  return {
    record: 'message',
    ...(id && { id }),
    apply: (body, item) =>
      body ?? {
        question: of(item),
        author: by,
        authorName: author.name,
        origin: 'manusia',
        text: text(item),
        at: made(item),
        versionOf: (item.args.versionOf as string | undefined) ?? null,
        files: announced(item.args.files),
      },
  };
}

const questionOf = (args: Fields): string[] => [String(args.question)];
const toQuestion = (item: OutboxItem): string => String(item.args.question);
const ownRecord = (item: OutboxItem): string => item.record;
const messageId = (item: OutboxItem): string => String(item.args.messageId);
const newMessage = (args: Fields): string[] => [String(args.messageId)];

/** An asker's message to an answered or waiting question goes back to the officers. */
const afterReply: Partial<Record<Question['state'], Question['state']>> = {
  menunggu_penanya: 'disaring',
  dijawab: 'disaring',
};

export const questionKinds: Record<string, MutationSpec> = {
  'question.ask': { record: 'question', rule: 'append', overlays: [asked] },
  'question.message': {
    record: 'message',
    rule: 'append',
    parents: questionOf,
    overlays: [
      message('penanya', toQuestion),
      question(
        (item, body) => ({ state: afterReply[body.state] ?? body.state, lastMessageAt: made(item) }),
        toQuestion,
      ),
    ],
  },
  'question.answer': {
    record: 'question',
    rule: 'command',
    parents: newMessage,
    overlays: [
      message('petugas', ownRecord, messageId),
      question((item, body) =>
        sentByHand(body)
          ? { unsent: messageId(item), lastMessageAt: made(item) }
          : { state: 'dijawab', answeredAt: made(item), lastMessageAt: made(item) },
      ),
    ],
  },
  'question.ask_back': {
    record: 'question',
    rule: 'command',
    parents: newMessage,
    overlays: [
      message('petugas', ownRecord, messageId),
      question((item, body) =>
        sentByHand(body)
          ? { unsent: messageId(item), lastMessageAt: made(item) }
          : { state: 'menunggu_penanya', lastMessageAt: made(item) },
      ),
    ],
  },
  'question.correct': {
    record: 'question',
    rule: 'command',
    parents: newMessage,
    overlays: [message('petugas', ownRecord, messageId)],
  },
  'question.merge': {
    record: 'question',
    rule: 'command',
    overlays: [question((item) => ({ state: 'selesai', mergedInto: String(item.args.into) }))],
  },
  'question.note': {
    record: 'note',
    rule: 'append',
    parents: questionOf,
    overlays: [
      {
        record: 'note',
        apply: (body: Note | null, item): Note =>
          body ?? { question: toQuestion(item), authorName: author.name, text: text(item), at: made(item) },
      },
    ],
  },
  'question.assign': {
    record: 'question',
    rule: 'command',
    overlays: [
      question((item) => ({
        state: 'disaring',
        category: item.args.category as string,
        unit: item.args.unit as string,
        holderId: (item.args.holder as string | null) ?? null,
        holderName: null,
      })),
    ],
  },
  'question.claim': {
    record: 'question',
    rule: 'claim',
    overlays: [question(() => ({ holderId: author.id, holderName: author.name }))],
  },
  'question.forward': {
    record: 'question',
    rule: 'command',
    overlays: [
      question((item) => ({ state: 'diteruskan', unit: item.args.unit as string, holderId: null, holderName: null })),
    ],
  },
  'question.close': {
    record: 'question',
    rule: 'command',
    overlays: [question((item) => ({ state: 'selesai', closedAt: made(item) }))],
  },
  'question.cancel': { record: 'question', rule: 'command', overlays: [question(() => ({ state: 'batal' }))] },
  'question.reopen': { record: 'question', rule: 'command', overlays: [question(() => ({ state: 'disaring' }))] },
  'question.read': {
    record: 'read_mark',
    rule: 'register',
    overlays: [
      {
        record: 'read_mark',
        apply: (body: ReadMark | null, item): ReadMark => {
          const at = String(item.args.at);
          return { question: toQuestion(item), at: body && body.at > at ? body.at : at };
        },
      },
    ],
  },
};
