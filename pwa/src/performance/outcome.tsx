/** A final evaluation: ratings, predicate, feedback; what the employee may still do, and the objection with its decision. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { date, dateTime } from '../ui/format';
import { Icon } from '../ui/icons';
import { latest } from './evaluation_view';
import { Files } from './files';
import { KIND } from './names';
import { Matrix } from './predicate_table';
import { ReasonDialog } from './reason';
import { VALUES, type Evaluation, type Feedback, type Objection } from './types';
import type { ResultView } from './view';

type View = RecordView<Evaluation>;

function Facts({ body }: { body: Evaluation }): JSX.Element {
  const by = body.acting && body.byName ? n.olehPengganti(body.byName, body.appraiserName) : n.oleh(body.appraiserName);
  return (
    <section class="kartu">
      <h2>{`${n.predikat}: ${n.predikatNama[body.predicate ?? ''] ?? ''}`}</h2>
      <dl class="fakta">
        <dt>{n.hasil}</dt>
        <dd>{n.rating[body.ratingResult ?? '']}</dd>
        <dt>{n.perilaku}</dt>
        <dd>{n.rating[body.ratingBehaviour ?? '']}</dd>
      </dl>
      {body.reason && <p class="kutip">{body.reason}</p>}
      <p class="petunjuk">
        {[by, body.finalisedAt && n.final(dateTime(body.finalisedAt)), n.bulan(body.months), n.versi(body.evaluationVersion)]
          .filter((part): part is string => Boolean(part))
          .map((part) => part.replace(/\.$/, ''))
          .join('. ')}
      </p>
      {body.ratingResult && body.ratingBehaviour && <Matrix result={body.ratingResult} behaviour={body.ratingBehaviour} />}
    </section>
  );
}

function Said({ view, results }: { view: View; results: readonly ResultView[] }): JSX.Element | null {
  const feedback = latest(records<Feedback>(KIND.feedback).value ?? [], view.id);
  if (!feedback.size) return null;
  const lines = [
    ...results.map(({ id, body }, at) => [id, `${s.rhkKe(at + 1)}. ${body.text ?? ''}`] as const),
    ...VALUES.map((value) => [value, n.nilai[value] ?? value] as const),
  ];
  return (
    <section class="bagian">
      <h2>{n.umpanBalik}</h2>
      {lines.map(([id, title]) => {
        const said = feedback.get(id)?.body;
        return (
          said && (
            <div key={id}>
              <h3>{title}</h3>
              {said.text && <p class="kutip">{said.text}</p>}
              <Files files={said.files} />
            </div>
          )
        );
      })}
    </section>
  );
}

function Answer({ view }: { view: View }): JSX.Element {
  const [objecting, setObjecting] = useState(false);
  const saving = useSave();
  const { receivedAt, objectUntil } = view.body;
  const mine = (records<Objection>(KIND.objection).value ?? []).some(({ body }) => body.evaluation === view.id);
  return (
    <section class="bagian">
      {receivedAt ? <p>{n.diterima(dateTime(receivedAt))}</p> : !mine && <p class="petunjuk">{n.terimaIsi}</p>}
      {objectUntil && !mine && <p>{n.keberatanSampai(date(objectUntil))}</p>}
      <NotSaved fault={saving.fault} text={n.terima} />
      <Buttons>
        {!receivedAt && (
          <Button
            kind="utama"
            icon="centang"
            busy={saving.busy}
            onClick={() =>
              void saving
                .save(() => mutate({ kind: 'skp.accept', record: view.id, args: {} }))
                .then((ok) => ok && tell(n.diterimaTersimpan))
            }
          >
            {n.terima}
          </Button>
        )}
        {!mine && <Button onClick={() => setObjecting(true)}>{n.keberatan}</Button>}
      </Buttons>
      {objecting && (
        <ReasonDialog
          draft={`skp:keberatan:${view.id}`}
          title={n.keberatan}
          explain={n.keberatanIsi}
          label={n.keberatanAlasan}
          done={n.keberatanTersimpan}
          work={(reasons, draft) => mutate({ kind: 'skp.object', args: { evaluation: view.id, reasons }, draft })}
          onClose={() => setObjecting(false)}
        />
      )}
    </section>
  );
}

/** An objection as both sides read it; who decides it is not told to wait. */
export function ObjectionCard({ view, decides = false }: { view: RecordView<Objection>; decides?: boolean }): JSX.Element {
  const { body, pending } = view;
  return (
    <section class="kartu" aria-label={n.keberatanAda}>
      <h2>{n.keberatanAda}</h2>
      <p class="petunjuk">{dateTime(body.at)}</p>
      <p class="kutip">{body.reasons}</p>
      {body.decision ? (
        <>
          <p>
            <strong>{n.keputusan[body.decision] ?? body.decision}</strong>
            {body.decidedAt && `, ${dateTime(body.decidedAt)}`}
          </p>
          {body.decisionReason && <p class="kutip">{body.decisionReason}</p>}
        </>
      ) : (
        !decides && (
          <Banner tone="tunggu">
            <p>{pending.some(isWaiting) ? s.menungguServer : n.keberatanMenunggu}</p>
          </Banner>
        )
      )}
    </section>
  );
}

type Props = { view: View; results: readonly ResultView[]; part: 'employee' | 'appraiser' | 'reader' };

export function Outcome({ view, results, part }: Props): JSX.Element {
  const objection = (records<Objection>(KIND.objection).value ?? []).find(({ body }) => body.evaluation === view.id);
  return (
    <>
      <Facts body={view.body} />
      {objection && <ObjectionCard view={objection} />}
      {part === 'employee' && <Answer view={view} />}
      {part !== 'reader' && (
        <div>
          <a class="tombol" href={`/unduh/skp/${view.body.plan}/${view.body.round}`} download>
            <Icon name="unduh" />
            <span>{n.cetak}</span>
          </a>
        </div>
      )}
      <Said view={view} results={results} />
    </>
  );
}
