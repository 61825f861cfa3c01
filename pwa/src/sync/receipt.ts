/** Receipts: eight symbols of Crockford base32, shown as `K7QM-2P9D`. */

const SHAPE = /^[0-9A-HJKMNP-TV-Z]{8}$/;

/** What a person typed or read aloud, as the eight stored symbols; null when it cannot be a receipt. */
export function readReceipt(typed: string): string | null {
  const symbols = typed
    // Not toUpperCase: it makes an S of the old long s, which is no symbol here.
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[\s\u2010-\u2015\u2212-]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  return SHAPE.test(symbols) ? symbols : null;
}

/** The stored symbols in the form that is printed and read aloud. */
export const displayReceipt = (receipt: string): string => `${receipt.slice(0, 4)}-${receipt.slice(4)}`;
