import { describe, expect, it } from 'vitest';
import type { Article } from './bundle';
import { near, searchArticles } from './search';

const held = [
  ['cuti-besar', 'Apa syarat cuti besar?', 'Masa kerja paling singkat lima tahun.'],
  ['sk-pangkat', 'Kapan SK kenaikan pangkat terbit?', 'SK terbit sesudah persetujuan teknis.'],
  ['pensiun', 'Berkas pensiun apa saja?', 'Siapkan SK terakhir dan kartu keluarga.'],
].map(([slug = '', question = '', answer = '']) => ({
  kind: 'article',
  id: slug,
  version: 1,
  pending: [],
  body: { slug, question, answer } satisfies Article,
}));
const found = (query: string) => searchArticles(query, held).map(({ slug }) => slug);

describe('search on the phone', () => {
  it('finds by words of the question', () => expect(found('syarat cuti')[0]).toBe('cuti-besar'));
  it('forgives a typo', () => {
    expect(found('pangakt')).toEqual(['sk-pangkat']);
    expect(found('pensun')[0]).toBe('pensiun');
  });
  it('finds while a word is still being typed', () => expect(found('pangk')).toEqual(['sk-pangkat']));
  it('knows when there is nothing', () => {
    expect(found('kendaraan dinas')).toEqual([]);
    expect(found('apa yang saya')).toEqual([]);
  });
  it('counts swapped letters as one mistake', () => {
    expect(near('pangakt', 'pangkat', 1)).toBe(true);
    expect(near('pangkat', 'pangan', 1)).toBe(false);
  });
});
