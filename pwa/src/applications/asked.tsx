/** What the office or the outside said of a case: everything that was sent back, or why it ended. */
import type { JSX } from 'preact';
import { u } from '../strings/id_usul';
import { Banner } from '../ui/feedback';
import { stateName } from './states';
import { baseOf, labelOf, type Whole } from './view';

/** Everything that was sent back or asked for, each with its reason and the way to it. */
export function Asked({ whole }: { whole: Whole }): JSX.Element | null {
  const { view, service } = whole;
  const { reopened, state, reason } = view.body;
  if (state === 'ditolak' && reason)
    return (
      <Banner tone="galat">
        <p>{stateName(service, state)}</p>
        <p class="kutip">{reason}</p>
      </Banner>
    );
  if (!reopened.length) return null;
  const base = `${baseOf(view.body)}/${view.id}`;
  const isItem = (target: string): boolean => Boolean(service.items?.some(({ code }) => code === target));
  return (
    <Banner tone="tunggu" icon="kembali">
      <p>{state === 'perbaikan' ? u.langkah.perbaikan : u.langkah.dikembalikan}</p>
      <ul class="butir">
        {reopened.map(({ target, reason: why }) => (
          <li key={target}>
            <a href={isItem(target) ? `${base}/syarat` : `${base}/isian`}>{labelOf(service, target)}</a>
            {`: ${why}`}
          </li>
        ))}
      </ul>
    </Banner>
  );
}
