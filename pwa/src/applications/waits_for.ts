/** Why a sending has not arrived. Pure, tested. */
import type { Moving } from '../attachments/moving';
import type { RecordView } from '../sync';
import { isComing } from './refused_files';
import type { DocumentVersion } from './types';

type Document = Pick<RecordView<DocumentVersion>, 'body' | 'version' | 'pending'>;

/** What a sending waits for, for the person: a signal, files on their way, or nothing but its turn. */
export function waitsFor(link: string | undefined, application: string, documents: Iterable<Document>, moving: ReadonlyMap<string, Moving>): 'sinyal' | 'berkas' | 'giliran' {
  if (link === 'offline') return 'sinyal';
  for (const one of documents) if (one.body.application === application && isComing(one) && moving.has(one.body.file)) return 'berkas';
  return 'giliran';
}
