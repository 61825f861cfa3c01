/** Which files the texts of this phone name, and where each stands. Pure, tested. */
import type { OutboxItem, RecordView } from '../sync';
import type { FileBody } from './named';

/** Evidence is one file, named by itself. */
type Carrier = { files?: FileBody[] | null; file?: string | null; state?: FileBody['state'] };

/** Files of own texts by id. `disimpan`: what named it was refused and not put away by the person yet, so it is neither
 * sent nor forgotten. `sent`: the server has the text, so the file may follow. */
export interface Wanted {
  state: FileBody['state'] | 'disimpan';
  sent: boolean;
}

const isRefused = ({ state }: OutboxItem): boolean => state === 'rejected' || state === 'conflict';

/** What several items say of one document: that it is still to be sent counts most. */
const RANK: Wanted['state'][] = ['ditolak', 'disimpan', 'ada', 'menunggu'];

/** Ids of the files that an item of the outbox carries. */
export function filesIn({ args }: Pick<OutboxItem, 'args'>): string[] {
  const { upload, file, files = [file] } = args;
  const named = Array.isArray(files) ? (files as ({ id: string } | null | undefined)[]) : [];
  return [...(typeof upload === 'string' ? [upload] : []), ...named.flatMap((one) => (one?.id ? [one.id] : []))];
}

/** What items of the outbox and pulled records say of files. The server's word counts more than the phone's. */
export function wantedFiles(items: readonly OutboxItem[], views: readonly RecordView<Carrier>[]): Map<string, Wanted> {
  const found = new Map<string, Wanted>();
  for (const item of items) {
    // A document waits for its file, not the file for its text.
    if (typeof item.args.upload === 'string') {
      const { upload } = item.args;
      const state = item.state === 'accepted' ? 'ada' : isRefused(item) ? 'disimpan' : 'menunggu';
      const known = found.get(upload)?.state;
      if (!known || RANK.indexOf(known) < RANK.indexOf(state)) found.set(upload, { state, sent: true });
      continue;
    }
    for (const id of filesIn(item)) found.set(id, { state: isRefused(item) ? 'disimpan' : 'menunggu', sent: item.state === 'accepted' });
  }
  for (const { body, version } of views) {
    if (version === null) continue;
    for (const { id, state } of body.files ?? []) found.set(id, { state, sent: true });
    if (body.file && body.state) found.set(body.file, { state: body.state, sent: true });
  }
  return found;
}
