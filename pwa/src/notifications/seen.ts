/** What the person looks at needs no notice any more: here it is taken off the lock screen, elsewhere it is not sent. */
import { NoAnswer, Refused, ask } from '../graphql';

/** Takes the notices of these threads off this device's lock screen. */
export async function takeDown(threads: readonly string[]): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const tag of threads) for (const shown of (await registration?.getNotifications({ tag })) ?? []) shown.close();
}

/** Tells the server that threads without a read mark of their own are being looked at; without an answer a notice too
 * many comes, no more. */
export async function lookedAt(threads: readonly string[]): Promise<void> {
  await takeDown(threads);
  for (const thread of threads)
    await ask('mutation($t: String!) { noticesRead(thread: $t) }', { t: thread }).catch((fault: unknown) => {
      if (!(fault instanceof NoAnswer || fault instanceof Refused)) throw fault;
    });
}
