/**
 * The last second of typing. A page that is reloaded or swiped away may end before the store has committed, so what was
 * typed since the last saving also goes into the session storage of the tab, which is written at once. It is read back
 * when the field is shown again, and forgotten with the person.
 */

/** Where a page leaves a text for a new question to begin with: an address would stay in the browser's history. */
export const ASK_ABOUT = 'question.about';

const PREFIX = 'sambung.ketik.';

const name = (account: string, key: string): string => `${PREFIX}${account}.${key}`;

/** Keeps a value until the field is shown again; a browser without session storage only loses this last second. */
export function rescue(account: string, key: string, value: unknown): void {
  try {
    sessionStorage.setItem(name(account, key), JSON.stringify(value));
  } catch {
    // Full or closed storage: the draft of a second ago still stands.
  }
}

/** Takes back what was kept, if anything; it is gone then. */
export function rescued<Value>(account: string, key: string): Value | undefined {
  try {
    const kept = sessionStorage.getItem(name(account, key));
    sessionStorage.removeItem(name(account, key));
    return kept === null ? undefined : (JSON.parse(kept) as Value);
  } catch {
    return undefined;
  }
}

/** Forgets everything that was kept in this tab: the person left. */
export function forgetRescued(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Without storage there is nothing to forget.
  }
}
