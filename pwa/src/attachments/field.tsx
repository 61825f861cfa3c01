/** Choosing files for a text: kept on the phone at once, listed with their size, taken out again. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { me } from '../identity/session';
import { asFault } from '../outbox/save';
import { t } from '../strings/id';
import { l } from '../strings/id_lampiran';
import { announce } from '../ui/announce';
import { Button } from '../ui/button';
import { size } from '../ui/format';
import { Icon } from '../ui/icons';
import type { FileRef } from './store';
import { Unfit } from './unfit';
import './attachments.css';

const MOST = 5;

/** What a screen without files does not need. */
const tools = (): Promise<typeof import('./prepare')> => import('./prepare');

export function FileField({ files, set }: { files: readonly FileRef[]; set: (files: FileRef[]) => void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(files);
  latest.current = files;
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const account = me.value?.account ?? '';

  async function add(chosen: File[]): Promise<void> {
    setFault('');
    setBusy(true);
    try {
      const { keepChosen } = await tools();
      for (const file of chosen) {
        if (latest.current.length >= MOST) throw new Unfit(l.terlaluBanyak);
        const kept = await keepChosen(account, file);
        latest.current = [...latest.current, kept];
        set([...latest.current]);
        announce(l.disimpan(kept.name));
      }
    } catch (thrown) {
      if (thrown instanceof Unfit) setFault(thrown.message);
      else setFault((await asFault(thrown)) ? t.umum.bagianBelumTurun : l.tidakTersimpan);
    } finally {
      setBusy(false);
    }
  }

  function remove(id: string): void {
    setFault('');
    set(latest.current.filter((file) => file.id !== id));
    // What cannot be deleted now is forgotten a day later.
    tools()
      .then(({ forget }) => forget(account, [id]))
      .catch(() => undefined);
    // The button that was pressed is gone.
    document.getElementById('lampiran-tambah')?.focus();
  }

  return (
    <div class="lampiran-isian">
      {files.length > 0 && (
        <ul class="lampiran" aria-label={l.judul}>
          {files.map((file) => (
            <li key={file.id}>
              <Icon name="klip" />
              <span class="nama">
                {file.name} <span class="petunjuk">{size(file.bytes)}</span>
              </span>
              <Button kind="polos" icon="tutup" about={file.name} onClick={() => remove(file.id)}>
                {l.hapus}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={input}
        hidden
        type="file"
        accept="image/*,application/pdf"
        multiple
        onChange={(event) => {
          const chosen = Array.from(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
          if (chosen.length) void add(chosen);
        }}
      />
      {fault && (
        <p class="salah" role="alert">
          <Icon name="seru" />
          <span>{fault}</span>
        </p>
      )}
      <div>
        <Button id="lampiran-tambah" icon="klip" busy={busy} onClick={() => input.current?.click()}>
          {l.pilih}
        </Button>
      </div>
      <p class="petunjuk" id="lampiran-petunjuk">
        {busy ? l.menyiapkan : l.petunjuk}
      </p>
    </div>
  );
}
