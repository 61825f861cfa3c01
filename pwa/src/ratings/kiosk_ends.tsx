/** How a visit ends: thanks for five seconds, or a code for the visitor's own phone. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Qr } from '../outbox/qr';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { counter } from './counter';
import { Frame, w } from './kiosk_frame';
import { canWrite, config } from './kiosk_session';

const THANKS_MS = 5_000;
const TRY_AGAIN_MS = 5_000;

export function Thanks({ onDone }: { onDone: () => void }): JSX.Element {
  useEffect(() => {
    const timer = setTimeout(onDone, THANKS_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Frame
      title={w().terimaKasih}
      foot={
        <Button kind="utama" onClick={onDone}>
          {w().selesai}
        </Button>
      }
    >
      <div class="tengah" role="status">
        <span class="bulat sukses">
          <Icon name="centang" />
        </span>
        <p>{w().tersimpan}</p>
      </div>
    </Frame>
  );
}

/** The tablet's storage refuses. It is tried again until it takes something, and the visitor has the site's own page. */
export function Full({ onDone }: { onDone: () => void }): JSX.Element {
  useEffect(() => {
    const timer = setInterval(() => void canWrite().then((can) => can && onDone()), TRY_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const token = config.value?.board;
  const board = token ? `${location.origin}/n/${token}` : counter.value?.board;
  return (
    <Frame title={w().penuh}>
      <div class="tengah" role="status">
        <p>{board ? w().pakaiQr : w().tanpaQr}</p>
        {board && (
          <>
            <Qr text={board} label={w().qr} />
            <p class="petunjuk">{board}</p>
          </>
        )}
      </div>
    </Frame>
  );
}
