/** What can be done with a whole plan, by who looks at it: hand in, take back, copy, ask for a revision, decide, print. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { place } from '../router';
import { s } from '../strings/id_skp';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Icon } from '../ui/icons';
import type { Step } from './acts';
import { Decision } from './decision';
import { partIn } from './frame';
import { KIND } from './names';
import { ReasonDialog } from './reason';
import { Submission } from './submission';
import type { Plan } from './types';
import { inForce, isOpen, type PlanView, type ResultView } from './view';

/** Asking for the plan back after it was approved; the approved version stays readable. */
function Revision({ plan }: { plan: PlanView }): JSX.Element | null {
  const [open, setOpen] = useState(place.value.query.get('revisi') === '1');
  if (partIn(plan) !== 'employee' || !inForce(plan.body.status)) return null;
  if (plan.body.revisionReason)
    return (
      <Banner tone="tunggu">
        <p>{s.revisiDiminta(plan.body.root)}</p>
        <p class="kutip">{plan.body.revisionReason}</p>
      </Banner>
    );
  return (
    <div>
      <Button icon="pensil" onClick={() => setOpen(true)}>
        {s.revisi}
      </Button>
      {open && (
        <ReasonDialog
          draft={`skp:revisi:${plan.id}`}
          title={s.revisi}
          explain={s.revisiIsi(plan.body.root)}
          label={s.revisiAlasan}
          done={s.revisiTersimpan}
          work={(reason, draft) => mutate({ kind: 'skp.revise', record: plan.id, args: { reason }, draft })}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}

/** Taking last year's RHK over; each unchanged one carries a mark and wants a tick. */
function CopyOld({ plan, results }: Step): JSX.Element | null {
  const saving = useSave();
  const { body } = plan;
  const old = (records<Plan>(KIND.plan).value ?? [])
    .filter((one) => one.body.employee === body.employee && one.id !== plan.id && one.body.year <= body.year && one.version !== null)
    .sort((a, b) => b.body.year - a.body.year || b.body.turn - a.body.turn)[0];
  const waiting = plan.pending.some((item) => item.kind === 'skp.copy' && isWaiting(item));
  if (!old || body.copiedFrom || waiting || results.length || !isOpen(body.status)) return null;
  const work = () => mutate({ kind: 'skp.copy', record: plan.id, args: { from: old.id } });
  return (
    <section class="kartu">
      <p>{s.salinTahunIsi}</p>
      <NotSaved fault={saving.fault} text={s.salinTahun(old.body.year)} />
      <Buttons>
        <Button icon="salin" busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && tell(s.tersalin))}>
          {s.salinTahun(old.body.year)}
        </Button>
      </Buttons>
    </section>
  );
}

export function PlanSteps(props: Step & { held: readonly ResultView[] }): JSX.Element {
  const { plan } = props;
  const part = partIn(plan);
  return (
    <>
      {part === 'employee' && <CopyOld {...props} />}
      {part === 'employee' && <Submission {...props} />}
      {part === 'employee' && <Revision plan={plan} />}
      {part === 'appraiser' && <Decision {...props} />}
      {plan.version !== null && (
        <div>
          <a class="tombol" href={`/unduh/skp/${plan.id}`} download>
            <Icon name="unduh" />
            <span>{s.cetak}</span>
          </a>
        </div>
      )}
    </>
  );
}
