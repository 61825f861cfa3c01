/** Taking a case to check it: one that waits, or one over from a colleague. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { v } from '../strings/id_meja_usul';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { claim } from './acts';
import { actName } from './states';
import { isUnderWay } from './under_way';
import type { Whole } from './view';

export function Claiming({ whole }: { whole: Whole }): JSX.Element | null {
  const { acts, service, view } = whole;
  const saving = useSave();
  if (!acts.has('buka')) return <HeldByOther whole={whole} />;
  return (
    <>
      {!isUnderWay(view, 'application.open') && (
        <div class="tombol-kiri">
          <Button kind="utama" busy={saving.busy} onClick={() => void saving.save(() => claim(whole)).then((ok) => ok && tell(v.tersimpan))}>
            {actName(service, 'buka')}
          </Button>
        </div>
      )}
      <NotSaved fault={saving.fault} text={v.ambil} />
    </>
  );
}

/** A colleague has it. Who must go on, because that one is away, takes it over. */
function HeldByOther({ whole }: { whole: Whole }): JSX.Element {
  const { claimedBy, claimedByName } = whole.view.body;
  const [asking, setAsking] = useState(false);
  const saving = useSave();
  async function take(): Promise<void> {
    if (!(await saving.save(() => claim(whole, claimedBy ?? undefined)))) return;
    tell(v.tersimpan);
    setAsking(false);
  }
  return (
    <>
      <Banner tone="info" icon="orang">
        <p>{v.diperiksaLain(claimedByName)}</p>
        {isUnderWay(whole.view, 'application.open') ? (
          <p>{v.tersimpan}</p>
        ) : (
          <div>
            <Button onClick={() => setAsking(true)}>{v.ambilAlih}</Button>
          </div>
        )}
      </Banner>
      {asking && (
        <Dialog title={v.ambilAlihJudul(claimedByName)} onClose={() => setAsking(false)}>
          <p>{v.ambilAlihIsi}</p>
          <NotSaved fault={saving.fault} text={v.ambilAlih} />
          <Buttons stack>
            <Button kind="utama" busy={saving.busy} onClick={() => void take()}>
              {v.ambilAlih}
            </Button>
            <Button onClick={() => setAsking(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </>
  );
}
