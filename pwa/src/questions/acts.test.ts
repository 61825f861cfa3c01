import { describe, expect, it } from 'vitest';
import { acts } from './acts';
import type { Question } from './types';

const question = (change: Partial<Question>): Question => ({
  text: 'Kapan?',
  kind: 'pertanyaan',
  state: 'disaring',
  askerId: 'a',
  askerName: 'Rini',
  channel: 'aplikasi',
  writtenAt: '',
  ...change,
});
const as = (role: string) => ({ id: 'g', role, unit: 'u' });

describe('acts of the desk', () => {
  it('nobody answers before the filter', () => {
    expect(acts(question({ state: 'baru' }), as('OPR'), 'me')).toMatchObject({
      answer: false,
      claim: false,
      blocked: 'filter',
    });
    expect(acts(question({ state: 'baru' }), as('ADM'), 'me').assign).toBe(true);
  });
  it('an operator takes a free question first', () =>
    expect(acts(question({}), as('OPR'), 'me')).toMatchObject({ claim: true, answer: false, blocked: 'claim' }));
  it('the holder answers, asks back and forwards', () =>
    expect(acts(question({ holderId: 'me' }), as('OPR'), 'me')).toMatchObject({
      answer: true,
      askBack: true,
      forward: true,
    }));
  it('another operator only writes notes', () =>
    expect(acts(question({ holderId: 'other' }), as('OPR'), 'me')).toMatchObject({
      answer: false,
      claim: false,
      blocked: 'held',
    }));
  it('the filter routes but does not answer', () =>
    expect(acts(question({ holderId: 'other' }), as('ADM'), 'me')).toMatchObject({
      assign: true,
      answer: false,
      forward: true,
    }));
  it('a unit contact answers what was forwarded', () =>
    expect(acts(question({ state: 'diteruskan' }), as('BID'), 'me').answer).toBe(true));
  it('an answered question can be reopened by its holder and the filter', () => {
    expect(acts(question({ state: 'dijawab', holderId: 'me' }), as('OPR'), 'me')).toMatchObject({
      reopen: true,
      blocked: 'done',
    });
    expect(acts(question({ state: 'selesai' }), as('OPR'), 'me').reopen).toBe(false);
  });
});
