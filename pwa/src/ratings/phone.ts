/** Mobile numbers as visitors type them: the twin of the server's rule (golden cases `phone.json`). */

export type PhoneFault = 'EMPTY' | 'BAD_CHARACTER' | 'TOO_SHORT' | 'TOO_LONG' | 'NO_PREFIX' | 'NOT_MOBILE' | 'BAD_COUNTRY';
export type Phone = { e164: string } | { fault: PhoneFault };

function national(part: string): Phone {
  if (!part.startsWith('8')) return { fault: 'NOT_MOBILE' };
  if (part.length < 9) return { fault: 'TOO_SHORT' };
  return part.length > 12 ? { fault: 'TOO_LONG' } : { e164: `+62${part}` };
}

function foreign(digits: string): Phone {
  if (digits.startsWith('0')) return { fault: 'BAD_COUNTRY' };
  if (digits.length < 8) return { fault: 'TOO_SHORT' };
  return digits.length > 15 ? { fault: 'TOO_LONG' } : { e164: `+${digits}` };
}

export function parsePhone(raw: string): Phone {
  const plain = raw.replace(/[\s\u00a0.\-()]/g, '');
  if (!plain) return { fault: 'EMPTY' };
  let plus = plain.startsWith('+');
  let digits = plus ? plain.slice(1) : plain;
  if (!/^[0-9]*$/.test(digits)) return { fault: 'BAD_CHARACTER' };
  if (digits.length < 8) return { fault: 'TOO_SHORT' };
  if (!plus && digits.startsWith('00')) {
    plus = true;
    digits = digits.slice(2);
  }
  if (digits.startsWith('62')) return national(digits.slice(2).replace(/^0/, ''));
  if (plus) return foreign(digits);
  if (digits.startsWith('0')) return national(digits.slice(1));
  return digits.startsWith('8') ? national(digits) : { fault: 'NO_PREFIX' };
}
