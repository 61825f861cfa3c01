/** Nine marks of a paper survey in one line: 1 to 4, or - for what was left blank. */

export const ELEMENTS = 9;
const BLANK = /[-.0_]/;
const SPACES = /[\s,;]/g;

export interface Marks {
  answers: Record<string, number>;
  /** How many marks were read, blanks included. */
  read: number;
  /** A sign that is no mark. */
  foreign: boolean;
}

export function readMarks(typed: string): Marks {
  const signs = [...typed.replace(SPACES, '')];
  const answers: Record<string, number> = {};
  signs.slice(0, ELEMENTS).forEach((sign, place) => {
    if (sign >= '1' && sign <= '4') answers[`U${place + 1}`] = Number(sign);
  });
  const foreign = signs.length > ELEMENTS || signs.some((sign) => !(sign >= '1' && sign <= '4') && !BLANK.test(sign));
  return { answers, read: signs.length, foreign };
}
