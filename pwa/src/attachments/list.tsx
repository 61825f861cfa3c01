/** The files of a text in a conversation: to open what is there, and in words what still has to come or was refused. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { l } from '../strings/id_lampiran';
import { Button } from '../ui/button';
import { Badge } from '../ui/feedback';
import { size } from '../ui/format';
import { Icon } from '../ui/icons';
import type { FileBody } from './named';
import { moving } from './moving';
import './attachments.css';

const address = (id: string): string => `/berkas/${id}/isi`;

function Awaited({ file }: { file: FileBody }): JSX.Element {
  const own = moving.value.get(file.id);
  if (own?.refused) return <Badge tone="galat" icon="seru">{own.refused}</Badge>;
  return (
    <>
      <Badge tone="tunggu" icon="klip">
        {own?.sent ? l.menyusulSebagian(size(own.sent), size(own.bytes)) : l.menyusul}
      </Badge>
      {own && own.sent > 0 && <progress max={own.bytes} value={own.sent} aria-label={file.name} />}
    </>
  );
}

function Photo({ file }: { file: FileBody }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  return (
    <>
      <Button kind="polos" icon="cari" about={file.name} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? l.tutup : l.lihat}
      </Button>
      {open && (failed ? <p class="petunjuk">{l.tidakTerbuka}</p> : <img src={address(file.id)} alt={l.foto(file.name)} onError={() => setFailed(true)} />)}
    </>
  );
}

export function FileList({ files }: { files: readonly FileBody[] | null | undefined }): JSX.Element | null {
  if (!files?.length) return null;
  return (
    <ul class="lampiran" aria-label={l.judul}>
      {files.map((file) => (
        <li key={file.id}>
          <Icon name="klip" />
          <span class="nama">
            {file.state === 'ada' ? (
              <a href={address(file.id)} download={file.name} aria-label={l.unduh(file.name)}>
                {file.name}
              </a>
            ) : (
              file.name
            )}{' '}
            <span class="petunjuk">{size(file.bytes)}</span>
          </span>
          {file.state === 'ada' && file.type?.startsWith('image/') && <Photo file={file} />}
          {file.state === 'menunggu' && <Awaited file={file} />}
          {file.state === 'ditolak' && <Badge tone="galat" icon="seru">{file.fault ?? l.ditolak}</Badge>}
        </li>
      ))}
    </ul>
  );
}
