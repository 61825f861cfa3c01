/** Why the store of a person does not open, and mending what can be mended from outside. */
import { SyncError } from '../sync';
import { more } from '../sync/late';
import { openStore } from '../sync/store';

/** `blocked`: another tab is in the way. `old`: a newer app wrote here. `missing`: a piece of the app did not come.
 * `refused`: the browser keeps nothing, as in a private window. */
export type Obstacle = 'blocked' | 'old' | 'missing' | 'refused';

export function obstacleOf(fault: unknown): Obstacle {
  const { message = '' } = ((fault instanceof SyncError ? fault.cause : fault) ?? {}) as Partial<Error>;
  if (fault instanceof SyncError && fault.code === 'update_needed') return 'old';
  if (message === 'blocked') return message;
  // The words of Chromium, Firefox and Safari for a module that did not come.
  return /import/i.test(message) ? 'missing' : 'refused';
}

/** A store that opens, but whose first row is nonsense, is put in order; any other stays as it is. */
export async function mend(account: string): Promise<void> {
  const store = openStore(account, () => undefined);
  try {
    const { heal } = await more();
    await heal(store);
  } catch (fault) {
    console.error(fault);
  } finally {
    store.close();
  }
}
