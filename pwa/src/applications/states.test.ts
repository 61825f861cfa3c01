/** Who plays which part towards a case, as the server judges it too (`backend/applications/service/rights.py`). */
import { expect, test } from 'vitest';
import type { Service } from './definition';
import { actsOpen, partsToward, personalParts } from './states';

const SARI = 'sari';
const service = { roles: { pemohon: ['PEG', 'OPD'], atas_nama: ['LKT'], verifikator: ['VER'] } } as unknown as Service;
const own = { subject: SARI, officers: [], behalf: false, account: SARI };
const another = { subject: 'joko', officers: [], behalf: false, account: 'joko' };
const parts = (body: typeof own, role?: string): string[] => [...partsToward(service, body, { account: SARI, role })].sort();

test('who verifies may apply for themselves, and applies for nobody else by that', () => {
  expect(parts(own, 'VER')).toEqual(['pemohon', 'verifikator']);
  expect(parts(another, 'VER')).toEqual(['verifikator']);
  expect([...actsOpen(service, 'diajukan', partsToward(service, another, { account: SARI, role: 'VER' }))]).not.toContain('batalkan');
});

test('an employee without a role acts in the own case only; an office enters for its people', () => {
  expect(parts(own)).toEqual(['pemohon']);
  expect(parts(another)).toEqual([]);
  expect(parts(another, 'OPD')).toEqual(['pemohon']);
});

test('what is done as who one is needs no grant; what the office does has one', () => {
  expect(personalParts(service, own, { account: SARI, role: 'VER' }).has('pemohon')).toBe(true);
  expect(personalParts(service, another, { account: SARI, role: 'OPD' }).has('pemohon')).toBe(false);
});

test('on behalf of a unit acts who began it so', () => {
  const behalf = { ...another, behalf: true, account: SARI };
  expect(parts(behalf, 'LKT')).toEqual(['atas_nama']);
  expect(parts({ ...behalf, account: 'joko' }, 'LKT')).toEqual([]);
  expect(parts({ ...behalf, behalf: false }, 'LKT')).toEqual([]);
});

test('an officer of a party acts in its cases', () => {
  const party = { roles: { pemohon: ['PMH'] } } as unknown as Service;
  expect([...partsToward(party, { ...another, officers: ['joko', SARI] }, { account: SARI, role: undefined })]).toEqual(['pemohon']);
  expect([...partsToward(party, { ...another, officers: ['joko'] }, { account: SARI, role: undefined })]).toEqual([]);
});
