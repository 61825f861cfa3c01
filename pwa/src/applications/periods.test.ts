import { describe, expect, it } from 'vitest';
import type { Service } from './definition';
import { periodsFrom, windowOf } from './periods';

const service = (periods: Service['periods']): Service => ({ code: 'x', version: 1, title: 'X', subject: 'employee', roles: {}, output: { code: 'H', label: 'H' }, ...(periods && { periods }) });
const TWICE = service({ months: [10, 4], field: 'period' });

describe('periods', () => {
  it('offers the next that are not closed, before one opens too', () => {
    expect(periodsFrom(TWICE, '2026-11-22').map(({ code }) => code)).toEqual(['2027-04', '2027-10', '2028-04']);
    expect(periodsFrom(TWICE, '2027-03-01')[0]?.code).toBe('2027-04');
    expect(periodsFrom(TWICE, '2027-03-02')[0]?.code).toBe('2027-10');
  });
  it('opens four months and closes one month before', () =>
    expect(windowOf(TWICE, { period: '2027-04' })).toEqual({ code: '2027-04', opens: '2026-12-01', closes: '2027-03-01' }));
  it('holds twelve a year with the monthly option', () => {
    const every = service({ months: [4, 10], every_month: true });
    expect(periodsFrom(every, '2026-11-22')).toHaveLength(12);
    expect(windowOf(every, { period: '2027-01' })).toEqual({ code: '2027-01', opens: '2026-09-01', closes: '2026-12-01' });
  });
  it('knows nothing of a service without periods', () => {
    expect(periodsFrom(service(undefined), '2026-11-22')).toEqual([]);
    expect(windowOf(TWICE, { period: '2027-05' })).toBeUndefined();
  });
});
