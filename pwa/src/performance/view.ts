/** What the screens of a plan derive from its records: order, what is missing, proposals for links, words of the state. Pure, tested. */
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import type { RecordView } from '../sync';
import type { Tone } from '../ui/feedback';
import type { IconName } from '../ui/icons';
import { BADGES } from './badges';
import { lacks, rowsOf } from './result_form';
import type { Indicator, LeadResult, Plan, PlanStatus, Result } from './types';

export type PlanView = RecordView<Plan>;
export type ResultView = RecordView<Result>;
export type LeadResultView = RecordView<LeadResult>;
export type IndicatorView = RecordView<Indicator>;

/** States in which the employee writes; in all others a change is kept as a copy. */
export const isOpen = (status: PlanStatus): boolean => status === 'draf' || status === 'dikembalikan';
/** The approved version holds and a revision may be asked for. */
export const inForce = (status: PlanStatus): boolean => status === 'persetujuan' || status === 'evaluasi';
/** The plan was approved and is worked on. */
export const isRunning = (status: PlanStatus): boolean => ['persetujuan', 'evaluasi', 'final', 'ditutup'].includes(status);

/** Its employee wants an approved plan back. */
export const asksBack = ({ status, revisionReason }: Plan): boolean => inForce(status) && Boolean(revisionReason);

/** Somebody else's plan that waits for this person's decision; one that was decided here waits for the server. */
export const waitsForMe = ({ body, pending }: PlanView, account: string | undefined): boolean =>
  (body.status === 'diajukan' || asksBack(body)) && body.employee !== account && !body.root && !pending.some(isWaiting);

export interface StateBadge {
  tone: Tone;
  icon: IconName;
  text: string;
}

/** Steps whose effect is not in force before the server took them. */
const STEPS = new Set(['skp.submit', 'skp.withdraw', 'skp.approve', 'skp.return', 'skp.revise', 'skp.decide_root']);

/** The state in words; a step that has not arrived is said to be waiting. */
export function planBadge({ body, version, pending }: PlanView): StateBadge {
  const step = pending.find((item) => STEPS.has(item.kind) && isWaiting(item));
  if (step) return { tone: 'netral', icon: 'hp', text: s.langkahMenunggu[step.kind] ?? s.menungguServer };
  if (version === null) return { tone: 'netral', icon: 'pensil', text: s.drafHp };
  const [tone, icon] = BADGES[body.status] ?? BADGES.draf;
  return { tone, icon, text: s.status[body.status] ?? body.status };
}

const place = ({ body }: { body: Pick<Result, 'order'> }): number => body.order ?? 10_001;

/** The RHK of a plan, *utama* first, in their order. */
export function resultsOf(plan: string, all: readonly ResultView[]): ResultView[] {
  return all
    .filter(({ body }) => body.plan === plan && !body.removed)
    .sort(
      (a, b) =>
        Number(a.body.kind === 'tambahan') - Number(b.body.kind === 'tambahan') ||
        place(a) - place(b) ||
        (a.id < b.id ? -1 : 1),
    );
}

const words = (text: string): Set<string> =>
  new Set(
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} ]+/gu, ' ')
      .split(' ')
      .filter((word) => word.length > 3),
  );

/** The superior's RHK that share most words with the provisional text, the likeliest first; none without a shared word. */
export function proposals(provisional: string, offered: readonly LeadResultView[]): LeadResultView[] {
  const sought = words(provisional);
  const shared = ({ body }: LeadResultView): number => [...words(body.text ?? '')].filter((word) => sought.has(word)).length;
  return offered
    .filter((one) => shared(one) > 0)
    .sort((a, b) => shared(b) - shared(a))
    .slice(0, 3);
}

/** The superior's RHK of the same period that an *utama* RHK may serve, in their order. `leads`: the superior's plans. */
export function offeredTo(
  plan: Plan,
  all: readonly LeadResultView[],
  leads: ReadonlySet<string>,
): LeadResultView[] {
  const theirs = all.filter(({ body }) => body.employee === plan.superior && leads.has(body.plan));
  return theirs.sort((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1));
}

/** What an RHK serves, in words; null for what serves nothing by its kind. */
export function linkText(body: Result): string | null {
  if (body.kind === 'tambahan') return null;
  if (body.superiorText) return s.bertaut(body.superiorText);
  return body.provisional ? s.perkiraan(body.provisional) : null;
}

/** What keeps a plan from being submitted, as far as this phone can tell; the server judges it again. */
export function missing(plan: Plan, results: readonly ResultView[], indicators: readonly IndicatorView[]): string[] {
  const { kurang } = s;
  const found: string[] = results.some(({ body }) => body.kind === 'utama') ? [] : [kurang.kosong];
  results.forEach(({ id, body }, index) => {
    const n = index + 1;
    const rows = rowsOf(id, indicators, plan.approach).map((row) => row.body);
    if (plan.form === 'jpt') {
      if (!body.perspective) found.push(kurang.perspektif(n));
      if (body.kind === 'utama' && !body.agreementItem) found.push(kurang.perjanjian(n));
    } else if (body.kind === 'utama' && !body.superiorRhk) found.push(kurang.tautan(n));
    if (lacks(plan.approach, rows)) found.push(plan.approach === 'kualitatif' ? kurang.uraian(n) : kurang.target(n));
    if (body.unchangedSince && !body.ticked) found.push(kurang.centang(n));
  });
  return found;
}
