/** Photographed pages on their way to a document: kept on the phone, encrypted, as each is taken. A camera that pushes the app
 * out of memory, a reload or a look at another page loses none of them. */
import { contentOf, forget, keep } from '../attachments/store';
import type { SyncClient } from '../sync';
import { keyOf, type Page } from './page_key';
import type { Scan } from './scan_pdf';

type Client = Pick<SyncClient, 'account'> & { drafts: Pick<SyncClient['drafts'], 'get' | 'put' | 'delete'> };

/** Keeps one page behind those that are there; resolves to their number when page and list are on the disk. Rejects as
 * `keep`. */
export async function addPage(client: Client, application: string, item: string, { jpeg, width, height }: Scan): Promise<number> {
  const key = keyOf(application, item);
  const file = await keep(client.account, `${item}.jpg`, new Blob([jpeg]));
  const before = (await client.drafts.get<Page[]>(key)) ?? [];
  await client.drafts.put(key, [...before, { ...file, width, height }]);
  return before.length + 1;
}

/** The pictures of kept pages, one after another; null: one of them is not there any more. */
export async function scansOf(account: string, pages: readonly Page[]): Promise<Scan[] | null> {
  const scans: Scan[] = [];
  for (const { id, width, height } of pages) {
    const jpeg = await contentOf(account, id);
    if (!jpeg) return null;
    scans.push({ jpeg: new Uint8Array(jpeg), width, height });
  }
  return scans;
}

/** Lets go of these pages: they are in a document now, or the person does not want them. Others stay. */
export async function dropPages(client: Client, application: string, item: string, ids: readonly string[]): Promise<void> {
  const key = keyOf(application, item);
  const left = ((await client.drafts.get<Page[]>(key)) ?? []).filter(({ id }) => !ids.includes(id));
  await (left.length ? client.drafts.put(key, left) : client.drafts.delete(key));
  await forget(client.account, ids);
}
