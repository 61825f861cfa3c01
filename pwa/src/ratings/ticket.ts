/** Visit tickets as their QR codes carry them. The tablet cannot check the signature without signal: the server knows
 * which tickets there are, and whether one was used. */
import { fromBase64Url } from './seal_phone';

const SIGNED = /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{20,64}$/;

/** The id of a ticket from what was scanned (the address of a form, or the signed text alone); null for anything else. */
export function ticketOf(scanned: string, origin: string): string | null {
  let signed = scanned.trim();
  if (/^https?:/i.test(signed)) {
    if (!URL.canParse(signed)) return null;
    const url = new URL(signed);
    if (url.origin !== origin) return null;
    signed = url.searchParams.get('t') ?? '';
  }
  const id = SIGNED.exec(signed)?.[1];
  if (!id) return null;
  const hex = Array.from(fromBase64Url(id), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
