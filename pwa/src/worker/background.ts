/** The same flusher as in the pages, for every account with a store in this browser. */
import { openSync } from '../sync';
import { knownAccounts } from '../sync/store';

/** A page may be at it this very moment; what a push announced must not wait for that page's next look. */
const ATTEMPTS = 3;
const PAUSE = 2_000;

/** Sends and pulls. False when something could not be finished, so that the browser tries again. */
export async function syncAll(appVersion: string): Promise<boolean> {
  let all = true;
  for (const account of await knownAccounts())
    try {
      const client = await openSync({ account, appVersion, kinds: {}, worker: true });
      let done = await client.pull();
      for (let i = 1; !done && i < ATTEMPTS; i++) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        done = await client.pull();
      }
      all &&= done;
      client.close();
    } catch {
      // Signed out and sealed, or the store cannot be opened now: nothing to send from here.
    }
  return all;
}
