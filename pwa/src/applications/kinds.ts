/** Mutation kinds of service applications: the twin of the server's declarations. A step that waits changes nothing on the
 * screen but its badge: it is in force when the server took it. */
import { author } from '../identity/author';
import type { Fields, MutationSpec, OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { KIND } from './types';

/** What a part of a case hangs on: a case that was begun here must arrive before it. */
const parents = ({ application }: Fields): string[] => (typeof application === 'string' ? [application] : []);

const part = (record: string, apply: (body: Fields | null, item: OutboxItem) => Fields): MutationSpec => ({
  record,
  rule: 'fields',
  parents,
  overlays: [{ record, apply }],
});
const command = (record: string = KIND.case, change: (item: OutboxItem) => Fields = () => ({})): MutationSpec => ({
  record,
  rule: 'command',
  overlays: [{ record, apply: (body: Fields | null, item: OutboxItem) => body && { ...body, ...change(item) } }],
});
const laid = (body: Fields | null, { args }: OutboxItem): Fields => ({ ...body, ...args });

/** A case before the server knows it. What the house tells of its subject comes with the first answer; what the screen that
 * began it saw travels in its draft. */
const begun = (body: Fields | null, item: OutboxItem): Fields =>
  body ?? {
    code: '',
    version: 0,
    title: '',
    subjectKind: 'employee',
    subjectName: '',
    unitName: item.args.behalf ?? '',
    account: author.id,
    accountName: author.name,
    officers: [author.id],
    state: 'draf',
    stateName: 'Draf',
    round: 0,
    kind: '',
    period: '',
    arrival: '',
    facts: {},
    imported: {},
    claimedByName: '',
    waitsApproval: false,
    missing: {},
    reopened: [],
    dates: { created: madeOf(item) },
    changedBy: author.id,
    changedAt: madeOf(item),
    ...item.args,
    behalf: Boolean(item.args.behalf),
    reason: '',
  };

export const applicationKinds: Record<string, MutationSpec> = {
  'service.publish': { record: KIND.service, rule: 'append' },
  'application.create': { record: KIND.case, rule: 'append', overlays: [{ record: KIND.case, apply: begun }] },
  // A group is written whole: what is not in it was emptied.
  'application.write': part(KIND.values, (body, { args }) => ({ ...body, ...args, values: args.values ?? {} })),
  'application.row': part(KIND.row, laid),
  'application.attach': part(KIND.item, (body, { args }) => ({ reused: false, ...body, ...args })),
  'application.mark': part(KIND.mark, (body, item) => ({ ...body, ...item.args, byName: author.name, at: madeOf(item) })),
  'document.add': {
    record: KIND.document,
    rule: 'append',
    parents,
    overlays: [
      {
        record: KIND.document,
        apply: (body: Fields | null, item: OutboxItem) =>
          body ?? { ...item.args, subject: '', number: null, file: item.args.upload, name: '', byName: author.name, at: madeOf(item) },
      },
    ],
  },
  'application.open': { record: KIND.case, rule: 'claim' },
  'application.submit': command(),
  'application.resend': command(),
  'application.return': command(),
  'application.reject': command(),
  'application.verify': command(),
  'application.send_out': command(),
  'application.correct': command(),
  'application.issue': command(),
  'application.cancel': command(),
  'application.adopt_version': command(),
  'party.approve': command(KIND.party),
  'feedback.add': {
    record: KIND.feedback,
    rule: 'append',
    overlays: [{ record: KIND.feedback, apply: (body: Fields | null, item: OutboxItem) => body ?? { ...item.args, reporterName: author.name, at: madeOf(item) } }],
  },
  'feedback.handle': command(KIND.feedback),
  'service.signer': { record: KIND.signer, rule: 'command', overlays: [{ record: KIND.signer, apply: laid }] },
};
