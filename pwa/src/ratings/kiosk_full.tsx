/** A visit that the tablet cannot take: the visitor gets a code for the own phone. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Qr } from '../outbox/qr';
import { counter } from './counter';
import { Frame, w } from './kiosk_frame';
import { canWrite, config } from './kiosk_session';

const TRY_AGAIN_MS = 5_000;

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
