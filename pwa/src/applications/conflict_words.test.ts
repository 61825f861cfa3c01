/** What a person chooses between is said in the words of the service, never in keys, codes and ids. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { j } from '../strings/id_usul_jalan';
import type { Fields, OutboxItem } from '../sync';
import { aboutOf, sideOf } from './conflict_words';
import type { Service } from './definition';
import type { Whole } from './view';

const service: Service = {
  code: 'x',
  version: 1,
  title: 'X',
  subject: 'employee',
  roles: {},
  periods: { months: [4, 10] },
  fields: [
    { key: 'kind', label: 'Jenis', type: 'choice', group: 'promotion', options: [{ value: 'penyesuaian_ijazah', label: 'Penyesuaian ijazah' }] },
    { key: 'period', label: 'Periode', type: 'text', group: 'promotion' },
    { key: 'logo', label: 'Logo', type: 'image' },
    { key: 'pengurus', label: 'Susunan Pengurus', type: 'rows', columns: [{ key: 'jabatan', label: 'Jabatan' }, { key: 'nama', label: 'Nama' }] },
  ],
  items: [{ code: 'SKP', label: 'SKP dua tahun' }],
  output: { code: 'SK', label: 'SK' },
};
const whole = {
  service,
  rows: [{ id: 'r1', body: { field: 'pengurus' } }],
  documents: new Map([['v2', { body: { number: 2, at: '2026-11-22T03:00:00Z' } }]]),
} as unknown as Whole;
const item = (kind: string, args: Fields, server: Fields, conflicts: string[], record = 'r1'): OutboxItem =>
  ({ id: 'i', kind, record, args, result: { id: 'i', status: 'conflict', server, conflicts } }) as unknown as OutboxItem;

it('a group by its fields, choices and periods by name', () => {
  const one = item('application.write', { group: 'promotion', values: { kind: 'penyesuaian_ijazah', period: '2027-04' } }, { values: { period: '2027-10' } }, ['values']);
  expect(aboutOf(whole, one)).toBe('Jenis, Periode');
  expect(sideOf(whole, one, one.args)).toBe('Jenis: Penyesuaian ijazah; Periode: April 2027');
  expect(sideOf(whole, one, one.result!.server)).toBe('Jenis: Belum diisi; Periode: Oktober 2027');
});

it('a picture by its version, a document by its label', () => {
  const logo = item('application.write', { group: 'logo', values: { logo: 'v2' } }, { values: {} }, ['values']);
  expect(sideOf(whole, logo, logo.args)).toBe('Logo: versi 2, 22 Nov 2026');
  const paper = item('application.attach', { item: 'SKP', version: 'v2' }, { item: 'SKP', version: null }, ['version']);
  expect([aboutOf(whole, paper), sideOf(whole, paper, paper.args)]).toEqual(['SKP dua tahun', 'versi 2, 22 Nov 2026']);
});

it('a row by its list and its cells, also where only its place or its end differs', () => {
  const server = { field: 'pengurus', cells: { jabatan: 'Ketua', nama: 'Bima' }, order: 0 };
  const written = item('application.row', { cells: { jabatan: 'Ketua', nama: 'Bima Sakti' } }, server, ['cells']);
  expect([aboutOf(whole, written), sideOf(whole, written, written.args), sideOf(whole, written, server)]).toEqual(['Susunan Pengurus', 'Ketua: Bima Sakti', 'Ketua: Bima']);
  const moved = item('application.row', { order: 3 }, server, ['order']);
  expect([sideOf(whole, moved, moved.args), sideOf(whole, moved, server)]).toEqual(['Ketua: Bima, urutan ke-4', 'Ketua: Bima, urutan ke-1']);
  const gone = item('application.row', { cells: { nama: 'Bima' }, removed: false }, { ...server, removed: true }, ['cells', 'removed']);
  expect([sideOf(whole, gone, gone.args), sideOf(whole, gone, gone.result!.server)]).toEqual(['Bima', 'Baris dihapus.']);
});

it('every act that the server notes in the history has a name', () => {
  const folder = new URL('../../../backend/applications/service/', import.meta.url);
  const source = readdirSync(folder).filter((name) => name.endsWith('.py')).map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
  const noted = [...source.matchAll(/await note\(\s*w, all_, (?:item\.)?actor, "(\w+)"/g)].map(([, act]) => act!);
  expect(noted).toContain('pindah_versi');
  expect(noted.filter((act) => !j.act[act])).toEqual([]);
});
