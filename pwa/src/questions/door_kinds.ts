/** Mutation kinds of what staff enter by hand, the twin of the server's: what each shows before the server's record comes. */
import { author } from '../identity/author';
import type { MutationSpec, OutboxItem, Overlay } from '../sync';
import { madeOf } from '../sync/made';
import type { Message, Question } from './types';

const BY_HAND = new Set(['whatsapp', 'instagram', 'facebook', 'email']);

/** Staff send the answer on the asker's channel themselves, and only then it is answered. */
export const sentByHand = (body: Question): boolean => BY_HAND.has(body.channel) && !body.byGateway;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function entered(channel: (item: OutboxItem) => string, address: string): Overlay<Question> {
  return {
    record: 'question',
    apply: (body, item) =>
      body ?? {
        text: text(item.args.text),
        kind: text(item.args.kind) || 'pertanyaan',
        category: text(item.args.category) || null,
        state: channel(item) !== 'telepon' ? 'baru' : item.args.callBack ? 'disaring' : 'dijawab',
        askerId: item.record,
        askerName: text(item.args.name) || text(item.args[address]),
        address: text(item.args[address]) || null,
        channel: channel(item),
        holderId: channel(item) === 'telepon' ? author.id : null,
        writtenAt: text(item.args.at) || madeOf(item),
        lastMessageAt: madeOf(item),
      },
  };
}

export const doorKinds: Record<string, MutationSpec> = {
  'question.enter': {
    record: 'question',
    rule: 'append',
    overlays: [entered((item) => text(item.args.channel), 'address')],
  },
  'question.call': { record: 'question', rule: 'append', overlays: [entered(() => 'telepon', 'number')] },
  'question.relay': {
    record: 'message',
    rule: 'append',
    parents: (args) => [String(args.question)],
    overlays: [
      {
        record: 'message',
        apply: (body: Message | null, item): Message =>
          body ?? {
            question: text(item.args.question),
            author: 'penanya',
            origin: 'manusia',
            text: text(item.args.text),
            at: madeOf(item),
          },
      },
    ],
  },
  'question.sent': {
    record: 'question',
    rule: 'command',
    overlays: [{ record: 'question', apply: (body: Question | null) => body && { ...body, unsent: null } }],
  },
  'question.resend': { record: 'question', rule: 'command' },
  'question.identify': { record: 'question', rule: 'command' },
};
