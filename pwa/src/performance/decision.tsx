/** The appraiser's steps on a submitted plan: approve exactly what is shown, or send it back with a note. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { stepOnAll, type Step } from './acts';
import { ReasonDialog } from './reason';
import { inForce, type ResultView } from './view';

const STEPS = new Set(['skp.approve', 'skp.return']);

export function Decision({ plan, held, indicators }: Step & { held: readonly ResultView[] }): JSX.Element | null {
  const [returning, setReturning] = useState(false);
  const saving = useSave();
  const { status, revisionReason, planVersion } = plan.body;
  const decided = plan.pending.some((item) => STEPS.has(item.kind) && isWaiting(item));
  const asked = inForce(status) && revisionReason;
  if (decided || (status !== 'diajukan' && !asked)) return null;
  const approve = () => saving.save(() => stepOnAll('skp.approve', { plan, results: held, indicators }, { version: planVersion })).then((ok) => ok && tell(s.putusan.tersimpan));
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
          onClose={() => setReturning(false)}
        />
      )}
    </section>
  );
}
