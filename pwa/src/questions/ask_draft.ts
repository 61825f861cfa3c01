import type { FileRef } from '../attachments/store';

/** The one draft of a new question, kept in the store of the person. */
export const ASK_DRAFT = 'question.ask';

export interface AskDraft {
  text: string;
  kind?: string | null;
  category?: string | null;
  files?: FileRef[];
}
