/** Taking back own work that waits, for good: what is done after it must not stand on it. */
import { isWaiting } from '../outbox/state';
import type { SyncClient } from '../sync';

type Client = Pick<SyncClient, 'outbox' | 'remove' | 'flush'>;

/** Takes these items back, those that stand on others first. True: none of them is there any more; false: the server still
 * has to be asked, so nothing may be built in their place yet. */
export async function takeBack(client: Client | null, ids: readonly string[]): Promise<boolean> {
  if (!client) return false;
  const there = async (): Promise<string[]> => (await client.outbox()).filter((item) => ids.includes(item.id) && isWaiting(item)).map(({ id }) => id);
  const open = new Set(await there());
  for (const id of ids) if (open.has(id)) await client.remove(id);
  if ((await there()).length) await client.flush();
  return !(await there()).length;
}
