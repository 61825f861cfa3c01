import { describe, expect, it } from 'vitest';
import type { OutboxItem, RecordView } from '../sync';
import { announced, type FileBody } from './named';
import { filesOf, isNothing, written } from './written';
import { wantedFiles } from './wanted';

const file = (id: string, state: FileBody['state'] = 'menunggu'): FileBody => ({ id, name: `${id}.jpg`, bytes: 9, state });
const item = (state: OutboxItem['state'], ...ids: string[]) => ({ state, args: { files: ids.map((id) => file(id)) } }) as unknown as OutboxItem;
const view = (version: number | null, ...files: FileBody[]) => ({ version, body: { files } }) as RecordView<{ files: FileBody[] }>;

describe('files that texts name', () => {
  it('wait until the server has the text', () => {
    const found = wantedFiles([item('waiting', 'a'), item('deferred', 'b'), item('accepted', 'c')], []);
    expect([...found].map(([id, { sent }]) => [id, sent])).toEqual([['a', false], ['b', false], ['c', true]]);
  });
  it('stand where the server says, not where the phone last thought', () => {
    const found = wantedFiles([item('accepted', 'a', 'b')], [view(3, file('a', 'ada'), file('b', 'ditolak'))]);
    expect([found.get('a')?.state, found.get('b')?.state]).toEqual(['ada', 'ditolak']);
  });
  it('of a record that only this phone knows are not yet sent', () =>
    expect(wantedFiles([item('waiting', 'a')], [view(null, file('a'))]).get('a')?.sent).toBe(false));
  it('go before the document that waits for them', () => {
    const of = (state: OutboxItem['state'], upload: string) => ({ state, args: { upload } }) as unknown as OutboxItem;
    const found = wantedFiles([of('rejected', 'a'), of('deferred', 'a'), of('accepted', 'b'), of('waiting', 'c')], []);
    expect([...found].map(([id, { state, sent }]) => [id, state, sent])).toEqual([
      ['a', 'menunggu', true],
      ['b', 'ada', true],
      ['c', 'menunggu', true],
    ]);
  });
  it('are awaited in what is shown before the server answers', () => {
    expect(announced([{ ...file('a', 'ada') }])).toEqual([file('a')]);
    expect(announced(undefined)).toEqual([]);
  });
});

describe('a text with its files', () => {
  it('reads drafts from before files were known', () => expect(written('halo')).toEqual({ text: 'halo', files: [] }));
  it('is something with a file alone', () => expect(isNothing({ text: ' ', files: [{ ...file('a'), sha256: '' }] })).toBe(false));
  it('travels as ever without files', () => expect(filesOf([])).toEqual({}));
});
