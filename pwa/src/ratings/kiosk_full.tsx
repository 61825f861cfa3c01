/** A visit that the tablet cannot take: the visitor gets a code for the own phone, with the proof of being here. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Qr } from '../outbox/qr';
import { counter } from './counter';
import { Frame, w } from './kiosk_frame';
import { canWrite, config, now, tick } from './kiosk_session';
import { STEP_MS, stepCode } from './step_code';
import { formPath } from './tokens';

const TRY_AGAIN_MS = 5_000;

/** The site's board page with the code of this minute; without the tablet's key, the page alone. */
function useBoard(): string | undefined {
  const held = config.value;
  const [board, key] = [held?.board, held?.stepKey];
  const minute = Math.floor(now.value / STEP_MS);
  const [step, setStep] = useState('');
  useEffect(() => {
    if (!board || !key) return;
    let current = true;
    stepCode(key, board, minute * STEP_MS).then(
      (code) => current && setStep(code),
      () => current && setStep(''),
    );
    return () => {
      current = false;
    };
  }, [board, key, minute]);
  return board ? location.origin + formPath(board, step ? { s: step } : {}) : counter.value?.board;
}

/** The tablet's storage refuses. It is tried again until it takes something, and the visitor has the site's own page. */
export function Full({ onDone }: { onDone: () => void }): JSX.Element {
  useEffect(() => {
    const timer = setInterval(() => {
      tick();
      void canWrite().then((can) => can && onDone());
    }, TRY_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const board = useBoard();
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
