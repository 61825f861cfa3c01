import { createDecipheriv, createECDH, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { fromBase64Url, sealPhone } from './seal_phone';

/** The receiving side of RFC 9180, written from the document with other tools than the sending side. */
function open(secret: Buffer, point: Buffer, info: string, sealed: Uint8Array): string {
  const mac = (key: Buffer, ...parts: (Buffer | string)[]) => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  };
  const kem = Buffer.from('4b454d0010', 'hex');
  const suite = Buffer.from('48504b45001000010002', 'hex');
  const expand = (suiteId: Buffer, key: Buffer, label: string, context: Buffer, length: number) =>
    mac(key, Buffer.from([0, length]), 'HPKE-v1', suiteId, label, context, Buffer.from([1])).subarray(0, length);
  const empty = Buffer.alloc(0);
  const sent = Buffer.from(sealed.slice(0, 65));
  const own = createECDH('prime256v1');
  own.setPrivateKey(secret);
  const agreed = own.computeSecret(sent);
  const prk = mac(empty, 'HPKE-v1', kem, 'eae_prk', agreed);
  const shared = expand(kem, prk, 'shared_secret', Buffer.concat([sent, point]), 32);
  const context = Buffer.concat([
    Buffer.from([0]),
    mac(empty, 'HPKE-v1', suite, 'psk_id_hash'),
    mac(empty, 'HPKE-v1', suite, 'info_hash', info),
  ]);
  const inner = mac(shared, 'HPKE-v1', suite, 'secret');
  const body = Buffer.from(sealed.slice(65));
  const cipher = createDecipheriv('aes-256-gcm', expand(suite, inner, 'key', context, 32), expand(suite, inner, 'base_nonce', context, 12));
  cipher.setAuthTag(body.subarray(-16));
  return Buffer.concat([cipher.update(body.subarray(0, -16)), cipher.final()]).toString();
}

const rating = 'b9d2f1f4-7d0a-4c3e-9c1e-0123456789ab';

function keys() {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  return { secret: pair.getPrivateKey(), point: pair.getPublicKey() };
}

test('the holder of the key reads the number, bound to its rating', async () => {
  const { secret, point } = keys();
  const sealed = await sealPhone(point.toString('base64url'), rating, '081200000001');
  const bytes = fromBase64Url(sealed.slice(3));
  expect(open(secret, point, `sambung/rating-phone/${rating}`, bytes).trim()).toBe('081200000001');
  expect(() => open(secret, point, 'sambung/rating-phone/another', bytes)).toThrow();
});

test('what is stored tells neither the number nor its length, and is never the same twice', async () => {
  const key = keys().point.toString('base64url');
  const short = await sealPhone(key, rating, '0812000001');
  const long = await sealPhone(key, rating, '+6281200000001');
  expect(short).toHaveLength(long.length);
  expect(short).not.toContain('0812');
  expect(await sealPhone(key, rating, '0812000001')).not.toBe(short);
});
