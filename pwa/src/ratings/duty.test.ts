import { expect, test } from 'vitest';
import { dateIn, onDuty } from './duty';

const at = Date.parse('2026-11-20T02:00:00Z');
const hour = 3_600_000;
const turn = (person: string, from: number, to: number | null) => ({ person, start: at + from * hour, end: to === null ? null : at + to * hour });

test('a running turn decides, else whoever serves at the site', () => {
  expect(onDuty([], ['a', 'b'], at)).toEqual(['a', 'b']);
  expect(onDuty([turn('b', -1, 1)], ['a', 'b', 'c'], at)).toEqual(['b']);
  expect(onDuty([turn('b', -1, 0)], ['a', 'b'], at)).toEqual(['a', 'b']);
  expect(onDuty([turn('b', 0, 1), turn('z', -1, 1), turn('a', -1, 1)], ['a', 'b'], at)).toEqual(['a', 'b', 'z']);
});

test('a turn that nobody ended counts for twelve hours', () => {
  expect(onDuty([turn('b', -11.9, null)], ['a', 'b'], at)).toEqual(['b']);
  expect(onDuty([turn('b', -12, null)], ['a', 'b'], at)).toEqual(['a', 'b']);
});

test('the date is that of the place', () => {
  const late = Date.parse('2026-11-20T16:30:00Z');
  expect([dateIn('WIB', late), dateIn('WITA', late), dateIn('WIT', late)]).toEqual(['2026-11-20', '2026-11-21', '2026-11-21']);
});
