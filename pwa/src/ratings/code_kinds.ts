/** Mutation kinds of codes, tickets and decisions. What the server makes (tokens, signatures) is never guessed. */
import type { MutationSpec } from '../sync';
import type { HeldRating } from './code_types';

export const codeKinds: Record<string, MutationSpec> = {
  'rating.code_issue': { record: 'rating_code', rule: 'command' },
  'rating.code_revoke': { record: 'rating_code', rule: 'command' },
  'rating.code_rotate': { record: 'rating_code', rule: 'command' },
  'rating.ticket': { record: 'rating_ticket', rule: 'append' },
  'rating.decide': {
    record: 'rating_decision',
    rule: 'append',
    overlays: [
      {
        record: 'rating',
        id: (item) => String(item.args.rating),
        apply: (body: HeldRating | null, item) => body && { ...body, status: item.args.act === 'batal' ? 'batal' : 'sah' },
      },
    ],
  },
};
