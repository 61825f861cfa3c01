import { expect, it } from 'vitest';
import { matching } from './combobox';

const options = ['Pangkat, golongan, kenaikan pangkat', 'Cuti', 'Gaji'].map((label) => ({ value: label, label }));
const found = (typed: string): string[] => matching(options, typed).map(({ value }) => value);

it('offers everything before a word is typed', () => expect(found('')).toHaveLength(3));
it('finds every word anywhere, without regard to case', () =>
  expect(found(' NAIK pangkat')).toEqual(['Pangkat, golongan, kenaikan pangkat']));
it('finds nothing for what is not there', () => expect(found('pensiun')).toEqual([]));
