/** Ending a case by whoever applied, with a reason. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { b } from '../strings/id_usul_bagian';
import { Button } from '../ui/button';
import { lazyPart } from '../ui/lazy';
import { step } from './steps';
import { isUnderWay } from './under_way';
import type { Whole } from './view';

const ReasonDialog = lazyPart(() => import('./reason').then((module) => module.ReasonDialog));

export function Cancel({ whole }: { whole: Whole }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const { view, acts } = whole;
  if (!acts.has('batalkan') || isUnderWay(view, 'application.cancel')) return null;
  return (
    <div>
      <Button onClick={() => setOpen(true)}>{b.langkah.batalkan(view.body.subjectKind === 'party')}</Button>
      {open && (
        <ReasonDialog
          draft={`usul:batal:${view.id}`}
          title={`${b.langkah.batalkan(view.body.subjectKind === 'party')}?`}
          explain={b.langkah.batalkanIsi}
          done={b.langkah.dibatalkan}
          dangerous
          work={(reason, draft) => step('application.cancel', whole, { reason }, { draft })}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
