import { expect, it } from 'vitest';
import { fill, unknownPlaceholder } from './canned';

it('fills in what is known and leaves the rest to be seen', () => {
  expect(fill('Baik {nama}, nomor {nomor}.', { nama: 'Dewi', nomor: null })).toBe('Baik Dewi, nomor {nomor}.');
  expect(fill('{toString} {nama}', { nama: '{nomor}' })).toBe('{toString} {nomor}');
});
it('names a placeholder that nobody knows', () => {
  expect(unknownPlaceholder('Baik {nama}, {janji}.')).toBe('janji');
  expect(unknownPlaceholder('Baik {nama}.')).toBeUndefined();
  expect(unknownPlaceholder('Baik {}.')).toBe('');
});
