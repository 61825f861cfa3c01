/** Mutation kinds of knowledge notes and canned answers: the twin of the server's declarations. */
import { author } from '../identity/author';
import type { MutationSpec } from '../sync';
import type { ArticleDraft, CannedAnswer } from './types';

/** Fields of a note that hold together: a new text rests on its own basis. */
export const TOGETHER = ['answer', 'steps', 'basis', 'validFrom'] as const;

const gone = <B>(record: string) => ({ record, apply: (_body: B | null): B | null => null });

export const knowledgeKinds: Record<string, MutationSpec> = {
  'article.draft': {
    record: 'article_draft',
    rule: 'fields',
    groups: [TOGETHER],
    overlays: [
      {
        record: 'article_draft',
        apply: (body: ArticleDraft | null, item): ArticleDraft => ({
          ...(body ?? { unit: '', authorName: author.name }),
          ...item.args,
          authors: [...new Set([...(body?.authors ?? []), author.id])],
        }),
      },
    ],
  },
  'article.publish': { record: 'article_draft', rule: 'command', overlays: [gone<ArticleDraft>('article_draft')] },
  'article.discard': { record: 'article_draft', rule: 'command', overlays: [gone<ArticleDraft>('article_draft')] },
  'article.check': { record: 'article', rule: 'command' },
  'article.withdraw': { record: 'article', rule: 'command' },
  'canned.draft': {
    record: 'canned_answer',
    rule: 'fields',
    overlays: [
      {
        record: 'canned_answer',
        apply: (body: CannedAnswer | null, item): CannedAnswer => ({
          ...(body ?? { title: '', text: '', state: 'draf', version: 0 }),
          ...item.args,
        }),
      },
    ],
  },
  'canned.publish': {
    record: 'canned_answer',
    rule: 'command',
    overlays: [
      {
        record: 'canned_answer',
        apply: (body: CannedAnswer | null) => body && { ...body, state: 'berlaku', version: body.version || 1 },
      },
    ],
  },
  'canned.revise': {
    record: 'canned_answer',
    rule: 'command',
    overlays: [{ record: 'canned_answer', apply: (body: CannedAnswer | null, item) => body && { ...body, ...item.args } }],
  },
  'canned.retire': { record: 'canned_answer', rule: 'command', overlays: [gone<CannedAnswer>('canned_answer')] },
};
