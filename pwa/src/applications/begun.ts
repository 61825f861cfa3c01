/** What a verifier chose and wrote about the documents of a case and what is no mark yet. One draft holds all of it, so that
 * a decision is never taken against what the screen shows. */

/** `version`: the document version that was read; said of an older one it is over. `kept`: stored, while the records do not
 * say so yet. */
export interface Begun {
  version: string;
  word?: string;
  reason?: string;
  kept?: boolean;
}
/** By code of the item. */
export type BegunMarks = Readonly<Record<string, Begun>>;

interface Said {
  mark?: string | null;
  reason?: string | null;
}
type Held<Body> = ReadonlyMap<string, { readonly body: Body }>;

export const FINE = 'sesuai';

export const begunOn = (all: BegunMarks, code: string, version: string): Begun | undefined => (all[code]?.version === version ? all[code] : undefined);

/** What the screen shows: what was begun, else what is stored. */
export const shownMark = (begun: Begun | undefined, stored: Said | undefined): { word: string; reason: string } => ({
  word: begun?.word ?? stored?.mark ?? '',
  reason: begun?.reason ?? stored?.reason ?? '',
});

/** Whether the records say what the screen shows. A mark that is fine has no reason. */
export function isStored(begun: Begun | undefined, stored: Said | undefined): boolean {
  if (!begun) return true;
  const { word, reason } = shownMark(begun, stored);
  return word === (stored?.mark ?? '') && (word === FINE || reason.trim() === (stored?.reason ?? '').trim());
}

/** Items on whose present version something is shown that is not stored. */
export const unstored = (items: Held<{ version?: string | null }>, marks: Held<Said>, all: BegunMarks): string[] =>
  [...items].flatMap(([code, { body }]) => (body.version && !isStored(begunOn(all, code, body.version), marks.get(code)?.body) ? [code] : []));

export const without = (all: BegunMarks, code: string): BegunMarks => Object.fromEntries(Object.entries(all).filter(([other]) => other !== code));
