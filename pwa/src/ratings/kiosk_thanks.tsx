/** How a visit ends: thanks for five seconds, or until the next visitor touches the screen. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../ui/button';
import { Icon } from '../ui/icons';
import { Frame, w } from './kiosk_frame';

const THANKS_MS = 5_000;

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
