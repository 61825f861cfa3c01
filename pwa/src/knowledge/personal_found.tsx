/** Says what of a person stands in a note, while it is written. */
import type { JSX } from 'preact';
import { p } from '../strings/id_pusat';
import { Banner } from '../ui/feedback';
import type { Personal } from './personal';

const listed = (kinds: readonly Personal[]): string => kinds.map((kind) => p.jenisPribadi[kind]).join(', ');

export function PersonalFound({ found }: { found: { never: Personal[]; contacts: Personal[] } }): JSX.Element | null {
  if (!found.never.length && !found.contacts.length) return null;
  return (
    <Banner tone="tunggu" icon="kunci">
      {found.never.length > 0 && <p>{p.pribadi(listed(found.never))}</p>}
      {found.contacts.length > 0 && <p>{p.kontak(listed(found.contacts))}</p>}
    </Banner>
  );
}
