/** Which files the texts of this phone name, and where each stands. Pure, tested. */
import type { OutboxItem, RecordView } from '../sync';

/** A file as a question or message carries it; the server's `FileBody`. */
export interface FileBody {
  id: string;
  name: string;
  bytes: number;
  state: 'menunggu' | 'ada' | 'ditolak';
  type?: string | null;
  fault?: string | null;
}

/** Evidence is one file, named by itself. */
type Carrier = { files?: FileBody[] | null; file?: string | null; state?: FileBody['state'] };

/** Files of own texts by id. `sent`: the server has the text, so the file may follow. */
export interface Wanted {
  state: FileBody['state'];
  sent: boolean;
}

/** What items of the outbox and pulled records say of files. The server's word counts more than the phone's. */
export function wantedFiles(items: readonly OutboxItem[], views: readonly RecordView<Carrier>[]): Map<string, Wanted> {
  const found = new Map<string, Wanted>();
  for (const item of items) {
    const { files = [item.args.file] } = item.args;
    if (!Array.isArray(files)) continue;
    for (const { id } of (files as ({ id: string } | null | undefined)[]).filter((file) => file != null))
      found.set(id, { state: 'menunggu', sent: item.state === 'accepted' });
  }
  for (const { body, version } of views) {
    if (version === null) continue;
    for (const { id, state } of body.files ?? []) found.set(id, { state, sent: true });
    if (body.file && body.state) found.set(body.file, { state: body.state, sent: true });
  }
  return found;
}

/** How an own text's files are shown until the server's record arrives. */
export const announced = (files: unknown): FileBody[] =>
  Array.isArray(files)
    ? (files as FileBody[]).map(({ id, name, bytes }) => ({ id, name, bytes, state: 'menunggu' }))
    : [];
