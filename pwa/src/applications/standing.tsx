/** How a document stands, in words and colour: only what is open is coloured. */
import type { JSX } from 'preact';
import { u } from '../strings/id_usul';
import { Badge, type Tone } from '../ui/feedback';
import type { IconName } from '../ui/icons';
import type { Standing } from './readiness';

const LOOK: Record<string, [Tone, IconName]> = {
  'belum ada': ['tunggu', 'seru'],
  'belum diketahui': ['tunggu', 'bantuan'],
};
const MARKS: Record<string, [Tone, IconName]> = {
  sesuai: ['sukses', 'centang'],
  perlu_diperbaiki: ['tunggu', 'kembali'],
  tidak_memenuhi_syarat: ['galat', 'seru'],
};

export function MarkBadge({ mark }: { mark: string }): JSX.Element {
  const [tone, icon] = MARKS[mark] ?? ['netral', 'centang'];
  return (
    <Badge tone={tone} icon={icon}>
      {u.tanda[mark] ?? mark}
    </Badge>
  );
}

export function StandingBadge({ standing, mark }: { standing: Standing; mark?: string | null | undefined }): JSX.Element {
  const [tone, icon] = LOOK[standing] ?? ['netral', standing === 'tidak perlu' || standing === 'boleh dilampirkan' ? 'klip' : 'centang'];
  return (
    <>
      <Badge tone={tone} icon={icon}>
        {u.berdiri[standing] ?? standing}
      </Badge>
      {mark && <MarkBadge mark={mark} />}
    </>
  );
}
