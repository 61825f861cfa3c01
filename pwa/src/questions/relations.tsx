/** Where a question goes on, and what it follows: one asker, one line of conversation. */
import type { JSX } from 'preact';
import { l } from '../strings/id_lampiran';
import { Banner } from '../ui/feedback';
import { LinkButton } from '../ui/button';
import type { QuestionView } from './view';

/** `room` is where this reader opens conversations. */
export function Relations({ view, all, room }: { view: QuestionView; all: readonly QuestionView[] | null; room: string }): JSX.Element | null {
  const { mergedInto, followUpOf } = view.body;
  const known = (id: string | null | undefined): boolean => Boolean(id && all?.some((one) => one.id === id));
  const next = all?.find(({ body }) => body.followUpOf === view.id);
  if (mergedInto)
    return (
      <Banner tone="info">
        <p>{l.digabung}</p>
        {known(mergedInto) && (
          <div>
            <LinkButton href={`${room}/${mergedInto}`}>{l.bukaGabungan}</LinkButton>
          </div>
        )}
      </Banner>
    );
  if (!known(followUpOf) && !next) return null;
  return (
    <p class="petunjuk">
      {known(followUpOf) && <a href={`${room}/${followUpOf}`}>{l.lanjutanDari}</a>}
      {known(followUpOf) && next && ' '}
      {next && <a href={`${room}/${next.id}`}>{l.dilanjutkan}</a>}
    </p>
  );
}
