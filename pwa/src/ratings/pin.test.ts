import { pbkdf2Sync } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { tryPin, waitMs } from './pin';

const salt = Buffer.from('0123456789abcdef');
const check = { salt: salt.toString('base64url'), hash: pbkdf2Sync('204060', salt, 1000, 32, 'sha256').toString('base64url'), iterations: 1000 };

beforeEach(() => {
  const held = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => held.set(key, value),
  });
});

test('only the PIN fits', async () => {
  expect(await tryPin(check, '204060')).toBe(true);
  expect(await tryPin(check, '204061')).toBe(false);
});

test('five wrong tries cost half a minute, and a right one forgives them', async () => {
  for (let n = 0; n < 4; n++) await tryPin(check, '000000');
  expect(waitMs()).toBe(0);
  await tryPin(check, '000000');
  expect(waitMs()).toBeGreaterThan(29_000);
  await tryPin(check, '000000');
  expect(waitMs()).toBeGreaterThan(59_000);
  await tryPin(check, '204060');
  expect(waitMs()).toBe(0);
});
