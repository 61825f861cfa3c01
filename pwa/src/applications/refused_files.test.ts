import { describe, expect, it } from 'vitest';
import type { Moving } from '../attachments/moving';
import { drain, useWorld } from '../sync/testing/client';
import type { OutboxItem } from '../sync';
import type { Service } from './definition';
import { refusedFiles, type Files } from './refused_files';
import { refusedOutput } from './refused_output';
import { takeBack } from './take_back';
import { waitsFor } from './waits_for';

const service = {
  fields: [{ key: 'logo', label: 'Logo', type: 'image' }, { key: 'nama', label: 'Nama', type: 'text' }],
  items: [{ code: 'SKP', label: 'SKP' }, { code: 'IJAZAH', label: 'Ijazah' }],
} as unknown as Service;
const moving = (refused: Record<string, string | undefined>): Map<string, Moving> =>
  new Map(Object.entries(refused).map(([id, text]) => [id, { name: id, sent: 0, bytes: 1, refused: text }]));
const item = (more: Partial<OutboxItem>): OutboxItem => ({ state: 'deferred', args: {}, ...more }) as OutboxItem;
const document = (file: string, version: number | null = null, pending: OutboxItem[] = []) => ({ body: { application: 'c', file }, version, pending });

function files(documents: Record<string, ReturnType<typeof document>>): Files {
  return {
    service,
    values: { logo: 'v-logo', nama: 'v-skp' },
    items: new Map([['SKP', { body: { version: 'v-skp' }, pending: [] }]]),
    documents: new Map(Object.entries(documents)),
  } as unknown as Files;
}

describe('files of a case that the server refused', () => {
  it('are found at the item and at the picture that point to them, with their sentence', () => {
    const held = files({ 'v-skp': document('f1'), 'v-logo': document('f2') });
    expect(refusedFiles(held, moving({ f1: 'Terkunci.', f2: 'Rusak.' }))).toEqual([
      { target: 'logo', file: 'f2', text: 'Rusak.' },
      { target: 'SKP', file: 'f1', text: 'Terkunci.' },
    ]);
  });
  it('are none while they are on their way, or when nothing points to them', () => {
    expect(refusedFiles(files({ 'v-skp': document('f1'), other: document('f3') }), moving({ f1: undefined, f3: 'Terkunci.' }))).toEqual([]);
  });
  it('are none once the server has the document, whatever this device remembers', () => {
    expect(refusedFiles(files({ 'v-skp': document('f1', 4) }), moving({ f1: 'Terkunci.' }))).toEqual([]);
  });
  it('are told of the output while its step waits, and not of one that is taken back or ended', () => {
    const lost = moving({ f: 'Terkunci.' });
    const issue = (more: Partial<OutboxItem>) => item({ id: 'i', kind: 'application.issue', args: { upload: 'f' }, ...more });
    expect(refusedOutput([item({ id: 'x' }), issue({})], lost)).toEqual({ item: 'i', args: { upload: 'f' }, file: 'f', text: 'Terkunci.' });
    for (const more of [{ withdrawing: true }, { state: 'rejected' as const }, { state: 'accepted' as const }]) expect(refusedOutput([issue(more)], lost)).toBeUndefined();
    expect(refusedOutput([issue({})], moving({ f: undefined }))).toBeUndefined();
  });
});

describe('what a sending waits for', () => {
  const coming = [document('f1')] as never[];
  it('is the signal while there is none, whatever else is missing', () => expect(waitsFor('offline', 'c', coming, moving({ f1: undefined }))).toBe('sinyal'));
  it('is its files while they are here and a signal is', () => expect(waitsFor('ok', 'c', coming, moving({ f1: undefined }))).toBe('berkas'));
  it('is its turn when every file has gone, or is of another case', () => {
    expect(waitsFor('ok', 'c', coming, moving({}))).toBe('giliran');
    expect(waitsFor('ok', 'd', coming, moving({ f1: undefined }))).toBe('giliran');
  });
});

describe('taking back what waits', () => {
  const kinds = { 'document.add': { record: 'document_version', rule: 'append' as const }, 'application.attach': { record: 'application_item', rule: 'fields' as const } };
  const world = useWorld();
  async function waiting(): Promise<{ client: Awaited<ReturnType<typeof world.open>>; ids: string[] }> {
    const client = await world.open({ kinds, worker: true });
    await client.pull();
    world.server.answerFor.set('document.add', { status: 'deferred' });
    const added = await client.mutate({ kind: 'document.add', record: 'v1', args: { upload: 'f' } });
    const attached = await client.mutate({ kind: 'application.attach', record: 'i1', args: { version: 'v1' }, dependsOn: [added.id] });
    await client.flush();
    return { client, ids: [attached.id, added.id] };
  }
  it('is done when the server has let go of it; what comes then stands on nothing of it', async () => {
    const { client, ids } = await waiting();
    expect(await takeBack(client, ids)).toBe(true);
    const next = await client.mutate({ kind: 'application.attach', record: 'i1', args: { version: 'v0' } });
    expect(next.dependsOn).toEqual([]);
    await drain(world, client);
    expect((await client.outbox()).map(({ id, state }) => [id, state])).toEqual([[next.id, 'accepted']]);
  });
  it('is not done without a signal, and says so', async () => {
    const { client, ids } = await waiting();
    world.server.faults = Array.from({ length: 9 }, () => 'cut_before' as const);
    expect(await takeBack(client, ids)).toBe(false);
  });
  it('of nothing is done', async () => expect(await takeBack(await world.open({ kinds, worker: true }), ['gone'])).toBe(true));
});
