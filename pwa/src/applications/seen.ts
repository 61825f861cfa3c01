import type { Fields } from '../sync';

/** What the search showed of a subject: a case that was begun without signal is filled in with it until the server answers. */
export interface SeenSubject {
  subjectName: string;
  unitName: string;
  facts: Fields;
  imported: Fields;
}

export const SEEN = 'usul:dilihat:';
