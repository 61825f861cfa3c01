/** What a person does with a plan, as mutations. Each resolves when it is stored; steps carry what the person saw. */
import { mutate } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { uuid7, type Fields, type OutboxItem, type RecordView } from '../sync';
import { derived } from './ids';
import { narrativeChange, resultChange, rowChanges, type ResultForm, type Stored } from './result_form';
import type { Period, Result } from './types';
import type { IndicatorView, PlanView, ResultView } from './view';

type Made = Pick<RecordView, 'version' | 'pending'>;

/** Own work that begins these records and has not arrived: what is written below them waits for it. */
const makers = (views: readonly (Made | undefined)[]): string[] =>
  views.flatMap((view) => (view?.version === null ? view.pending.filter(isWaiting).slice(0, 1).map(({ id }) => id) : []));

/** Begins the plan of a period. Its id follows from whose it is, so that two phones begin the same plan. */
export async function beginPlan(period: RecordView<Period>, account: string): Promise<string> {
  const record = await derived(period.id, `${account}:1`);
  await mutate({ kind: 'skp.draft', record, args: { year: period.body.year, approach: 'kuantitatif' } });
  return record;
}

export interface SaveInput {
  plan: PlanView;
  view: ResultView | undefined;
  kind: Result['kind'];
  order: number;
  /** The form as the screen showed it when writing began, as it is now, and what was stored then. */
  from: ResultForm;
  to: ResultForm;
  stored: Stored;
  /** Id of a new RHK, fixed when its draft was begun. */
  id?: string | undefined;
  version?: number | null | undefined;
  draft: string;
}

/** Saves an RHK and its rows; the draft goes with the last of them. */
export async function saveResult({ plan, view, kind, order, from, to, stored, id, version, draft }: SaveInput): Promise<void> {
  const record = view?.id ?? id ?? uuid7(Date.now());
  const { approach } = plan.body;
  const rows =
    approach === 'kualitatif' ? narrativeChange(from, to, stored, uuid7(Date.now())) : rowChanges(from.rows, to.rows, approach, stored);
  const change = resultChange(from, to, stored);
  const ends = (last: boolean): { draft?: string } => (last ? { draft } : {});
  let above = makers([plan, view]);
  if (!view) {
    const args = { plan: plan.id, kind, order, ...change?.args };
    const made = await mutate({ kind: 'skp.rhk', record, args, dependsOn: above, ...ends(!rows.length) });
    above = [...above, made.id];
  } else if (change) {
    await mutate({ kind: 'skp.rhk', record, ...change, baseVersion: version ?? view.version, ...ends(!rows.length) });
  }
  for (const [at, { id: row, act, args, base }] of rows.entries()) {
    const more = ends(at === rows.length - 1);
    if (act === 'begin')
      await mutate({ kind: 'skp.indicator', record: row, args: { plan: plan.id, rhk: record, ...args }, dependsOn: above, ...more });
    else if (act === 'change') await mutate({ kind: 'skp.indicator', record: row, args, ...(base && { base }), ...more });
    else await mutate({ kind: 'skp.indicator_remove', record: row, args: {}, ...more });
  }
}

export interface Step {
  plan: PlanView;
  results: readonly ResultView[];
  /** Every row of the plan that the phone holds, removed and unused ones included. */
  indicators: readonly IndicatorView[];
}

/** Digest of the pulled versions: what waits here is named by the engine instead. */
async function digestOf(views: readonly Pick<RecordView, 'kind' | 'id' | 'version'>[]): Promise<string> {
  const pulled = views.flatMap(({ kind, id, version }) => (version === null ? [] : [{ kind, id, version }]));
  // A piece of the engine that a start does not need: it stays in a chunk of its own.
  const { digest } = await import('../sync/more');
  return (await digest(pulled)).digest;
}

/** Own work that these views show and that their versions do not have yet. It is named by what was shown: by the time the step
 * is stored it may have been pulled, and the digest would be of a state that nobody names. */
const shownWork = (views: readonly Pick<RecordView, 'pending'>[]): string[] => [
  ...new Set(views.flatMap(({ pending }) => pending.filter((item) => isWaiting(item) || item.state === 'accepted').map(({ id }) => id))),
];

/** Removes an RHK as it is shown, with its rows. */
export async function removeResult(view: ResultView, rows: readonly IndicatorView[]): Promise<OutboxItem> {
  const seenDigest = await digestOf([view, ...rows]);
  return mutate({ kind: 'skp.rhk_remove', record: view.id, args: {}, seenDigest, sees: rows.map(({ id }) => id), dependsOn: shownWork([view, ...rows]) });
}

/** A step on exactly what is shown: the header, every RHK, every row. */
export async function stepOnAll(kind: string, { plan, results, indicators }: Step, args: Fields = {}, draft?: string, as?: string): Promise<OutboxItem> {
  const parts = [...results, ...indicators];
  const seenDigest = await digestOf([plan, ...parts]);
  return mutate({ kind, record: plan.id, args, seenDigest, sees: parts.map(({ id }) => id), dependsOn: shownWork([plan, ...parts]), ...(draft && { draft }), ...(as && { as }) });
}

/** The other approach, over the rows that are shown. */
export async function switchApproach({ plan, indicators }: Step, approach: string): Promise<OutboxItem> {
  const seenDigest = await digestOf(indicators);
  return mutate({ kind: 'skp.approach', record: plan.id, args: { approach }, seenDigest, sees: indicators.map(({ id }) => id), dependsOn: shownWork(indicators) });
}
