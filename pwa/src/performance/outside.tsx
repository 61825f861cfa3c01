/** Ratings of somebody below nobody: HR enters what the outside evaluator decided, with the document. */
import type { JSX } from 'preact';
import { mutate } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { h } from '../strings/id_skp_hr';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { Loading } from '../ui/feedback';
import { Choice } from '../ui/fields';
import { RATINGS } from './evaluation_view';
import { NO_PAPER, Paper, Save, as, paperFault, useHrForm } from './hr_form';
import { roundsOf } from './rounds';
import type { Evaluation } from './types';
import { Waits } from './waits';

export function Outside({ view }: { view: RecordView<Evaluation> }): JSX.Element {
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
