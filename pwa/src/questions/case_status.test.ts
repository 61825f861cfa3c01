import { describe, expect, it } from 'vitest';
import { caseStatus } from './case_status';
import type { Question } from './types';
import type { QuestionView } from './view';

const view = (id: string, body: Partial<Question>): QuestionView =>
  ({ id, version: 1, pending: [], kind: 'question', body: { writtenAt: '2026-11-20T01:00:00.000Z', ...body } }) as unknown as QuestionView;

const OWN = [
  view('a', { number: '2026-00042', receipt: 'K7QM2P9D', state: 'dijawab', answeredAt: '2026-11-20T02:07:00.000Z' }),
  view('b', { number: '2026-00043', receipt: 'A1B2C3D4', state: 'selesai', mergedInto: 'a' }),
];

describe('Cek status usulan (acceptance 14)', () => {
  it.each(['2026-00042', ' k7qm-2p9d ', 'K7QM2P9D'])('tells stage and date of an own case: %s', (typed) =>
    expect(caseStatus(OWN, typed)).toEqual({ id: 'a', state: 'dijawab', at: '2026-11-20T02:07:00.000Z' }));
  it.each(['2026-00044', 'ZZZZ-ZZZZ', '0042', '', '2026'])('knows nothing of any other: %s', (typed) =>
    expect(caseStatus(OWN, typed)).toBeNull());
  it('of a merged case tells where it goes on', () => expect(caseStatus(OWN, '2026-00043')).toMatchObject({ id: 'a', state: 'dijawab' }));
});
