/** Where the office hands out visit tickets, one opens the form: shown to the camera, or read by a scanner that types. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Camera } from './camera';
import { Frame, w } from './kiosk_frame';
import { ticketOf } from './ticket';

type TicketProps = { above: string; onTicket: (id: string) => void; onWithout: () => void; onStaff: () => void };

export function Ticket({ above, onTicket, onWithout, onStaff }: TicketProps): JSX.Element {
  const [on, setOn] = useState(false);
  const [fault, setFault] = useState('');
  const [blind, setBlind] = useState(false);
  const typed = useRef('');
  const read = (text: string): void => {
    const id = ticketOf(text, location.origin);
    if (id) return onTicket(id);
    setOn(false);
    setFault(w().karcisSalah);
  };
  useEffect(() => {
    // A scanner at the counter is a keyboard that types the code and ends it with Enter.
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Enter') {
        if (typed.current) read(typed.current);
        typed.current = '';
      } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) typed.current = (typed.current + event.key).slice(-300);
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);
  const foot = (
    <Button kind="polos" icon="kunci" onClick={onStaff}>
      {w().petugas}
    </Button>
  );
  return (
    <Frame title={w().karcis} above={above} foot={foot}>
      <p>{w().karcisIsi}</p>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      {blind && (
        <Banner tone="tunggu">
          <p>{w().tanpaKamera}</p>
        </Banner>
      )}
      {on ? (
        <Camera
          label={w().kamera}
          looking={w().mencari}
          onRead={read}
          onFault={() => {
            setOn(false);
            setBlind(true);
          }}
        />
      ) : (
        <div class="petak">
          <Button
            kind="utama"
            onClick={() => {
              setFault('');
              setBlind(false);
              setOn(true);
            }}
          >
            {w().pindaiKarcis}
          </Button>
          {blind && <Button onClick={onWithout}>{w().tanpaKarcis}</Button>}
        </div>
      )}
    </Frame>
  );
}
