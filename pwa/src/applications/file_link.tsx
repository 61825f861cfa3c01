/** A file of the server to download. Without signal the screen says so: a link that does nothing looks broken. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { d } from '../strings/id_usul_berkas';
import { tell } from '../ui/announce';
import { Icon } from '../ui/icons';
import { saveFile } from './save_file';

interface Look {
  kind?: 'utama';
  /** In the line of a text, without the look of a button. */
  plain?: boolean;
  /** What it is a file of, for those who do not see where it stands. */
  about?: string;
  children: ComponentChildren;
}

type AddressProps = Look & { href: string; name: string; unreached: string };

/** A file at an address of the server. `name`: unless the server gives it one. */
export function SaveLink({ href, name, unreached, kind, plain = false, about, children }: AddressProps): JSX.Element {
  const [busy, setBusy] = useState(false);
  async function save(): Promise<void> {
    if (busy) return;
    setBusy(true);
    try {
      const fault = await saveFile(href, name, unreached);
      if (fault) tell(fault);
    } finally {
      setBusy(false);
    }
  }
  return (
    <a
      class={plain ? undefined : ['tombol', kind].filter(Boolean).join(' ')}
      href={href}
      download={name}
      aria-busy={busy || undefined}
      onClick={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {!plain && <Icon name="unduh" />}
      <span>
        {busy ? d.mengunduh : children}
        {about && <span class="sr"> {about}</span>}
      </span>
    </a>
  );
}

export const FileLink = ({ file, ...more }: Look & { file: string; name: string }): JSX.Element => (
  <SaveLink href={`/berkas/${file}/isi`} unreached={d.unduhSinyal} {...more} />
);
