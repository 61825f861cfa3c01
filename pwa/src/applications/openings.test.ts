/** Nobody is locked out of what the case needs, without signal either; the server opens the same. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OutboxItem } from '../sync';
import type { Service } from './definition';
import { changedHere, isOnItsWay, lacking, within } from './openings';
import { readiness } from './readiness';

const file = new URL('../../../tests/applications/vectors.json', import.meta.url);
const sikap = (JSON.parse(readFileSync(file, 'utf8')) as { services: Record<string, Service> }).services.sikap!;
const FACTS = { firstPromotion: false, evaluations: 2, evaluationsPoor: 0, creditPointsMet: null };
const VALUES = {
  kind: 'reguler', currentRank: 'Penata (III/c)', tmtRank: '2023-04-01', proposedRank: 'Penata Tingkat I (III/d)', period: '2027-04', position: 'Guru', education: 'S1', newDiploma: 'tidak', employee: 'x',
};
const HELD = { SK_PANGKAT: { version: 'a' }, SKP: { version: 'b' }, SURAT_PENGANTAR: { version: 'c' } };

test('another kind opens the documents that it asks for; a rule that no file mends opens nothing', () => {
  const values = { ...VALUES, kind: 'fungsional' };
  expect(lacking(readiness(sikap, values, { ...FACTS, evaluationsPoor: 1 }, HELD).faults).sort()).toEqual(['PAK', 'SK_JABATAN']);
});

test('a correction is judged by what was asked for alone', () => {
  const poor = readiness(sikap, { ...VALUES, kind: 'fungsional' }, { ...FACTS, evaluationsPoor: 1 }, { SKP: HELD.SKP });
  expect(within(poor, ['SKP'])).toMatchObject({ faults: [], ready: true, label: 'siap', prediction: '', missing: 0 });
  expect(within(poor, ['SK_PANGKAT', 'SKP']).faults.map(({ path }) => path)).toEqual(['items.SK_PANGKAT']);
});

test('what was changed here stays open while it waits, its neighbours in the group do not open by it', () => {
  const work = (state: string, args: object, base?: object) => ({ pending: [{ id: 'i', state, args, base } as unknown as OutboxItem] });
  const group = work('waiting', { values: { kind: 'reguler', rankReason: 'Penetapan' } }, { values: { kind: 'reguler' } });
  expect(['kind', 'rankReason', 'period'].filter((key) => changedHere(key, group))).toEqual(['rankReason']);
  expect(changedHere('rankReason', work('rejected', { values: { rankReason: 'x' } }))).toBe(false);
  expect(['waiting', 'sending', 'deferred', 'accepted', 'conflict', 'rejected'].filter((state) => isOnItsWay({ state } as OutboxItem))).toEqual(['waiting', 'sending', 'deferred', 'accepted']);
});
