/** Mutation kinds of work plans: the twin of the server's declarations. A step that waits changes nothing on the screen but
 * its badge: it is in force when the server took it. */
import { announced, type FileBody } from '../attachments/named';
import { author } from '../identity/author';
import type { Fields, MutationSpec, OutboxItem, Overlay } from '../sync';
import { madeOf } from '../sync/made';

type Begin = (item: OutboxItem) => Fields;

/** Written fields lie over the record; `begin` is what a new one has besides. */
const laid = (record: string, begin: Begin = () => ({})): Overlay<Fields> => ({
  record,
  apply: (body, item) => ({ ...(body ?? begin(item)), ...item.args }),
});
/** What a record hangs on: a step there waits for it. */
const parents = ({ plan, rhk, evaluation }: Fields): string[] =>
  [plan, rhk, evaluation].filter((id): id is string => typeof id === 'string');
const fields = (record: string, groups: readonly (readonly string[])[] = [], begin?: Begin): MutationSpec => ({
  record,
  rule: 'fields',
  groups,
  overlays: [laid(record, begin)],
});
const append = (record: string, more: Begin = () => ({})): MutationSpec => ({
  record,
  rule: 'append',
  overlays: [
    {
      record,
      apply: (body: Fields | null, item) =>
        body ?? { ...item.args, authorName: author.name, at: madeOf(item), files: announced(item.args.files), ...more(item) },
    },
  ],
});
/** Nothing changes, but the record says that something waits on it. */
const command = (record: string, change: Begin = () => ({})): MutationSpec => ({
  record,
  rule: 'command',
  overlays: [{ record, apply: (body: Fields | null, item: OutboxItem) => body && { ...body, ...change(item) } }],
});

const newPlan: Begin = (item) => ({
  period: '',
  employee: author.id,
  employeeName: author.name,
  year: item.args.year,
  status: 'draf',
  form: 'ja_jf',
  approach: 'kuantitatif',
  turn: 1,
  planVersion: 0,
  review: [],
  start: `${String(item.args.year)}-01-01`,
  end: `${String(item.args.year)}-12-31`,
});
const newResult: Begin = () => ({ employee: author.id, kind: 'utama' });
const gone: Begin = () => ({ removed: true });

export const planKinds: Record<string, MutationSpec> = {
  'skp.draft': fields('skp', [], newPlan),
  'skp.expect': fields('skp'),
  'skp.period': { record: 'skp_period', rule: 'command', overlays: [laid('skp_period')] },
  'skp.agreement_item': fields('skp_agreement_item'),
  'skp.agreement_fix': { record: 'skp_agreement', rule: 'command', overlays: [laid('skp_agreement')] },
  'skp.decide_root': command('skp'),
  'skp.order': append('skp_order'),
  'skp.acting': { record: 'skp_acting', rule: 'command', overlays: [laid('skp_acting')] },
  'skp.acting_end': command('skp_acting'),
  'skp.exempt': { record: 'skp_exemption', rule: 'command', overlays: [laid('skp_exemption')] },
  'skp.exempt_end': command('skp_exemption'),
  'skp.outside': command('skp_evaluation'),
  'skp.award': append('skp_award'),
  'skp.count_from': append('skp_counting'),
  'skp.achieve': command('skp_achievement'),
  'skp.export_resend': command('skp_export'),
  'skp.rhk': fields('skp_rhk', [['kind', 'superiorRhk', 'provisional', 'assignedBy']], newResult),
  'skp.rhk_remove': command('skp_rhk', gone),
  'skp.indicator': fields('skp_indicator', [['approach', 'aspect', 'indicator', 'target', 'unit', 'narrative']]),
  'skp.indicator_remove': command('skp_indicator', gone),
  'skp.approach': command('skp', ({ args }) => args),
  'skp.submit': command('skp'),
  'skp.withdraw': command('skp'),
  'skp.approve': command('skp'),
  'skp.return': command('skp'),
  'skp.revise': command('skp'),
  'skp.confirm': command('skp'),
  'skp.copy': command('skp'),
  'skp.log': append('skp_log'),
  'skp.dialogue': append('skp_dialogue'),
  'skp.realise': fields('skp_realisation', [['value', 'note']]),
  'skp.evidence': append('skp_evidence', ({ args }) => {
    const file = args.file as FileBody | null | undefined;
    return file ? { file: file.id, name: file.name, bytes: file.bytes, state: 'menunggu', counts: false } : { state: 'ada', counts: false };
  }),
  'skp.evidence_withdraw': command('skp_evidence', (item) => ({ withdrawnAt: madeOf(item) })),
  'skp.feedback': append('skp_feedback'),
  'skp.rate_result': command('skp_evaluation', ({ args }) => ({ ratingResult: args.rating, reason: args.reason ?? null })),
  'skp.rate_behaviour': command('skp_evaluation', ({ args }) => ({ ratingBehaviour: args.rating })),
  'skp.finalise': command('skp_evaluation'),
  'skp.accept': command('skp_evaluation', (item) => ({ receivedAt: madeOf(item) })),
  'skp.object': append('skp_objection'),
  'skp.decide': command('skp_objection'),
};
for (const name of ['rhk', 'indicator', 'realise', 'log', 'dialogue', 'evidence', 'feedback', 'object'])
  planKinds[`skp.${name}`] = { ...planKinds[`skp.${name}`]!, parents };
