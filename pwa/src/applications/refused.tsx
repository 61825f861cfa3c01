/** What the server refused of a case, or what met another word: said on the case itself, nothing of it lost. */
import type { JSX } from 'preact';
import { client, outbox } from '../identity/session';
import { kindName } from '../outbox/kind_name';
import { b } from '../strings/id_usul_bagian';
import type { OutboxItem } from '../sync';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { lazyPart } from '../ui/lazy';

const KeptFiles = lazyPart(() => import('../attachments/waiting').then((module) => module.KeptFiles));

/** Acts that are merged field by field can be chosen between; a step is taken anew on what is there now. */
const CHOSEN = new Set(['application.write', 'application.row', 'application.attach', 'application.mark']);

const about = (item: OutboxItem, id: string): boolean => item.record === id || item.args.application === id;

/** `without`: a kind that the page says in its own place. */
export function Refused({ id, without = '' }: { id: string; without?: string }): JSX.Element | null {
  const list = (outbox.value ?? []).filter((item) => about(item, id) && item.kind !== without && !item.dismissed && (item.state === 'rejected' || item.state === 'conflict'));
  if (!list.length) return null;
  return (
    <>
      {list.map((item) => (
        <Banner key={item.id} tone={item.state === 'conflict' ? 'bentrok' : 'galat'}>
          <p>
            <strong>{kindName(item)}</strong>
          </p>
          <p>{item.result?.message ?? b.ditolak.tanpaPesan}</p>
          <Buttons>
            <KeptFiles item={item} />
            {item.state === 'conflict' && CHOSEN.has(item.kind) && item.result?.conflicts?.length ? (
              <LinkButton href={`/kotak-keluar/pilih/${item.id}`}>{b.ditolak.pilih}</LinkButton>
            ) : (
              <Button about={kindName(item)} onClick={() => void client.value?.dismiss(item.id)}>
                {b.ditolak.tutup}
              </Button>
            )}
          </Buttons>
        </Banner>
      ))}
    </>
  );
}
