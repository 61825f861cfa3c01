import { describe, expect, it } from 'vitest';
import type { RecordView } from '../sync';
import { derived } from './ids';
import { copyReady, monthsOf } from './log_text';
import { faults, formOf, lacks, narrativeChange, resultChange, rowChanges, rowsOf, storedOf, type Row } from './result_form';
import type { Indicator, Plan, Result } from './types';
import { contentOf } from './version_content';
import { missing, offeredTo, planBadge, proposals, resultsOf, type PlanView } from './view';
import { valueText, writtenText } from './words';

const view = <B>(id: string, body: B, version: number | null = 1): RecordView<B> => ({ kind: 'skp', id, version, body, pending: [] });
const result: Result = { plan: 'p', employee: 'e', kind: 'utama', text: 'Berkas kenaikan pangkat selesai', order: 1 };
const indicator = (id: string, part: Partial<Indicator> = {}): RecordView<Indicator> =>
  view(id, { plan: 'p', rhk: 'r', order: 0, approach: 'kuantitatif', aspect: 'kuantitas', indicator: 'Jumlah berkas', target: '12', ...part });

describe('the form of an RHK', () => {
  it('sends what was changed, over the stored values of its whole group', () => {
    const from = formOf(result, []);
    const stored = storedOf(result, []);
    expect(resultChange(from, from, stored)).toBeNull();
    // A member that was never written is null on both sides, though the form shows an empty text.
    expect(resultChange(from, { ...from, provisional: 'Layanan membaik' }, stored)).toEqual({
      args: { provisional: 'Layanan membaik' },
      base: { kind: 'utama', superiorRhk: null, provisional: null, assignedBy: null },
    });
    expect(resultChange(from, { ...from, text: 'Lain sama sekali' }, stored)!.base).toEqual({ text: result.text });
  });

  it('writes new, changed, moved and missing rows, each for itself', () => {
    const held = [indicator('a'), indicator('b', { order: 1 }), indicator('c', { order: 2 })];
    const stored = storedOf(result, held);
    const [a, b] = formOf(result, held).rows as [Row, Row];
    const fresh: Row = { id: 'd', aspect: 'waktu', indicator: 'Lama', target: '3', unit: 'hari' };
    const changes = rowChanges(formOf(result, held).rows, [{ ...b, target: '20' }, a, fresh], 'kuantitatif', stored);
    expect(changes.map(({ id, act, args }) => [id, act, args])).toEqual([
      ['b', 'change', { target: '20', order: 0 }],
      ['a', 'change', { order: 1 }],
      ['d', 'begin', { approach: 'kuantitatif', aspect: 'waktu', indicator: 'Lama', target: '3', unit: 'hari', order: 2 }],
      ['c', 'remove', {}],
    ]);
    expect(changes[0]!.base).toEqual({
      target: '12', order: 1, approach: 'kuantitatif', aspect: 'kuantitas', indicator: 'Jumlah berkas', unit: null, narrative: null,
    });
    expect(changes[1]!.base).toEqual({ order: 0 });
  });

  it('keeps one row for a narrative', () => {
    const from = formOf(result, []);
    const to = { ...from, narrative: 'Warga terlayani' };
    expect(narrativeChange(from, to, storedOf(result, []), 'n')).toMatchObject([{ id: 'n', act: 'begin', args: { approach: 'kualitatif' } }]);
    const held = [indicator('a', { approach: 'kualitatif', narrative: 'Dulu' })];
    expect(narrativeChange(formOf(result, held), to, storedOf(result, held), 'n')).toMatchObject([{ id: 'a', act: 'change' }]);
  });

  it('names the fields that cannot be kept', () => {
    const form = formOf(result, [indicator('a', { indicator: '' })]);
    expect(faults(form, 'kuantitatif')['indikator-a']).toBe('Tulis indikator 1.');
    expect(faults({ ...form, text: 'pendek' }, 'kualitatif')['rhk-teks']).toBeTruthy();
    expect(faults({ ...form, text: 'x'.repeat(4001) }, 'kualitatif')['rhk-teks']).toContain('4.000');
  });

  it('counts the rows of the approach alone', () => {
    const rows = [indicator('a', { removed: true }), indicator('b', { aspect: null, indicator: '', target: '', narrative: 'Dulu' }), indicator('c')];
    expect(rowsOf('r', rows, 'kuantitatif').map(({ id }) => id)).toEqual(['c']);
    expect(rowsOf('r', rows, 'kualitatif').map(({ id }) => id)).toEqual(['b']);
    expect(lacks('kuantitatif', [])).toBe(true);
    expect(lacks('kuantitatif', [indicator('a', { target: ' ' }).body])).toBe(true);
    expect(lacks('kuantitatif', [indicator('a').body])).toBe(false);
  });
});

