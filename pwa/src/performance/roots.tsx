/** People below nobody: HR enters what was decided outside, with the document: the plan, its ratings, an objection. */
import type { JSX } from 'preact';
import { me, records, working } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { h } from '../strings/id_skp_hr';
import { Banner, Empty, Loading } from '../ui/feedback';
import { stepOnAll } from './acts';
import { NO_PAPER, Paper, Save, paperFault, useHrForm } from './hr_form';
import { KIND } from './names';
import { Contested, Outside, RootReturn } from './parts_hr';
import type { Evaluation, Indicator, Objection, Plan, Result } from './types';
import { asksBack, type PlanView } from './view';

/** The author of a plan in force asks for it back. */
function Asked({ plan }: { plan: PlanView }): JSX.Element {
  return (
    <section class="kartu" aria-label={plan.body.employeeName}>
      <h3>{`${plan.body.employeeName}, ${plan.body.year}`}</h3>
      <Banner tone="tunggu">
        <p>{s.putusan.mintaRevisi}</p>
        <p class="kutip">{plan.body.revisionReason}</p>
      </Banner>
      {plan.pending.some(isWaiting) ? <p class="petunjuk">{s.putusan.tersimpan}</p> : <RootReturn plan={plan} />}
    </section>
  );
}

/** A plan that waits for its document. */
function Root({ plan }: { plan: PlanView }): JSX.Element {
  const results = (records<Result>(KIND.result).value ?? []).filter(({ body }) => body.plan === plan.id);
  const indicators = (records<Indicator>(KIND.indicator).value ?? []).filter(({ body }) => body.plan === plan.id);
  const field = `akar-${plan.id}`;
  const form = useHrForm({
    key: `skp:akar:${plan.id}`,
    empty: NO_PAPER,
    check: (paper) => ({ [field]: paperFault(paper) }),
    work: ({ document, documentDate }, draft) => {
      const args = { version: plan.body.planVersion, document: document.trim(), documentDate };
      return stepOnAll('skp.decide_root', { plan, results, indicators }, args, draft, working.value?.id);
    },
    done: h.akar.disetujui,
  });
  return (
    <section class="kartu" aria-label={plan.body.employeeName}>
      <h3>{`${plan.body.employeeName}, ${plan.body.year}`}</h3>
      <div>
        <a href={`/skp/${plan.id}`}>{s.bacaIsi}</a>
      </div>
      {plan.pending.some(isWaiting) ? (
        <p class="petunjuk">{s.putusan.tersimpan}</p>
      ) : !form.value ? (
        <Loading />
      ) : (
        <>
          <Paper value={form.value} set={form.set} error={form.errors[field]} id={field} />
          <Save form={form} label={h.akar.setujui} text={form.value.document} />
          <RootReturn plan={plan} />
        </>
      )}
    </section>
  );
}

export function Roots(): JSX.Element {
  const mine = me.value?.account;
  const others = (records<Plan>(KIND.plan).value ?? []).filter(({ body }) => body.root && body.employee !== mine);
  const plans = others.filter(({ body }) => body.status === 'diajukan');
  const asked = others.filter(({ body }) => asksBack(body));
  const open = (records<Evaluation>(KIND.evaluation).value ?? []).filter(({ body }) => body.root && body.step !== 'final' && body.employee !== mine);
  const contested = (records<Objection>(KIND.objection).value ?? []).filter(({ body }) => !body.decider && !body.decision && body.employee !== mine);
  return (
    <section class="bagian">
      <h2>{h.akar.judul}</h2>
      <p class="petunjuk">{h.akar.isi}</p>
      {plans.map((plan) => (
        <Root key={plan.id} plan={plan} />
      ))}
      {asked.map((plan) => (
        <Asked key={plan.id} plan={plan} />
      ))}
      {open.map((view) => (
        <Outside key={view.id} view={view} />
      ))}
      {contested.map((view) => (
        <Contested key={view.id} view={view} />
      ))}
      {!plans.length && !asked.length && !open.length && !contested.length && (
        <Empty>
          <p>{h.akar.kosong}</p>
        </Empty>
      )}
    </section>
  );
}
