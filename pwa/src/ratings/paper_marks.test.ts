import { expect, it } from 'vitest';
import { readMarks } from './paper_marks';

it('reads nine marks with blanks and spaces', () => {
  expect(readMarks('334 3-4 433')).toEqual({
    answers: { U1: 3, U2: 3, U3: 4, U4: 3, U6: 4, U7: 4, U8: 3, U9: 3 },
    read: 9,
    foreign: false,
  });
});

it('tells what is no mark, and what is too much or too little', () => {
  expect(readMarks('335').foreign).toBe(true);
  expect(readMarks('3333333333').foreign).toBe(true);
  expect(readMarks('33').read).toBe(2);
  expect(readMarks('---------').answers).toEqual({});
});
