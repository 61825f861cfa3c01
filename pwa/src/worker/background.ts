/** The same flusher as in the pages, for every account with a store in this browser. */
import { sendFiles } from '../attachments/send';
import { SyncError, openSync } from '../sync';
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
      all &&= done && (await sendFiles(client));
      client.close();
    } catch (fault) {
      // Signed out and sealed: nothing to send from here. A store that does not open now may open later.
      all &&= fault instanceof SyncError && fault.code !== 'not_saved';
    }
  return all;
}
