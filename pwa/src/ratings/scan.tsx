/** "Pindai kode": the camera reads a rating code of this server; the code can be typed as well. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { kode } from '../strings/id_nilai';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { Page } from '../ui/page';
import { Camera, type CameraFault } from './camera';
import './codes.css';
import { formPath, readToken, scanned } from './tokens';

const REASONS: Record<CameraFault, string> = {
  permission: kode.pindai.tanpaIzin,
  camera: kode.pindai.tanpaKamera,
  reader: kode.pindai.pembaca,
};

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
          label={kode.pindai.kamera}
          looking={kode.pindai.mencari}
          onRead={read}
          onFault={(why) => {
            setOn(false);
            setFault(REASONS[why]);
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
