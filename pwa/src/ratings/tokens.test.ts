import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSymbol, formPath, readToken, scanned, showToken } from './tokens';

const symbol = fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ');
const token = fc.array(symbol, { minLength: 10, maxLength: 10 }).map((list) => list.join('') + checkSymbol(list.join('')));
const HERE = 'https://sambung.example.id';

describe('tokens of codes', () => {
  it('agree with the server on the check symbol', () => {
    // Written down from the server's own function.
    expect(checkSymbol('0000000001')).toBe('2');
    expect(checkSymbol('ABCDEFGHJK')).toBe('J');
    expect(checkSymbol('Z9Y8X7W6V5')).toBe('6');
  });

  it('read back in any spelling', () => {
    fc.assert(
      fc.property(token, (one) => {
        expect(readToken(` ${showToken(one).toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} `)).toBe(one);
      }),
    );
  });

  it('are refused with one wrong symbol', () => {
    fc.assert(
      fc.property(token, fc.nat(10), symbol, (one, place, other) => {
        const changed = one.slice(0, place) + other + one.slice(place + 1);
        expect(readToken(changed)).toBe(changed === one ? one : null);
      }),
    );
  });
});

describe('what a camera read', () => {
  const own = '0000000001' + checkSymbol('0000000001');

  it('opens pages of codes on this server, with the proof that they carry', () => {
    expect(scanned(`${HERE}/n/${own}?s=ABC123`, HERE)).toBe(`/n/${own}?s=ABC123`);
    expect(scanned(`${HERE}/survei/${own}`, HERE)).toBe(`/survei/${own}`);
    expect(scanned(showToken(own), HERE)).toBe(formPath(own));
  });

  it('opens nothing else', () => {
    for (const text of [
      `https://sambung.example.id.jahat.example/n/${own}`,
      `http://sambung.example.id/n/${own}`,
      `${HERE}/n/${own}/poster-a4.pdf`,
      `${HERE}/n/AAAAAAAAAAA`,
      `${HERE}/graphql`,
      'javascript:alert(1)',
      `data:text/html,${own}`,
      '',
      'WIFI:S:x;;',
    ])
      expect(scanned(text, HERE)).toBeNull();
  });
});