describe('a plan on the screen', () => {
  const plan = { employee: 'e', superior: 's', form: 'ja_jf', approach: 'kuantitatif', status: 'draf', review: [] } as unknown as Plan;

  it('says what keeps it from being submitted, with the number of the RHK (acceptance 3 and 7 on the phone)', () => {
    const results = [view('r', { ...result, unchangedSince: 2025 }), view('t', { ...result, kind: 'tambahan' as const })];
    expect(missing(plan, results, [indicator('a', { target: '' })])).toEqual([
      'RHK 1 belum bertaut ke RHK pimpinan.',
      'RHK 1 belum punya target.',
      'RHK 1 tidak berubah: centang bahwa masih tepat.',
      'RHK 2 belum punya target.',
    ]);
    const done = { ...result, superiorRhk: 'x' };
    // biaya may be absent.
    expect(missing(plan, [view('r', done)], [indicator('a')])).toEqual([]);
    expect(missing(plan, [], [])).toHaveLength(1);
    const leader = { ...plan, form: 'jpt' as const };
    expect(missing(leader, [view('r', { ...result, perspective: 'anggaran' })], [indicator('a')])).toEqual([
      'RHK 1 belum merujuk perjanjian kinerja.',
    ]);
  });

  it('lists utama before tambahan, in order, without what was removed', () => {
    const all = [
      view('c', { ...result, kind: 'tambahan' as const, order: 0 }),
      view('b', { ...result, order: 2 }),
      view('a', { ...result, order: 1 }),
      view('x', { ...result, removed: true }),
      view('y', { ...result, plan: 'other' }),
    ];
    expect(resultsOf('p', all).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('proposes the likeliest of the superior\'s RHK and links nothing by itself', () => {
    const theirs = [
      view('1', { rhk: 'r1', plan: 'up', employee: 's', text: 'Terwujudnya layanan mutasi tepat waktu' }),
      view('2', { rhk: 'r2', plan: 'up', employee: 's', text: 'Meningkatnya kompetensi aparatur' }),
      view('3', { rhk: 'r3', plan: 'old', employee: 's', text: 'Layanan mutasi tahun lalu' }),
    ];
    const offered = offeredTo(plan, theirs, new Set(['up']));
    expect(offered.map(({ id }) => id)).toEqual(['1', '2']);
    expect(proposals('layanan mutasi membaik', offered).map(({ id }) => id)).toEqual(['1']);
    expect(proposals('', offered)).toEqual([]);
  });

  it('says a step that waits is not in force, and shows persetujuan exactly so (acceptance 4)', () => {
    const held: PlanView = view('p', { ...plan, status: 'persetujuan' });
    expect(planBadge(held).text).toBe('persetujuan');
    const item = { kind: 'skp.approve', state: 'waiting' } as never;
    expect(planBadge({ ...held, pending: [item] }).text).toContain('berlaku setelah diterima server');
    expect(planBadge({ ...held, version: null }).text).toContain('Draf di');
  });
});

describe('words', () => {
  it('reads values as a person does', () => {
    expect(valueText(null)).toBe('(kosong)');
    expect(valueText('di_bawah')).toBe('Di bawah ekspektasi');
    expect(writtenText({ text: 'Layanan cepat', superiorRhk: '018f', order: 3, target: '12' })).toBe('Rencana hasil kerja: Layanan cepat\nTarget: 12');
  });

  it('reads a kept version even if parts are missing', () => {
    const rows = [{ aspect: 'kuantitas', indicator: 'Berkas', target: '12', unit: 'berkas' }, { narrative: 'Uraian' }];
    expect(contentOf({ results: [{ id: '1', text: 'A', rows }, null] })).toEqual([
      { id: '1', text: 'A', rows: ['Kuantitas: Berkas, target 12 berkas', 'Uraian'] },
    ]);
    expect(contentOf({})).toEqual([]);
  });

  it('makes lines for the national e-Kinerja, the earliest day first', () => {
    const entry = { plan: 'p', rhk: 'r', day: '2026-11-20', text: 'Dua\nbaris', amount: '3 berkas' };
    expect(copyReady([entry, { ...entry, day: '2026-11-02', text: 'Satu', amount: '' }], [['r', 'RHK saya']])).toBe(
      '02/11/2026\tRHK saya\tSatu\n20/11/2026\tRHK saya\tDua baris\t3 berkas',
    );
    expect(monthsOf(['2026-11-20', '2026-09-01']).map(({ label }) => label)).toEqual(['November 2026', 'September 2026']);
  });

  it('derives the id of a plan as the server does', async () => {
    // uuid.uuid5(uuid.UUID("018f3f5e-7a10-7cc0-8000-000000000001"), "a:1") in Python
    expect(await derived('018f3f5e-7a10-7cc0-8000-000000000001', 'a:1')).toBe('578bab52-fdf2-5c28-8dba-b8840d132e6b');
  });
});
