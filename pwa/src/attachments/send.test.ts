import { beforeEach, describe, expect, it, vi } from 'vitest';
import { drain, useWorld } from '../sync/testing/client';
import { FakeLocks } from '../sync/testing/locks';
import type { SyncClient } from '../sync';
import { sendFiles } from './send';
import { contentOf, forget, held, keep, refuse } from './store';

const kinds = {
  'application.create': { record: 'application', rule: 'append' as const },
  'document.add': { record: 'document_version', rule: 'append' as const, parents: ({ application }: { application?: unknown }) => [application as string] },
};
const world = useWorld();
const DAY = 86_400_000;

vi.stubGlobal('navigator', { locks: new FakeLocks() });

/** A server of files that takes everything, or says why not. */
let arrived: Map<string, string>;
let refusal: string | null;
beforeEach(() => {
  arrived = new Map();
  refusal = null;
  const head = (offset: number, more: Record<string, string> = {}) => ({ 'Upload-Offset': String(offset), 'Tus-Resumable': '1.0.0', ...more });
  vi.stubGlobal('fetch', async (path: string, { method, headers, body }: RequestInit) => {
    const given = headers as Record<string, string>;
    if (method === 'POST') return new Response(null, { status: 201, headers: head(0) });
    if (refusal) return new Response(JSON.stringify({ code: 'locked', message: refusal }), { status: 422, headers: head(0, { 'Content-Type': 'application/json' }) });
    const bytes = body as ArrayBuffer;
    arrived.set(path.split('/').at(-1)!, new TextDecoder().decode(bytes));
    return new Response(null, { status: 204, headers: head(Number(given['Upload-Offset']) + bytes.byteLength) });
  });
  vi.useRealTimers();
});

const open = (): Promise<SyncClient> => world.open({ kinds, sealKey: new Uint8Array(32).fill(1) });
const scan = (text: string): Blob => new Blob([text]);
const ids = async (): Promise<string[]> => (await held('acc')).map(({ id }) => id);
const text = async (id: string): Promise<string> => new TextDecoder().decode((await contentOf('acc', id))!);

async function rejected(client: SyncClient, upload: string, code: string): Promise<string> {
  world.server.answerFor.set('document.add', { status: 'rejected', code, message: 'Berkas Anda tetap tersimpan sebagai salinan.' });
  const { id } = await client.mutate({ kind: 'document.add', args: { application: 'c', item: 'SKP', upload } });
  await drain(world, client);
  expect((await client.outbox()).map(({ state }) => state)).toEqual(['rejected']);
  return id;
}

describe('the file of a document that was refused', () => {
  it.each(['dependency', 'locked'])('stays on the phone until the person puts the refusal away (%s)', async (code) => {
    const client = await open();
    const file = await keep('acc', 'SKP.pdf', scan('halaman'));
    const item = await rejected(client, file.id, code);
    expect(await sendFiles(client), 'nothing is left to send').toBe(true);
    expect(await text(file.id)).toBe('halaman');
    expect(arrived.size, 'what no document needs is not sent').toBe(0);
    await client.dismiss(item);
    vi.useFakeTimers({ now: Date.now() + DAY + 1, toFake: ['Date'] });
    await sendFiles(client);
    expect(await ids(), 'then it is forgotten').toEqual([]);
  });

  it('is forgotten once the server has the document', async () => {
    const client = await open();
    const file = await keep('acc', 'SKP.pdf', scan('halaman'));
    await client.mutate({ kind: 'document.add', args: { application: 'c', item: 'SKP', upload: file.id } });
    await drain(world, client);
    await sendFiles(client);
    expect(await ids()).toEqual([]);
  });
});

describe('a file that the server will never take', () => {
  it('gives its place to another, which is sent under the same id', async () => {
    const client = await open();
    const file = await keep('acc', 'SKP.pdf', scan('terkunci'));
    world.server.answerFor.set('document.add', { status: 'deferred' });
    await client.mutate({ kind: 'document.add', args: { application: 'c', item: 'SKP', upload: file.id }, dependsOn: [`file:${file.id}`] });
    await client.flush();
    refusal = 'PDF ini terkunci kata sandi.';
    await sendFiles(client);
    expect((await held('acc')).map(({ refused }) => refused)).toEqual([refusal]);
    refusal = null;
    await sendFiles(client);
    expect(arrived.size, 'it is not sent again by itself').toBe(0);
    expect((await keep('acc', 'SKP.pdf', scan('terbuka'), file.id)).id).toBe(file.id);
    await sendFiles(client);
    expect([...arrived]).toEqual([[file.id, 'terbuka']]);
    expect((await held('acc')).map(({ refused }) => refused)).toEqual([undefined]);
  });

  it('is not kept beside the one that took its place', async () => {
    await open();
    const file = await keep('acc', 'a.pdf', scan('satu'));
    await refuse('acc', file.id, 'Tidak.');
    await keep('acc', 'a.pdf', scan('dua'), file.id);
    expect([await ids(), await text(file.id)]).toEqual([[file.id], 'dua']);
    await forget('acc', [file.id]);
    expect(await ids()).toEqual([]);
  });
});
