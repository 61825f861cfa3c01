/** What a person writes in a conversation: a text and the files that go with it. */
import type { FileRef } from './store';

export interface Written {
  text: string;
  files: FileRef[];
}

export const NOTHING: Written = { text: '', files: [] };

export const isNothing = ({ text, files }: Written): boolean => !text.trim() && !files.length;

/** A draft from before files were known is the text alone. */
export const written = (draft: Written | string | null): Written =>
  typeof draft === 'string' ? { text: draft, files: [] } : (draft ?? NOTHING);

/** The files as arguments; a text without any stays as it always was. */
export const filesOf = (files: readonly FileRef[] | undefined): { files?: FileRef[] } =>
  files?.length ? { files: files.map(({ id, name, bytes, sha256 }) => ({ id, name, bytes, sha256 })) } : {};
