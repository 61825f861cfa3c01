/** `/skp/PLAN/evaluasi`: the appraiser's steps in their order; after *final* what the employee reads and answers. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { now, records } from '../identity/session';
import { s } from '../strings/id_skp';
import { n } from '../strings/id_skp_nilai';
import { Empty, Loading } from '../ui/feedback';
import { Select } from '../ui/fields';
import { dayOf } from '../ui/format';
import { PlanFrame, partIn } from './frame';
import { derived } from './ids';
import { Conflicts, Outcome, Steps } from './parts';
import { KIND } from './names';
import { roundOn, roundsOf } from './rounds';
import type { Evaluation, Period, Result } from './types';
import { resultsOf, type PlanView } from './view';

/** Id of the evaluation of a plan in a round; '' until it is computed. */
function useEvaluationId(plan: string, round: string): string {
  const [id, setId] = useState('');
  useEffect(() => {
    let live = true;
    void derived(plan, round).then((found) => live && setId(found));
    return () => {
      live = false;
    };
  }, [plan, round]);
  return id;
}

function Sheet({ plan }: { plan: PlanView }): JSX.Element {
  const period = records<Period>(KIND.period).value?.find(({ id }) => id === plan.body.period)?.body;
  const rhythm = period?.rhythm ?? 'triwulanan';
  const [chosen, setChosen] = useState('');
  const round = chosen || roundOn(rhythm, plan.body.year, dayOf(now.value));
  const id = useEvaluationId(plan.id, round);
  const all = records<Evaluation>(KIND.evaluation).value;
  const results = resultsOf(plan.id, records<Result>(KIND.result).value ?? []);
  if (all === null || !id) return <Loading />;
  const view = all.find((one) => one.id === id);
  const part = partIn(plan);
  return (
    <>
      <Select label={n.periode} options={roundsOf(rhythm, plan.body.year)} value={round} onChange={setChosen} />
      <Conflicts of={[view]} plan={plan} />
      {!view ? (
        <Empty>
          <p>{part === 'employee' ? n.menungguFinal : n.belumMulai}</p>
        </Empty>
      ) : view.body.step === 'final' ? (
        <Outcome view={view} results={results} part={part} />
      ) : (
        part === 'appraiser' && <Steps key={id} plan={plan} view={view} results={results} round={round} />
      )}
    </>
  );
}

export function EvaluationPage({ parts }: { parts: string[] }): JSX.Element {
  return (
    <PlanFrame id={parts[0] ?? ''} section={s.bab.nilai}>
      {(view) => <Sheet plan={view} />}
    </PlanFrame>
  );
}
