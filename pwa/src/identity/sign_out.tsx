/** Signing out. With unsent work nothing is thrown away: send first, lock it here, or take a copy. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { moving } from '../attachments/moving';
import { ExportDialog } from '../outbox/dialogs';
import { asFault } from '../outbox/save';
import { isQuiet, isWaiting } from '../outbox/state';
import { go } from '../router';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { client, outbox, signOut } from './session';

export function SignOut({ onClose }: { onClose: () => void }): JSX.Element {
  const [busy, setBusy] = useState<'' | 'send' | 'leave'>('');
  const [said, setSaid] = useState('');
  const [exporting, setExporting] = useState(false);
  const waiting = (outbox.value ?? []).filter((item) => isWaiting(item) && !isQuiet(item)).length;
  const files = [...moving.value.values()].filter(({ refused }) => !refused).length;

  async function send(): Promise<void> {
    setBusy('send');
    await client.value?.retry();
    const answered = await client.value?.flush().catch(() => false);
    setBusy('');
    const left = (await client.value?.outbox())?.filter((item) => isWaiting(item) && !isQuiet(item)).length ?? 0;
    if (!answered || left) setSaid(l.keluar.masihSisa(left));
    else await leave();
  }

  async function leave(): Promise<void> {
    setBusy('leave');
    try {
      const told = await signOut(() => {
        onClose();
        go('/masuk', true);
      });
      if (waiting || files) tell(l.keluar.terkunci);
      else if (!told) tell(l.keluar.sesiLuring);
    } catch (fault) {
      setBusy('');
      const known = await asFault(fault);
      if (!known) throw fault;
      setSaid(
        { update_needed: t.umum.sudahDiperbarui, missing: t.umum.bagianBelumTurun }[known.code as string] ??
          l.keluar.tanpaKunci,
      );
    }
  }

  if (exporting) return <ExportDialog onClose={() => setExporting(false)} />;
  return (
    <Dialog title={l.keluar.judul} onClose={onClose} closable={false}>
      <p>{waiting ? l.keluar.adaSisa(waiting) : l.keluar.isi}</p>
      {files > 0 && <p>{l.keluar.adaBerkas(files)}</p>}
      {said && (
        <Banner tone="tunggu">
          <p>{said}</p>
        </Banner>
      )}
      <Buttons stack>
        {waiting > 0 ? (
          <>
            <Button kind="utama" icon="keluar" busy={busy === 'send'} onClick={() => void send()}>
              {l.keluar.kirimDulu}
            </Button>
            <Button icon="kunci" busy={busy === 'leave'} onClick={() => void leave()}>
              {l.keluar.kunci}
            </Button>
            <Button icon="unduh" onClick={() => setExporting(true)}>
              {l.keluar.ekspor}
            </Button>
          </>
        ) : (
          <Button kind="utama" icon="pintu" busy={busy === 'leave'} onClick={() => void leave()}>
            {l.keluar.keluar}
          </Button>
        )}
        <Button kind="polos" onClick={onClose}>
          {t.umum.batal}
        </Button>
      </Buttons>
    </Dialog>
  );
}
