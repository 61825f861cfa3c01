/** Documents of a case, as mutations. Each resolves when it is stored; the files go by themselves. */
import type { FileRef } from '../attachments/store';
import { client, mutate } from '../identity/session';
import { uuid7, type OutboxItem } from '../sync';
import { as, work } from './acts';
import { fieldsOf } from './definition';
import { itemId } from './ids';
import { takeBack } from './take_back';
import type { Whole } from './view';

const known = (whole: Whole, item: string): string[] => work(whole.items.get(item));

/** Files may go: the screens see what lies here now, and the sender is told; it may be asleep without signal. */
export const hurry = (): void => {
  import('../attachments/pump').then(({ look, sendSoon }) => look().then(sendSoon)).catch(() => undefined);
};

/** A kept file as the next version of a document; returns the version's id. `item` may be the key of an image field. */
async function add(whole: Whole, item: string, file: FileRef): Promise<{ version: string; added: OutboxItem }> {
  const version = uuid7(Date.now());
  const args = { application: whole.view.id, item, upload: file.id };
  const ofOffice = fieldsOf(whole.service).some(({ key, owner }) => key === item && owner === 'officer');
  const added = await mutate({ kind: 'document.add', record: version, args, dependsOn: [`file:${file.id}`, ...work(whole.view)], ...as(whole.personal && !ofOffice) });
  hurry();
  return { version, added };
}

/** The picture of a field; its value is the version. */
export const addPicture = async (whole: Whole, key: string, file: FileRef): Promise<string> => (await add(whole, key, file)).version;

/** A kept file as the next version of an item's document, and the item pointed to it. */
export async function addDocument(whole: Whole, item: string, file: FileRef): Promise<void> {
  const { version, added } = await add(whole, item, file);
  await point(whole, item, version, [added.id]);
}

/** Points an item to a document version that is known; null takes it off. What waited for a file that the server will never
 * take is taken back first: standing on that, this would wait for ever. False: that needs a signal. */
export async function point(whole: Whole, item: string, version: string | null, dependsOn: string[] = []): Promise<boolean> {
  const application = whole.view.id;
  const record = await itemId(application, item);
  const lost = whole.refused.some(({ target }) => target === item);
  if (lost && !(await takeBack(client.value, waitingFor(whole, item)))) return false;
  const on = lost ? dependsOn : [...dependsOn, ...known(whole, item)];
  await mutate({ kind: 'application.attach', record, args: { application, item, version }, dependsOn: on, ...as(whole.personal) });
  return true;
}

/** What an item waits for, what stands on the rest first. */
function waitingFor(whole: Whole, item: string): string[] {
  const pointed = whole.items.get(item);
  return [...work(pointed), ...work(pointed?.body.version ? whole.documents.get(pointed.body.version) : undefined)];
}
