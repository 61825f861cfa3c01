import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Article } from './bundle';
import { root } from './roots';
import { near, searchArticles } from './search';

const record = (slug: string, question: string, answer: string, steps: string[] = []) => ({
  kind: 'article',
  id: slug,
  version: 1,
  pending: [],
  body: { slug, question, answer, steps } satisfies Article,
});
const held = [
  record('cuti-besar', 'Apa syarat cuti besar?', 'Masa kerja paling singkat lima tahun.'),
  record('sk-pangkat', 'Kapan SK kenaikan pangkat terbit?', 'SK terbit sesudah persetujuan teknis.'),
  record('pensiun', 'Berkas pensiun apa saja?', 'Siapkan SK terakhir dan kartu keluarga.'),
];
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
    expect(found('?! --')).toEqual([]);
  });
  it('counts swapped letters as one mistake', () => {
    expect(near('pangakt', 'pangkat', 1)).toBe(true);
    expect(near('pangkat', 'pangan', 1)).toBe(false);
  });
  it('does not drown in a long or hostile query', () => {
    const started = performance.now();
    expect(found(`${'x'.repeat(4000)} ${Array.from({ length: 2000 }, (_, n) => `kata${n}`).join(' ')}`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
  it('sees a changed answer at the next search', () => {
    expect(found('kendaraan')).toEqual([]);
    const more = [...held, record('randis', 'Siapa memakai kendaraan dinas?', 'Pejabat.')];
    expect(searchArticles('kendaraan', more).map(({ slug }) => slug)).toEqual(['randis']);
    const changed = more.map((one) => (one.id === 'randis' ? { ...one, version: 2, body: { ...one.body, question: 'Sewa gedung?' } } : one));
    expect(searchArticles('kendaraan', changed)).toEqual([]);
  });
});

describe('words that belong together', () => {
  it.each([
    ['mengajukan', 'pengajuan'],
    ['diajukan', 'mengajukan'],
    ['memakai', 'dipakai'],
    ['menulis', 'tulisan'],
    ['menyiapkan', 'disiapkan'],
    ['perpanjangan', 'diperpanjang'],
    ['berkasnya', 'berkas'],
    ['dinilai', 'penilaian'],
  ])('%s and %s have one root', (one, other) => expect(root(one)).toBe(root(other)));
  it('leaves short words whole', () => expect(['cuti', 'gaji', 'skp'].map(root)).toEqual(['cuti', 'gaji', 'skp']));
  it('finds an answer by another form of the word', () => {
    const more = [...held, record('mutasi', 'Bagaimana mengajukan pindah?', 'Lewat pengelola.')];
    expect(searchArticles('pengajuan', more).map(({ slug }) => slug)).toEqual(['mutasi']);
  });
});

describe('the answers of the demonstration', () => {
  const file = new URL('../../../backend/demo/articles.json', import.meta.url);
  const { articles } = JSON.parse(readFileSync(file, 'utf8')) as { articles: Article[] };
  const all = articles.map((body) => record(body.slug, body.question, body.answer, body.steps ?? []));
  const first = (query: string) => searchArticles(query, all)[0]?.slug;
  it.each(articles.map(({ slug, question }) => [slug, question]))('finds %s by its own question', (slug, question) =>
    expect(first(question)).toBe(slug),
  );
});
