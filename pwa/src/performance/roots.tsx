/** People below nobody: HR enters what was decided outside, with the document: the plan, its ratings, an objection. */
import type { JSX } from 'preact';
import { me, mutate, records, working } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { h } from '../strings/id_skp_hr';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { Empty, Loading } from '../ui/feedback';
import { Choice } from '../ui/fields';
import { stepOnAll } from './acts';
import { RATINGS } from './evaluation_view';
import { NO_PAPER, Paper, Save, as, paperFault, useHrForm } from './hr_form';
import { KIND } from './names';
import { Contested } from './parts_hr';
import { roundsOf } from './rounds';
import type { Evaluation, Indicator, Objection, Plan, Result } from './types';
import type { PlanView } from './view';
import { Waits } from './waits';

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
        <p class="petunjuk">{h.akar.disetujui}</p>
      ) : !form.value ? (
        <Loading />
      ) : (
        <>
          <Paper value={form.value} set={form.set} error={form.errors[field]} id={field} />
          <Save form={form} label={h.akar.setujui} text={form.value.document} />
        </>
      )}
    </section>
  );
}

/** The ratings of an outside evaluator. */
function Outside({ view }: { view: RecordView<Evaluation> }): JSX.Element {
  const { body } = view;
  const rated = `luar-${view.id}`;
  const paper = `luar-dokumen-${view.id}`;
  const form = useHrForm({
    key: `skp:luar:${view.id}`,
    empty: { ...NO_PAPER, result: '', behaviour: '' },
    check: (typed) => ({ [rated]: typed.result && typed.behaviour ? undefined : h.akar.isiRating, [paper]: paperFault(typed) }),
    work: ({ result, behaviour, document, documentDate }, draft) =>
      mutate({
        kind: 'skp.outside',
        record: view.id,
        args: { ratingResult: result, ratingBehaviour: behaviour, document: document.trim(), documentDate },
        draft,
        ...as(),
      }),
    done: h.akar.tersimpan,
  });
  const { value } = form;
  const options = RATINGS.map((one) => ({ value: one, label: n.rating[one] ?? one }));
  const round = ['tahunan', 'triwulanan', 'bulanan'].flatMap((rhythm) => roundsOf(rhythm, body.year)).find((one) => one.value === body.round);
  return (
    <section class="kartu" aria-label={`${body.employeeName}, ${round?.label ?? body.round}`}>
      <h3>{body.employeeName}</h3>
      <p>{h.akar.nilai(round?.label ?? body.round)}</p>
      {view.pending.some(isWaiting) ? (
        <div>
          <Waits />
        </div>
      ) : body.step === 'terkunci' ? (
        <p class="petunjuk">{h.akar.kurangBukti(body.missing.length)}</p>
      ) : !value ? (
        <Loading />
      ) : (
        <>
          <Choice id={rated} label={n.hasil} options={options} value={value.result} onChange={(result) => form.set({ result })} error={form.errors[rated]} />
          <Choice label={n.perilaku} options={options} value={value.behaviour} onChange={(behaviour) => form.set({ behaviour })} />
          <Paper value={value} set={form.set} error={form.errors[paper]} id={paper} />
          <Save form={form} label={h.akar.simpan} text={value.document} />
        </>
      )}
    </section>
  );
}

export function Roots(): JSX.Element {
  const mine = me.value?.account;
  const plans = (records<Plan>(KIND.plan).value ?? []).filter(({ body }) => body.root && body.status === 'diajukan' && body.employee !== mine);
  const open = (records<Evaluation>(KIND.evaluation).value ?? []).filter(({ body }) => body.root && body.step !== 'final' && body.employee !== mine);
  const contested = (records<Objection>(KIND.objection).value ?? []).filter(({ body }) => !body.decider && !body.decision && body.employee !== mine);
  return (
    <section class="bagian">
      <h2>{h.akar.judul}</h2>
      <p class="petunjuk">{h.akar.isi}</p>
      {plans.map((plan) => (
        <Root key={plan.id} plan={plan} />
      ))}
      {open.map((view) => (
        <Outside key={view.id} view={view} />
      ))}
      {contested.map((view) => (
        <Contested key={view.id} view={view} />
      ))}
      {!plans.length && !open.length && !contested.length && (
        <Empty>
          <p>{h.akar.kosong}</p>
        </Empty>
      )}
    </section>
  );
}
