import { expect, it } from 'vitest';
import { stepCode } from './step_code';

it('makes the code that the server makes of the same key, token and minute', async () => {
  const key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
  const at = Date.parse('2026-11-21T07:05:30Z');
  expect(await stepCode(key, 'K7QM2P9D4XV', at)).toBe('TKMPEH');
  expect(await stepCode(key, 'K7QM2P9D4XV', at + 29_000)).toBe('TKMPEH');
  expect(await stepCode(key, 'K7QM2P9D4XV', at + 30_000)).not.toBe('TKMPEH');
});
