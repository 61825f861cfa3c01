/** Removing an RHK with its rows, asked once more. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { t } from '../strings/id';
import { r } from '../strings/id_skp_rhk';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { removeResult } from './acts';
import type { IndicatorView, PlanView, ResultView } from './view';

export function Remove({ plan, view, rows }: { plan: PlanView; view: ResultView; rows: IndicatorView[] }): JSX.Element {
  const [open, setOpen] = useState(false);
  const saving = useSave();
  async function remove(): Promise<void> {
    if (!(await saving.save(() => removeResult(view, rows)))) return;
    go(`/skp/${plan.id}`, true);
  }
  return (
    <div>
      <Button kind="bahaya" onClick={() => setOpen(true)}>
        {r.hapus}
      </Button>
      {open && (
        <Dialog title={r.hapusJudul} onClose={() => setOpen(false)}>
          <p class="kutip">{view.body.text}</p>
          <p>{r.hapusIsi}</p>
          <NotSaved fault={saving.fault} text={view.body.text ?? ''} />
          <Buttons stack>
            <Button kind="bahaya" busy={saving.busy} onClick={() => void remove()}>
              {r.hapus}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </div>
  );
}
