/** While the first reading from the server is under way an empty list would lie; without a connection it says so. */
import type { JSX } from 'preact';
import { status } from '../identity/session';
import { t } from '../strings/id';
import { Empty, Loading } from '../ui/feedback';

export function NotYet(): JSX.Element {
  const link = status.value?.link ?? 'unknown';
  if (link === 'ok' || link === 'unknown') return <Loading />;
  return (
    <Empty>
      <p>{t.umum.belumPernahTurun}</p>
    </Empty>
  );
}
