import { describe, expect, it } from 'vitest';
import { doorKinds, sentByHand } from './door_kinds';
import { faultsOf, instantOf } from './entry_rules';
import { questionKinds } from './kinds';
import type { Question } from './types';

const entry = { channel: 'loket', name: '', address: '', identifier: '', at: '', text: 'Halo', category: '', answer: '', callBack: false };
const NOW = Date.parse('2026-11-20T02:00:00Z');

describe('an entry by hand', () => {
  it('reads a time in the zone of the agency', () => {
    expect(instantOf('2026-11-20T08:30', 'WIB')).toBe('2026-11-20T01:30:00.000Z');
    expect(instantOf('2026-11-20T08:30', 'WIT')).toBe('2026-11-19T23:30:00.000Z');
    expect(instantOf('', 'WIB')).toBeNull();
  });
  it('names what is missing, by field', () => {
    expect(faultsOf(entry, null, NOW)).toEqual({});
    expect(Object.keys(faultsOf({ ...entry, text: ' ' }, null, NOW))).toEqual(['teks']);
    expect(Object.keys(faultsOf({ ...entry, channel: 'instagram' }, null, NOW))).toEqual(['akun']);
    expect(Object.keys(faultsOf({ ...entry, channel: 'telepon' }, null, NOW))).toEqual(['jawaban']);
    expect(Object.keys(faultsOf({ ...entry, channel: 'telepon', callBack: true }, null, NOW))).toEqual(['akun']);
    expect(Object.keys(faultsOf(entry, '2026-11-20T02:05:00.000Z', NOW))).toEqual(['waktu']);
  });
});

describe('an answer on a channel where staff send it', () => {
  const body: Question = {
    text: 'Info?', kind: 'pertanyaan', state: 'disaring', askerId: 'a', askerName: 'Warga', channel: 'instagram', writtenAt: '',
  };
  const item = { kind: 'question.answer', record: 'q', id: 'i', args: { text: 'Lihat situs.', messageId: 'm' }, createdAt: '', clock: {} };
  const shown = (question: Question): Question | null => {
    const overlay = questionKinds['question.answer']?.overlays?.find(({ record }) => record === 'question');
    return (overlay?.apply as (body: Question, item: unknown) => Question | null)(question, item);
  };
  it('is not answered before it is sent', () => {
    expect(shown(body)).toMatchObject({ state: 'disaring', unsent: 'm' });
    expect(shown({ ...body, channel: 'aplikasi' })).toMatchObject({ state: 'dijawab' });
    expect(shown({ ...body, channel: 'whatsapp', byGateway: true })).toMatchObject({ state: 'dijawab' });
    expect(sentByHand({ ...body, channel: 'loket' })).toBe(false);
    expect(doorKinds['question.sent']?.rule).toBe('command');
  });
});
