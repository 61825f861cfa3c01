/** Files that still have to arrive, in "Kotak Keluar": how far each is, to send them now or only over Wi-Fi. */
import type { JSX } from 'preact';
import { l } from '../strings/id_lampiran';
import { Button } from '../ui/button';
import { Badge } from '../ui/feedback';
import { Check } from '../ui/fields';
import { size } from '../ui/format';
import { Icon } from '../ui/icons';
import { leaving } from './leaving';
import { onMobile, sendSoon, setWifiOnly, wifiOnly } from './pump';
import './attachments.css';

export { KeptFiles } from './kept';

/** `otherwise`: what to show where nothing is on its way. */
export function WaitingFiles({ otherwise }: { otherwise: JSX.Element | null }): JSX.Element | null {
  const files = leaving.value;
  if (!files.length) return otherwise;
  return (
    <section class="bagian" aria-labelledby="lampiran-menunggu">
      <h2 id="lampiran-menunggu">{l.menunggu(files.length)}</h2>
      <ul class="lampiran">
        {files.map(([id, { name, sent, bytes, refused }]) => (
          <li key={id}>
            <Icon name="klip" />
            <span class="nama">
              {name} <span class="petunjuk">{sent ? l.menyusulSebagian(size(sent), size(bytes)) : size(bytes)}</span>
            </span>
            {refused && (
              <Badge tone="galat" icon="seru">
                {refused}
              </Badge>
            )}
            {sent > 0 && !refused && <progress max={bytes} value={sent} aria-label={name} />}
          </li>
        ))}
      </ul>
      <Check label={l.wifiSaja} checked={wifiOnly.value} onChange={setWifiOnly} />
      {wifiOnly.value && onMobile() ? (
        <p class="petunjuk">{l.menungguWifi}</p>
      ) : (
        <div>
          <Button icon="keluar" onClick={() => void sendSoon()}>
            {l.kirimSekarang}
          </Button>
        </div>
      )}
    </section>
  );
}
