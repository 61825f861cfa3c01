/** After a question: "Kabari saya bila dijawab." Asked once in its place, never over it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NoAnswer } from '../graphql';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { q } from '../strings/id_tanya';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ownSubscription, permission, support, turnOn } from './push';

export function NotifyOffer(): JSX.Element | null {
  const [answer, setAnswer] = useState<'' | 'on' | 'later' | 'offline'>('');
  const [busy, setBusy] = useState(false);
  if (support() !== 'yes' || permission.value === 'denied' || answer === 'later') return null;
  if (answer === 'on') {
    return (
      <Banner tone="sukses" icon="lonceng">
        <p>{l.notifikasi.aktif}</p>
      </Banner>
    );
  }
  if (ownSubscription()?.body.active) return null;
  async function accept(): Promise<void> {
    setBusy(true);
    try {
      setAnswer((await turnOn()) ? 'on' : 'later');
    } catch (fault) {
      // The push service of the browser may refuse as well; either way nothing was lost and it can be asked again.
      setAnswer('offline');
      if (!(fault instanceof NoAnswer)) console.error(fault);
    } finally {
      setBusy(false);
    }
  }
  return (
    <section class="kartu redup">
      <p>
        <strong>{q.tanya.kabari}</strong>
      </p>
      {answer === 'offline' && <p role="status">{t.umum.perluSambungan}</p>}
      <Buttons stack>
        <Button icon="lonceng" busy={busy} onClick={() => void accept()}>
          {q.tanya.kabariTombol}
        </Button>
        <Button kind="polos" onClick={() => setAnswer('later')}>
          {q.tanya.nanti}
        </Button>
      </Buttons>
    </section>
  );
}
