/** "Pindai kode": the camera reads a rating code of this server; the code can be typed as well. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { kode } from '../strings/id_nilai';
import { announce } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { Page } from '../ui/page';
import './codes.css';
import { openReader } from './reader';
import { formPath, readToken, scanned } from './tokens';

const LOOK_MS = 200;

/** Why there is no picture, in words for the person. */
function reasonOf(fault: unknown): string {
  const refused = fault instanceof DOMException && (fault.name === 'NotAllowedError' || fault.name === 'SecurityError');
  return refused ? kode.pindai.tanpaIzin : kode.pindai.tanpaKamera;
}

function Camera({ onRead, onFault }: { onRead: (text: string) => void; onFault: (text: string) => void }): JSX.Element {
  const view = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let live = true;
    let stream: MediaStream | null = null;
    const look = async (): Promise<void> => {
      const read = await openReader().catch(() => null);
      if (!read) return onFault(kode.pindai.pembaca);
      while (live) {
        const video = view.current;
        const text = video && video.readyState >= video.HAVE_CURRENT_DATA ? await read(video).catch(() => null) : null;
        if (live && text) return onRead(text);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    };
    const start = async (): Promise<void> => {
      if (!navigator.mediaDevices) return onFault(kode.pindai.tanpaKamera);
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
      } catch (fault) {
        return onFault(reasonOf(fault));
      }
      if (!live || !view.current) return stream.getTracks().forEach((track) => track.stop());
      view.current.srcObject = stream;
      await view.current.play().catch(() => undefined);
      announce(kode.pindai.mencari);
      await look();
    };
    void start();
    return () => {
      live = false;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return <video ref={view} class="bidik" playsInline muted aria-label={kode.pindai.kamera} />;
}

export function Scan(): JSX.Element {
  const [on, setOn] = useState(false);
  const [fault, setFault] = useState('');
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | undefined>();

  function read(text: string): void {
    setOn(false);
    const path = scanned(text, location.origin);
    // The page behind it is the server's own, not the app's.
    if (path) location.assign(path);
    else setFault(kode.pindai.asing);
  }

  function submit(event: Event): void {
    event.preventDefault();
    const token = readToken(typed);
    setError(token ? undefined : kode.pindai.salah);
    if (token) location.assign(formPath(token));
  }

  return (
    <Page title={kode.pindai.judul} layout="sempit">
      <p>{kode.pindai.pengantar}</p>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      {on && (
        <Camera
          onRead={read}
          onFault={(text) => {
            setOn(false);
            setFault(text);
          }}
        />
      )}
      <Buttons stack>
        <Button
          kind={on ? 'kedua' : 'utama'}
          onClick={() => {
            setFault('');
            setOn(!on);
          }}
        >
          {on ? kode.pindai.berhenti : kode.pindai.mulai}
        </Button>
      </Buttons>
      <form class="bagian" noValidate onSubmit={submit}>
        <TextField
          label={kode.pindai.tulis}
          hint={kode.pindai.tulisPetunjuk}
          value={typed}
          onInput={setTyped}
          error={error}
          capitalize="characters"
        />
        <Buttons>
          <Button type="submit">{kode.pindai.buka}</Button>
        </Buttons>
      </form>
    </Page>
  );
}
