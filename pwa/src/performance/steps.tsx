/** The appraiser's five steps: feedback, rating of results, feedback on the values, rating of behaviour, predicate. */
import type { JSX } from 'preact';
import { records } from '../identity/session';
import { s } from '../strings/id_skp';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { Banner } from '../ui/feedback';
import { latest, listed, placeOf, stepOf } from './evaluation_view';
import { FeedbackOn } from './feedback_on';
import { KIND } from './names';
import { Finalise, Rate } from './rating';
import { rowsOf } from './result_form';
import { VALUES, type Evaluation, type Evidence, type Feedback, type Indicator, type Realisation } from './types';
import type { PlanView, ResultView } from './view';

/** What was aimed at and achieved of one RHK in the round, in a line. */
function measure(plan: PlanView, result: ResultView, round: string): string {
  const indicators = records<Indicator>(KIND.indicator).value ?? [];
  const realised = (records<Realisation>(KIND.realisation).value ?? []).filter(({ body }) => body.rhk === result.id && body.round === round);
  const evidence = (records<Evidence>(KIND.evidence).value ?? []).filter(
    ({ body }) => body.rhk === result.id && body.round === round && !body.withdrawnAt,
  );
  const rows = rowsOf(result.id, indicators, plan.body.approach);
  const done = (row: string | null): string => realised.find(({ body }) => (body.indicator ?? null) === row)?.body.value || '-';
  const lines =
    plan.body.approach === 'kualitatif'
      ? [n.targetRealisasi(rows[0]?.body.narrative ?? '-', done(null))]
      : rows.map(({ id, body }) => n.targetRealisasi([body.target, body.unit].filter(Boolean).join(' '), done(id)));
  return [...lines, n.bukti(evidence.length)].join('. ');
}

type StepsProps = { plan: PlanView; view: RecordView<Evaluation>; results: ResultView[]; round: string };

/** The five steps; what is not due yet says so, what is done can be changed until it is final. */
export function Steps({ plan, view, results, round }: StepsProps): JSX.Element {
  const feedback = latest(records<Feedback>(KIND.feedback).value ?? [], view.id);
  const done = new Set(feedback.keys());
  const step = stepOf(view.body, results.map(({ id }) => id), done);
  const at = placeOf(step);
  const counts = [
    n.sudah(results.filter(({ id }) => done.has(id)).length, results.length),
    '',
    n.sudah(VALUES.filter((value) => done.has(value)).length, VALUES.length),
    '',
    '',
  ];
  if (step === 'terkunci') {
    const names = view.body.missing.map((id) => s.rhkKe(results.findIndex((one) => one.id === id) + 1));
    return (
      <Banner tone="tunggu" icon="kunci">
        <p>{n.terkunci(listed(names))}</p>
      </Banner>
    );
  }
  return (
    <>
      <ol class="tahap">
        {n.langkahNama.map((name, index) => (
          <li key={name} aria-current={index + 1 === at ? 'step' : undefined}>
            {[`${index + 1}. ${name}`, counts[index]].filter(Boolean).join(' ')}
          </li>
        ))}
      </ol>
      <p class="petunjuk">{n.langkah(at, n.langkahNama.length)}</p>
      <section class="bagian">
        <h2>{n.umpanBalik}</h2>
        {results.map((result, index) => (
          <FeedbackOn
            key={result.id}
            evaluation={view.id}
            rhk={result.id}
            title={`${s.rhkKe(index + 1)}. ${result.body.text ?? ''}`}
            detail={measure(plan, result, round)}
            held={feedback.get(result.id)}
          />
        ))}
      </section>
      {at >= placeOf('rating_hasil') && <Rate key="hasil" view={view} which="result" />}
      {at >= placeOf('umpan_perilaku') && (
        <section class="bagian">
          <h2>{n.langkahNama[2]}</h2>
          {VALUES.map((value) => (
            <FeedbackOn key={value} evaluation={view.id} value={value} title={n.nilai[value] ?? value} held={feedback.get(value)} />
          ))}
        </section>
      )}
      {at >= placeOf('rating_perilaku') && <Rate key="perilaku" view={view} which="behaviour" />}
      {step === 'tetapkan' && <Finalise view={view} />}
    </>
  );
}
