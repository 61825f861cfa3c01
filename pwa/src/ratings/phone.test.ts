import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parsePhone } from './phone';

interface Case {
  in: { raw: string };
  out: { ok: boolean; e164?: string; error?: string; code?: string };
}

const { cases } = JSON.parse(readFileSync(new URL('../../../tests/vectors/phone.json', import.meta.url), 'utf8')) as { cases: Case[] };

test('the tablet reads numbers as the server does', () => {
  expect(cases.length).toBeGreaterThan(10);
  for (const { in: given, out } of cases) {
    const found = parsePhone(given.raw);
    if (out.ok) expect(found, given.raw).toEqual({ e164: out.e164 });
    else expect(found, given.raw).toEqual({ fault: out.error ?? out.code });
  }
});
