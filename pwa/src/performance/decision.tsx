/** The appraiser's steps on a submitted plan: approve exactly what is shown, or send it back with a note. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { me, mutate, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { stepOnAll, type Step } from './acts';
import { KIND } from './names';
import { ReasonDialog } from './reason';
import type { Plan } from './types';
import { inForce, waitsForMe, type ResultView } from './view';

const STEPS = new Set(['skp.approve', 'skp.return']);

/** The plan of somebody else that waits for this appraiser: twelve are decided without a way back to the list each time. */
function Next({ after }: { after: string }): JSX.Element | null {
  const waiting = (records<Plan>(KIND.plan).value ?? []).filter((one) => one.id !== after && waitsForMe(one, me.value?.account));
  const [next] = waiting.sort((a, b) => a.body.employeeName.localeCompare(b.body.employeeName));
  if (!next) return null;
  return (
    <Buttons stack>
      <LinkButton kind="utama" icon="panah" href={`/skp/${next.id}`}>
        {s.putusan.berikut(next.body.employeeName, waiting.length)}
      </LinkButton>
    </Buttons>
  );
}

export function Decision({ plan, held, indicators }: Step & { held: readonly ResultView[] }): JSX.Element | null {
  const [returning, setReturning] = useState(false);
  const [done, setDone] = useState(false);
  const saving = useSave();
  const { status, revisionReason, planVersion } = plan.body;
  const decided = plan.pending.some((item) => STEPS.has(item.kind) && isWaiting(item));
  const asked = inForce(status) && revisionReason;
  if (decided || (status !== 'diajukan' && !asked)) return decided || done ? <Next after={plan.id} /> : null;
  const approve = () => saving.save(() => stepOnAll('skp.approve', { plan, results: held, indicators }, { version: planVersion })).then((ok) => {
      setDone(ok);
      if (ok) tell(s.putusan.tersimpan);
    });
  return (
    <section class="kartu" aria-labelledby="putusan">
      <h2 id="putusan">{s.putusan.judul}</h2>
      {asked && (
        <Banner tone="tunggu">
          <p>{s.putusan.mintaRevisi}</p>
          <p class="kutip">{revisionReason}</p>
        </Banner>
      )}
      <p>{s.putusan.isi(planVersion)}</p>
      <NotSaved fault={saving.fault} text={s.putusan.setujui} onRetry={() => void approve()} />
      <Buttons stack>
        {!asked && (
          <Button kind="utama" icon="centang" busy={saving.busy} onClick={() => void approve()}>
            {s.putusan.setujui}
          </Button>
        )}
        <Button icon="kembali" onClick={() => setReturning(true)}>
          {s.putusan.kembalikan}
        </Button>
      </Buttons>
      {returning && (
        <ReasonDialog
          draft={`skp:kembali:${plan.id}`}
          title={s.putusan.kembalikan}
          explain={s.putusan.kembalikanIsi}
          label={s.putusan.catatan}
          done={s.putusan.tersimpan}
          work={(reason, draft) =>
            mutate({ kind: 'skp.return', record: plan.id, args: { version: planVersion, reason }, draft })
          }
          onClose={() => {
            setReturning(false);
            setDone(true);
          }}
        />
      )}
    </section>
  );
}
