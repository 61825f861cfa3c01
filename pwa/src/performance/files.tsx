/** Files of a log entry or a piece of evidence: opened where the server has them, in words where it does not. */
import type { JSX } from 'preact';
import type { FileBody } from '../attachments/named';
import { s } from '../strings/id_skp';
import { Badge } from '../ui/feedback';
import { size } from '../ui/format';
import { Icon } from '../ui/icons';

export function Files({ files }: { files: readonly FileBody[] | null | undefined }): JSX.Element | null {
  if (!files?.length) return null;
  return (
    <ul class="berkas">
      {files.map(({ id, name, bytes, state, fault }) => (
        <li key={id}>
          <Icon name="klip" />
          <span>
            {state === 'ada' ? (
              <a href={`/berkas/${id}/isi`} download={name}>
                {name}
              </a>
            ) : (
              name
            )}{' '}
            <span class="petunjuk">{size(bytes)}</span>{' '}
            {state === 'menunggu' && (
              <Badge tone="tunggu" icon="klip">
                {s.menyusul}
              </Badge>
            )}
            {state === 'ditolak' && (
              <Badge tone="galat" icon="seru">
                {fault ?? s.berkasDitolak}
              </Badge>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
