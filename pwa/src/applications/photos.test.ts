import { beforeEach, describe, expect, it, vi } from 'vitest';
import { held } from '../attachments/store';
import { sendFiles } from '../attachments/send';
import { useWorld } from '../sync/testing/client';
import { FakeLocks } from '../sync/testing/locks';
import type { SyncClient } from '../sync';
import { pagesFor, pagesOf } from './page_key';
import { addPage, dropPages, scansOf } from './photos';

const world = useWorld();
const open = (): Promise<SyncClient> => world.open({ sealKey: new Uint8Array(32).fill(1), fetch: () => Promise.reject(new TypeError('offline')) });
const page = (mark: number, width = 3, height = 4) => ({ jpeg: new Uint8Array([0xff, 0xd8, mark]), width, height });
const pages = async (client: SyncClient, item = 'SKP') => pagesOf(await client.drafts.all(), 'c', item);

vi.stubGlobal('navigator', { locks: new FakeLocks() });

let client: SyncClient;
beforeEach(async () => {
  client = await open();
});

describe('photographed pages (acceptance 18)', () => {
  it('outlive the page that took them, in their order and size', async () => {
    expect(await addPage(client, 'c', 'SKP', page(1))).toBe(1);
    expect(await addPage(client, 'c', 'SKP', page(2, 5, 6))).toBe(2);
    await addPage(client, 'c', 'IJAZAH', page(9));
    client.close();
    client = await open();
    const scans = await scansOf('acc', await pages(client));
    expect(scans?.map(({ jpeg, width, height }) => [jpeg[2], width, height])).toEqual([[1, 3, 4], [2, 5, 6]]);
    expect(await sendFiles(client), 'they are not sent by themselves').toBe(true);
    expect((await held('acc')).length).toBe(3);
  });

  it('leave when their document is kept, and one that was taken meanwhile stays', async () => {
    await addPage(client, 'c', 'SKP', page(1));
    const saved = await pages(client);
    await addPage(client, 'c', 'SKP', page(2));
    await dropPages(client, 'c', 'SKP', saved.map(({ id }) => id));
    expect((await scansOf('acc', await pages(client)))?.map(({ jpeg }) => jpeg[2])).toEqual([2]);
    expect((await held('acc')).length).toBe(1);
    await dropPages(client, 'c', 'SKP', (await pages(client)).map(({ id }) => id));
    expect([await client.drafts.all(), await held('acc')]).toEqual([[], []]);
  });

  it('are readable by nobody without the key of their owner', async () => {
    await addPage(client, 'c', 'SKP', { jpeg: new TextEncoder().encode('rahasia halaman'), width: 1, height: 1 });
    const opening = indexedDB.open('lampiran.acc');
    const db = await new Promise<IDBDatabase>((done) => (opening.onsuccess = () => done(opening.result)));
    const reading = db.transaction('files').objectStore('files').getAll();
    const rows = await new Promise<{ data: ArrayBuffer }[]>((done) => (reading.onsuccess = () => done(reading.result as { data: ArrayBuffer }[])));
    db.close();
    expect(rows.map(({ data }) => new TextDecoder().decode(data))).not.toContainEqual(expect.stringContaining('rahasia'));
  });

  it('that are lost are said, not left out of the document', async () => {
    await addPage(client, 'c', 'SKP', page(1));
    const [first] = await pages(client);
    expect(await scansOf('acc', [first!, { ...first!, id: 'none' }])).toBeNull();
  });

  it('say which case they are for', () => {
    expect([pagesFor('usul:halaman:c:SKP'), pagesFor('usul:isian:c')]).toEqual(['c', undefined]);
  });
});
