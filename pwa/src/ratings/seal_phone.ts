/**
 * A visitor's phone number is sealed to the server's public key before it is stored, so that the tablet never holds one
 * in clear and cannot read one back: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 */

type Bytes = Uint8Array<ArrayBuffer>;

const HASH = 'SHA-256';
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
/** Which way of sealing this is: the server tells it apart from its own. */
const PREFIX = 'h1.';
/** All numbers weigh the same when sealed, however many digits they have. */
const LENGTH = 24;

const text = (word: string): Bytes => new TextEncoder().encode(word);

function join(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const KEM = join(text('KEM'), Uint8Array.of(0, 0x10));
const SUITE = join(text('HPKE'), Uint8Array.of(0, 0x10, 0, 1, 0, 2));
const NOTHING: Bytes = new Uint8Array(0);
/** An empty salt is a key of zeros (RFC 5869), which is how browsers take it. */
const NO_SALT: Bytes = new Uint8Array(32);

async function mac(key: Bytes, message: Bytes): Promise<Bytes> {
  const used = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: HASH }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', used, message));
}

const extract = (suite: Bytes, salt: Bytes, label: string, secret: Bytes): Promise<Bytes> =>
  mac(salt, join(text('HPKE-v1'), suite, text(label), secret));

/** At most 32 bytes: one block is all that is needed here. */
async function expand(suite: Bytes, key: Bytes, label: string, info: Bytes, length: number): Promise<Bytes> {
  const block = join(Uint8Array.of(0, length), text('HPKE-v1'), suite, text(label), info, Uint8Array.of(1));
  return (await mac(key, block)).slice(0, length);
}

export function fromBase64Url(word: string): Bytes {
  const plain = atob(word.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export const toBase64Url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

/** Seals `plain` for the holder of `key` (a P-256 point, uncompressed); it opens only with the same `info`. */
export async function seal(key: Bytes, info: Bytes, plain: Bytes): Promise<Bytes> {
  const theirs = await crypto.subtle.importKey('raw', key, CURVE, false, []);
  const once = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const sent = new Uint8Array(await crypto.subtle.exportKey('raw', once.publicKey));
  const agreed = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, once.privateKey, 256));
  const shared = await expand(KEM, await extract(KEM, NO_SALT, 'eae_prk', agreed), 'shared_secret', join(sent, key), 32);
  const context = join(
    Uint8Array.of(0),
    await extract(SUITE, NO_SALT, 'psk_id_hash', NOTHING),
    await extract(SUITE, NO_SALT, 'info_hash', info),
  );
  const secret = await extract(SUITE, shared, 'secret', NOTHING);
  const raw = await expand(SUITE, secret, 'key', context, 32);
  const iv = await expand(SUITE, secret, 'base_nonce', context, 12);
  const used = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  return join(sent, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, used, plain)));
}

/** What a sealed number is bound to: it cannot be moved to another rating. */
export const boundTo = (rating: string): Bytes => text(`sambung/rating-phone/${rating}`);

/** The number of a rating's visitor as it is stored and sent. `key`: the server's, base64url. */
export async function sealPhone(key: string, rating: string, phone: string): Promise<string> {
  return PREFIX + toBase64Url(await seal(fromBase64Url(key), boundTo(rating), text(phone.padEnd(LENGTH))));
}
