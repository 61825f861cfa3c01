/** The same flusher as in the pages, for every account with a store in this browser. */
import { openSync } from '../sync';
import { knownAccounts } from '../sync/store';

/** Sends and pulls. False when something could not be finished, so that the browser tries again. */
export async function syncAll(appVersion: string): Promise<boolean> {
  let all = true;
  for (const account of await knownAccounts())
    try {
      const client = await openSync({ account, appVersion, kinds: {}, worker: true });
      all = (await client.pull()) && all;
      client.close();
    } catch {
      // Signed out and sealed, or the store cannot be opened now: nothing to send from here.
    }
  return all;
}
