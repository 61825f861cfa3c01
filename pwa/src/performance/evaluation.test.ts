import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OutboxItem, RecordView } from '../sync';
import { choiceUnits, mineOf, theirsOf } from './choices';
import { MATRIX, latest, listed, predicateOf, stepOf } from './evaluation_view';
import { lastDay, roundOn, roundsOf } from './rounds';
import { VALUES, type Evaluation, type Feedback, type Rating } from './types';

const file = new URL('../../../tests/vectors/predicate.json', import.meta.url);
type Case = { out: { ok: boolean; hasil: Rating; perilaku: Rating; predicate: string } };

describe('an evaluation on the screen', () => {
  it('shows the predicate of the shared vectors in all nine cells', () => {
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
    const good = cases.filter(({ out }) => out.ok);
    const cells = new Set(good.map(({ out }) => `${out.hasil} ${out.perilaku}`));
    expect(cells.size).toBe(9);
    for (const { out } of good) expect(MATRIX[out.hasil][out.perilaku]).toBe(out.predicate);
    expect(predicateOf('sesuai', null)).toBeNull();
  });

  it('goes on in the order of the server, own waiting work included', () => {
    const body = { step: 'umpan_hasil', missing: [] as string[] } as unknown as Evaluation;
    expect(stepOf({ ...body, missing: ['b'] }, ['a', 'b'], new Set())).toBe('terkunci');
    expect(stepOf(body, ['a', 'b'], new Set(['a']))).toBe('umpan_hasil');
    const both = new Set(['a', 'b']);
    expect(stepOf(body, ['a', 'b'], both)).toBe('rating_hasil');
    const rated = { ...body, ratingResult: 'sesuai' as const };
    expect(stepOf(rated, ['a', 'b'], new Set([...both, 'loyal']))).toBe('umpan_perilaku');
    const all = new Set([...both, ...VALUES]);
    expect(stepOf(rated, ['a', 'b'], all)).toBe('rating_perilaku');
    expect(stepOf({ ...rated, ratingBehaviour: 'sesuai' }, ['a', 'b'], all)).toBe('tetapkan');
    expect(stepOf({ ...rated, step: 'final' }, ['a'], new Set())).toBe('final');
  });

  it('has seven values, Loyal fifth (acceptance 8)', () => {
    expect(VALUES).toHaveLength(7);
    expect(VALUES[4]).toBe('loyal');
  });

  it('lets the last feedback count', () => {
    const said = (id: string, at: string): RecordView<Feedback> => ({
      kind: 'skp_feedback', id, version: 1, pending: [], body: { evaluation: 'e', rhk: 'a', text: id, at },
    });
    expect(latest([said('new', '2026-11-22T02:00:00Z'), said('old', '2026-11-22T01:00:00Z')], 'e').get('a')?.body.text).toBe('new');
  });

  it('knows the rounds of a year', () => {
    expect(roundsOf('triwulanan', 2026).map(({ value }) => value)).toEqual(['triwulan-1', 'triwulan-2', 'triwulan-3', 'triwulan-4', 'tahunan']);
    expect(roundOn('triwulanan', 2026, '2026-11-22')).toBe('triwulan-4');
    expect(roundOn('bulanan', 2026, '2026-03-01')).toBe('bulan-03');
    expect(roundOn('triwulanan', 2026, '2027-01-02')).toBe('tahunan');
    expect(['triwulan-1', 'bulan-02', 'tahunan'].map((round) => lastDay(round, 2028))).toEqual(['2028-03-31', '2028-02-29', '2028-12-31']);
    expect(listed(['RHK 2', 'RHK 4', 'RHK 5'])).toBe('RHK 2, RHK 4 dan RHK 5');
  });
});

describe('a conflict', () => {
  const item = (kind: string, args: object, base: object, server: object, conflicts: string[]): OutboxItem =>
    ({ kind, args, base, result: { server, conflicts } }) as unknown as OutboxItem;

  it('is one choice for fields that hold together, of what differs', () => {
    const base = { approach: 'kuantitatif', aspect: 'kuantitas', indicator: 'Berkas', target: '12', unit: 'berkas', narrative: null };
    const clash = item('skp.indicator', { target: '14' }, base, { ...base, target: '10', unit: 'map' }, Object.keys(base));
    const [unit, ...more] = choiceUnits(clash);
    expect(more).toEqual([]);
    expect(unit).toMatchObject({ fields: ['target', 'unit'], label: 'Target, Satuan', text: false });
    expect(mineOf(clash, unit!)).toEqual({ target: '14', unit: 'berkas' });
    expect(theirsOf(clash, unit!)).toEqual({ target: '10', unit: 'map' });
  });

  it('lets a text be merged by hand, and gives a step nothing to choose', () => {
    expect(choiceUnits(item('skp.rhk', { text: 'A' }, { text: 'B' }, { text: 'C' }, ['text']))).toMatchObject([{ name: 'text', text: true }]);
    expect(choiceUnits(item('skp.approve', { version: 1 }, {}, {}, ['planVersion']))).toEqual([]);
  });
});
