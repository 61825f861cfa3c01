/** The cases that the server's tests run too: `sync/vectors` at the root of the repository. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { madeAt } from './made';
import { digest, type Versioned } from './digest';
import { merge } from './merge';
import { displayReceipt, readReceipt } from './receipt';
import type { Fields } from './types';

interface Case<In, Out> {
  note: string;
  in: In;
  out: Out;
}

function cases<In, Out>(name: string): Case<In, Out>[] {
  const file = new URL(`../../../sync/vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case<In, Out>[] }).cases;
}

describe('digest', () => {
  test.each(cases<{ records: Versioned[] }, unknown>('digest'))('$note', async (one) => {
    expect(await digest(one.in.records)).toEqual(one.out);
  });
});

describe('merge', () => {
  test.each(cases<{ base: Fields | null; mine: Fields; theirs: Fields; groups: string[][] }, unknown>('merge'))('$note', (one) => {
    const { base, mine, theirs, groups } = one.in;
    expect(merge(base, mine, theirs, groups)).toEqual(one.out);
  });
});

describe('receipt', () => {
  test.each(cases<{ typed: string }, { receipt: string | null; display: string | null }>('receipt'))('$note', (one) => {
    const receipt = readReceipt(one.in.typed);
    expect({ receipt, display: receipt && displayReceipt(receipt) }).toEqual(one.out);
  });
});

describe('clock', () => {
  test.each(cases<Parameters<typeof madeAt>[0], { made: string }>('clock'))('$note', (one) => {
    expect(madeAt(one.in)).toBe(one.out.made);
  });
});
