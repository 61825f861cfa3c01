/** A file of a text: how it travels, and how it is shown until the server's record arrives. */

/** A file as a question or message carries it; the server's `FileBody`. */
export interface FileBody {
  id: string;
  name: string;
  bytes: number;
  state: 'menunggu' | 'ada' | 'ditolak';
  type?: string | null;
  fault?: string | null;
}

/** How an own text's files are shown until the server's record arrives. */
export const announced = (files: unknown): FileBody[] =>
  Array.isArray(files)
    ? (files as FileBody[]).map(({ id, name, bytes }) => ({ id, name, bytes, state: 'menunggu' }))
    : [];
