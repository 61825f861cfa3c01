import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { personalIn, scrub } from './personal';

interface Case {
  text: string;
  names: string[];
  scrubbed: string;
  found: string[];
}

const file = new URL('../../../tests/vectors/personal_data.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

describe('personal data is marked and found as on the server', () => {
  it.each(cases)('$text', ({ text, names, scrubbed, found }) => {
    expect(scrub(text, names)).toBe(scrubbed);
    expect(personalIn(text, names)).toEqual(found);
    expect(scrub(scrubbed, names)).toBe(scrubbed);
  });
});
