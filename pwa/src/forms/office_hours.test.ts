import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EndBeforeStart, due, isOpen, nextOpen, workingTime, zoneOffset, type Calendar } from './office_hours';

interface Case {
  in: { op: string; calendar: Calendar; at?: string; from?: string; to?: string; minutes?: number };
  out: { open?: boolean; seconds?: number; minutes?: number; at?: string; error?: string };
}

const file = new URL('../../../tests/vectors/office_hours.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

/** The instant as the vectors write it: local time with the calendar's offset. */
function written(at: number | null, calendar: Calendar): string {
  const offset = zoneOffset(calendar.zone);
  const hours = String(offset / 3_600_000).padStart(2, '0');
  return `${new Date((at ?? Number.NaN) + offset).toISOString().slice(0, 19)}+${hours}:00`;
}

function run({ op, calendar, at = '', from = '', to = '', minutes = 0 }: Case['in']): Case['out'] {
  if (op === 'is_open') return { open: isOpen(calendar, Date.parse(at)) };
  if (op === 'due') return { at: written(due(calendar, Date.parse(from), minutes), calendar) };
  if (op === 'next_open') return { at: written(nextOpen(calendar, Date.parse(from)), calendar) };
  try {
    const seconds = workingTime(calendar, Date.parse(from), Date.parse(to)) / 1000;
    return { seconds, minutes: Math.floor(seconds / 60) };
  } catch (error) {
    if (error instanceof EndBeforeStart) return { error: error.code };
    throw error;
  }
}

describe('office hours agree with the server on every golden case', () => {
  it('has cases', () => expect(cases.length).toBeGreaterThan(30));
  cases.forEach((one, index) => {
    const { calendar: _, ...shown } = one.in;
    it(`${index} ${JSON.stringify(shown)}`, () => expect(run(one.in)).toEqual(one.out));
  });
});

describe('a calendar that never opens', () => {
  const closed: Calendar = { zone: 'WIB', week: {} };
  it('has no due instant and no next opening', () => {
    expect(due(closed, Date.now(), 1)).toBeNull();
    expect(nextOpen(closed, Date.now())).toBeNull();
  });
});
