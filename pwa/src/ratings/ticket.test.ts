import { expect, test } from 'vitest';
import { ticketOf } from './ticket';

const origin = 'https://sambung.example.go.id';
/** As the server signs the ticket 0198c0de-0000-7000-8000-00000000abcd; the Python twin of this test holds it to that. */
const signed = 'AZjA3gAAcACAAAAAAACrzQ.hV9d4Lx0cFq1cV2u1wZ6h0C1oQkq3a3bYl1u3mXr5uE';

test('the id is read from the address and from the signed text', () => {
  const id = '0198c0de-0000-7000-8000-00000000abcd';
  expect(ticketOf(signed, origin)).toBe(id);
  expect(ticketOf(`${origin}/n/K7QM2P9D4XV?t=${signed}`, origin)).toBe(id);
  expect(ticketOf(` ${origin}/n/K7QM2P9D4XV?lang=en&t=${signed}\n`, origin)).toBe(id);
});

test('anything else is no ticket', () => {
  for (const text of ['', 'K7QM2P9D4XV', `https://lain.example/n/K?t=${signed}`, `${origin}/n/K7QM2P9D4XV`, 'http://', signed.slice(2)])
    expect(ticketOf(text, origin), text).toBeNull();
});
