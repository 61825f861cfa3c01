/** Who is on duty: the twin of the server's rule. Instants in ms since 1970. */

export interface Turn {
  person: string;
  start: number;
  /** Null while nobody has ended it. */
  end: number | null;
}

const HOUR = 3_600_000;
/** So long a turn counts that was begun at the tablet and never ended. */
const OPEN_SHIFT = 12 * HOUR;

export const covers = ({ start, end }: Turn, at: number): boolean => start <= at && at < (end ?? start + OPEN_SHIFT);

/** The people on duty, each once, in the order of `serving`; these count only where no turn is running. */
export function onDuty(turns: readonly Turn[], serving: readonly string[], at: number): string[] {
  const running = new Set(turns.filter((turn) => covers(turn, at)).map(({ person }) => person));
  const known = [...new Set(serving)];
  if (!running.size) return known;
  return [...known.filter((person) => running.has(person)), ...[...running].filter((person) => !known.includes(person))];
}

const ZONES: Record<string, number> = { WIB: 7, WITA: 8, WIT: 9 };

/** The local date (yyyy-mm-dd) in a zone. */
export const dateIn = (zone: string, at: number): string =>
  new Date(at + (ZONES[zone] ?? 7) * HOUR).toISOString().slice(0, 10);
