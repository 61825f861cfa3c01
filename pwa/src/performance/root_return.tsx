/** The plan of who stands below nobody goes back to its author: HR enters what was decided outside. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate } from '../identity/session';
import { s } from '../strings/id_skp';
import { Button } from '../ui/button';
import { as } from './hr_form';
import { ReasonDialog } from './reason';
import type { PlanView } from './view';

export function RootReturn({ plan }: { plan: PlanView }): JSX.Element {
  const [open, setOpen] = useState(false);
  const { planVersion, employeeName } = plan.body;
  return (
    <div>
      <Button icon="kembali" about={employeeName} onClick={() => setOpen(true)}>
        {s.putusan.kembalikan}
      </Button>
      {open && (
        <ReasonDialog
          draft={`skp:kembali:${plan.id}`}
          title={s.putusan.kembalikan}
          explain={s.putusan.kembalikanIsi}
          label={s.putusan.catatan}
          done={s.putusan.tersimpan}
          work={(reason, draft) => mutate({ kind: 'skp.return', record: plan.id, args: { version: planVersion, reason }, draft, ...as() })}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
