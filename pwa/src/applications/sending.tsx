/** Sending a case: what is missing is said before, all at once; the server judges it again. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { u } from '../strings/id_usul';
import { b } from '../strings/id_usul_bagian';
import { f } from '../strings/id_usul_isian';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { notApproved } from './approval';
import { step } from './steps';
import { actName } from './states';
import { isUnderWay } from './under_way';
import { unsavedNow, unsavedShown } from './unsaved';
import { baseOf, inOrder, type Whole } from './view';

export const SENDING = ['application.submit', 'application.resend'];

export function Send({ whole }: { whole: Whole }): JSX.Element | null {
  const { view, service, ready, acts } = whole;
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState(false);
  const saving = useSave();
  const act = acts.has('kirim_ulang') ? 'kirim_ulang' : 'kirim';
  if (!acts.has(act) || isUnderWay(view, ...SENDING)) return null;
  const kind = act === 'kirim' ? 'application.submit' : 'application.resend';
  const unsaved = unsavedShown(whole);
  /** Looks into the store itself: what the screen knows may be a moment old. */
  async function unlessUnsaved(work: () => unknown): Promise<boolean> {
    let clear = false;
    const stored = await saving.save(async () => {
      clear = !(await unsavedNow(whole)).length;
      if (clear) await work();
    });
    if (stored && !clear) setOpen(false);
    return stored && clear;
  }
  async function send(): Promise<void> {
    if (!(await unlessUnsaved(() => step(kind, whole)))) return;
    setOpen(false);
    setTold(false);
    tell(b.langkah.terkirim);
  }
  return (
    <section class="bagian" aria-label={actName(service, act)}>
      {unsaved.length > 0 && (
        <Banner tone={told ? 'galat' : 'tunggu'}>
          <p>{f.belumDisimpanIsi(unsaved.map(({ label }) => label).join(', '))}</p>
          <div>
            <LinkButton href={`${baseOf(view.body)}/${view.id}/isian`} icon="pensil">
              {f.buka}
            </LinkButton>
          </div>
        </Banner>
      )}
      {told && !ready.ready && (
        <Banner tone="galat">
          <p>{u.siap.belum(ready.faults.length)}</p>
          <ul class="butir">
            {inOrder(whole).map(({ path, code, text }) => (
              <li key={path + code}>{text}</li>
            ))}
          </ul>
        </Banner>
      )}
      <div class="tombol-kiri">
        <Button
          kind="utama"
          icon="keluar"
          onClick={() => {
            setTold(true);
            if (ready.ready) void unlessUnsaved(() => setOpen(true));
          }}
        >
          {actName(service, act)}
        </Button>
      </div>
      {!open && <NotSaved fault={saving.fault} text={service.title} />}
      {open && (
        <Dialog title={actName(service, act)} onClose={() => setOpen(false)}>
          <p>{b.langkah.kirimIsi}</p>
          {notApproved(true) && <p>{notApproved(true)}</p>}
          <p class="petunjuk">{u.siap.server}</p>
          <NotSaved fault={saving.fault} text={service.title} />
          <Buttons stack>
            <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
              {actName(service, act)}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </section>
  );
}
