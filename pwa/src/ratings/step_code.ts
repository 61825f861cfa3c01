/** The code of a screen at this minute, made without a signal: the twin of `step_code` in `backend/ratings/rules/codes.py`. */
import { ALPHABET } from './tokens';

export const STEP_MS = 60_000;
const SYMBOLS = 6;

const bytes = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** `key` is base64url, `at` the server's time as far as known (ms). Rejects if this browser has no WebCrypto. */
export async function stepCode(key: string, token: string, at: number): Promise<string> {
  const used = await crypto.subtle.importKey('raw', bytes(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const message = new TextEncoder().encode(`${token}/${Math.floor(at / STEP_MS)}`);
  const bits = new DataView(await crypto.subtle.sign('HMAC', used, message)).getUint32(0);
  return Array.from({ length: SYMBOLS }, (_, place) => ALPHABET[(bits >>> (5 * place)) & 31]).join('');
}
