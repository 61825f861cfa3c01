import { describe, expect, it } from 'vitest';
import { neutral } from './charts';
import { months, quarters } from './periods';

describe('periods', () => {
  it('counts months back over a new year', () => {
    const found = months('2026-02-22').map(({ value }) => value);
    expect(found.slice(0, 3)).toEqual(['2026-02', '2026-01', '2025-12']);
    expect(found).toHaveLength(13);
  });

  it('names quarters as reports do', () => {
    expect(quarters('2026-01-01').slice(0, 2)).toEqual([
      { value: '2026-Q1', label: 'Triwulan I 2026' },
      { value: '2025-Q4', label: 'Triwulan IV 2025' },
    ]);
  });

  it('makes a formula in a table inert', () => {
    expect(['=1+1', '+62', '-1', '@a', 'dr. Ayu'].map(neutral)).toEqual(["'=1+1", "'+62", "'-1", "'@a", 'dr. Ayu']);
  });
});
