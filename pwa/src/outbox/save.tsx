/** Saving an act from a screen: "saved" is said only after storage committed; otherwise the text stays and can be copied. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../strings/id';
import { SyncError, type SyncErrorCode } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { isReplaced } from '../ui/update';

export interface Saving {
  busy: boolean;
  fault: SyncError | null;
  /** Runs the work; true when it was stored. */
  save: (work: () => Promise<unknown>) => Promise<boolean>;
}

/** What a person is told of a failed act; null for a mistake of ours. A piece of the app that does not come belongs to a
 * version that another tab has replaced, or there is no signal to fetch it with. */
export async function asFault(thrown: unknown): Promise<SyncError | null> {
  if (thrown instanceof SyncError) return thrown;
  if (!(thrown instanceof TypeError && /module/i.test(thrown.message))) return null;
  return new SyncError((await isReplaced()) ? 'update_needed' : 'missing', thrown);
}

export function useSave(): Saving {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<SyncError | null>(null);
  return {
    busy,
    fault,
    async save(work) {
      if (busy) return false;
      try {
        // The write is under way before the screen is drawn anew.
        const written = work();
        setBusy(true);
        setFault(null);
        await written;
        return true;
      } catch (thrown) {
        const known = await asFault(thrown);
        if (!known) throw thrown;
        setFault(known);
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

const REASONS: Partial<Record<SyncErrorCode, string>> = {
  too_large: t.umum.terlaluPanjang,
  update_needed: t.umum.sudahDiperbarui,
  missing: t.umum.bagianBelumTurun,
};

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
  const box = useRef<HTMLDivElement>(null);
  // The button that was pressed may be a screen further down: what is not seen was not said.
  useEffect(() => box.current?.scrollIntoView({ block: 'center' }), [fault]);
  if (!fault) return null;
  return (
    <div ref={box}>
      <Banner tone="galat">
        <p>{t.umum.belumTersimpan}</p>
        <p>{REASONS[fault.code] ?? t.umum.belumTersimpanIsi}</p>
        <Buttons>
          {fault.code === 'update_needed' && <Button onClick={() => location.reload()}>{t.umum.muatUlang}</Button>}
          {onRetry && <Button onClick={onRetry}>{t.umum.bukaLagi}</Button>}
          <Button icon="salin" onClick={() => void copyText(text)}>
            {t.umum.salinTeks}
          </Button>
        </Buttons>
      </Banner>
    </div>
  );
}
