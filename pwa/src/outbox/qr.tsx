/** The address of a receipt as a QR code, for whoever holds the printed proof. Black on white in every theme, so that it
 * can be read by a camera. */
import type { JSX } from 'preact';
import { encode } from 'uqr';

/** Light modules around the code that the standard asks for. */
const QUIET = 4;

export function Qr({ text, label }: { text: string; label: string }): JSX.Element {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : []))).join('');
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={dark} />
    </svg>
  );
}
