/** Files of refused work, which stay here until the person puts that work away: to save them to the phone. */
import type { JSX } from 'preact';
import { me } from '../identity/session';
import { l } from '../strings/id_lampiran';
import type { OutboxItem } from '../sync';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { size } from '../ui/format';
import { moving } from './moving';
import { contentOf } from './store';
import { filesIn } from './wanted';

const RELEASE_MS = 60_000;

async function save(id: string, name: string): Promise<void> {
  const bytes = await contentOf(me.value?.account ?? '', id).catch(() => null);
  if (!bytes) return tell(l.tidakTerbaca);
  const address = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the address after this turn.
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}

export function KeptFiles({ item }: { item: OutboxItem }): JSX.Element {
  return (
    <>
      {filesIn(item).map((id) => {
        const file = moving.value.get(id);
        // Of what the server refused itself nothing is kept.
        return file && !file.refused ? (
          <Button key={id} icon="unduh" about={file.name} onClick={() => void save(id, file.name)}>
            {l.simpanBerkas(size(file.bytes))}
          </Button>
        ) : null;
      })}
    </>
  );
}
