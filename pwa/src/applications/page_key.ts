/** Photographed pages of a document that is not finished: a draft for each item of a case. */
import type { FileRef } from '../attachments/store';

/** A kept page: a JPEG of so many pixels. */
export interface Page extends FileRef {
  width: number;
  height: number;
}

const PAGES = 'usul:halaman:';

/** The draft's key. */
export const keyOf = (application: string, item: string): string => `${PAGES}${application}:${item}`;

/** The case that a draft holds pages for; undefined: it is another draft. */
export const pagesFor = (key: string): string | undefined => (key.startsWith(PAGES) ? key.slice(PAGES.length).split(':')[0] : undefined);

/** Pages of an item among the drafts, in the order they were taken. */
export const pagesOf = (drafts: readonly { key: string; value: unknown }[], application: string, item: string): Page[] =>
  (drafts.find(({ key }) => key === keyOf(application, item))?.value as Page[] | undefined) ?? [];
