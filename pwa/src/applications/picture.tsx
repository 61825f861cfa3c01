/** The picture of a field: from this device until it has arrived, then from the server. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { moving } from '../attachments/moving';
import { contentOf } from '../attachments/store';
import { records } from '../identity/session';
import { b } from '../strings/id_usul_bagian';
import { d } from '../strings/id_usul_berkas';
import { ErrorText } from '../ui/fields';
import { mine } from './acts';
import { isComing } from './refused_files';
import { KIND, type DocumentVersion } from './types';

/** `version`: what the field holds. */
export function Picture({ version, label, bare = false }: { version: string; label: string; bare?: boolean }): JSX.Element {
  const found = (records<DocumentVersion>(KIND.document).value ?? []).find(({ id }) => id === version);
  const file = found?.body.file;
  const waits = Boolean(found && isComing(found));
  const refused = waits && file ? moving.value.get(file)?.refused : undefined;
  const [address, setAddress] = useState('');
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let live = true;
    let own = '';
    setFailed(false);
    if (file && !waits) setAddress(`/berkas/${file}/isi`);
    else if (file)
      contentOf(mine(), file).then(
        (bytes) => {
          if (!live || !bytes) return;
          own = URL.createObjectURL(new Blob([bytes]));
          setAddress(own);
        },
        () => live && setFailed(true),
      );
    return () => {
      live = false;
      if (own) URL.revokeObjectURL(own);
    };
  }, [file, waits, refused]);
  return (
    <>
      {refused ? <ErrorText text={refused} /> : !bare && <p>{b.form.adaGambar}</p>}
      {address && !failed ? <img class="gambar-kecil" src={address} alt={label} onError={() => setFailed(true)} /> : failed && <p class="petunjuk">{d.gambarTakTampil}</p>}
    </>
  );
}
