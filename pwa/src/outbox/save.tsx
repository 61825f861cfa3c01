/** Saving an act from a screen: "saved" is said only after storage committed; otherwise the text stays and can be copied. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../strings/id';
import { SyncError } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';

export interface Saving {
  busy: boolean;
  fault: SyncError | null;
  /** Runs the work; true when it was stored. */
  save: (work: () => Promise<unknown>) => Promise<boolean>;
}

export function useSave(): Saving {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<SyncError | null>(null);
  return {
    busy,
    fault,
    async save(work) {
      if (busy) return false;
      setBusy(true);
      setFault(null);
      try {
        await work();
        return true;
      } catch (thrown) {
        if (!(thrown instanceof SyncError)) throw thrown;
        setFault(thrown);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

/** Copies and says so; where the browser refuses, it says that too, because a silent button looks like success. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(t.umum.disalin);
  } catch {
    tell(t.umum.tidakDisalin);
  }
}

/** "Belum tersimpan", with the text to copy. */
export function NotSaved({
  fault,
  text,
  onRetry,
}: {
  fault: SyncError | null;
  text: string;
  onRetry?: () => void;
}): JSX.Element | null {
  if (!fault) return null;
  return (
    <Banner tone="galat">
      <p>{t.umum.belumTersimpan}</p>
      <p>{fault.code === 'too_large' ? t.umum.terlaluPanjang : t.umum.belumTersimpanIsi}</p>
      <Buttons>
        {onRetry && <Button onClick={onRetry}>{t.umum.bukaLagi}</Button>}
        <Button icon="salin" onClick={() => void copyText(text)}>
          {t.umum.salinTeks}
        </Button>
      </Buttons>
    </Banner>
  );
}
