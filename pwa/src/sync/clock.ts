/** Phones lie about time: what is sent with an item so that the server can tell when it was made. */
import type { ClockEvidence } from './types';

export const iso = (at: number): string => new Date(at).toISOString();

/** `heard` is this page's monotonic reading at the last answer (none: another page or an earlier start heard it). */
export const evidence = (
  now: number,
  last: { lastServer?: string; lastWall?: string },
  heard: number | undefined,
): ClockEvidence => ({
  wall: iso(now),
  lastServer: last.lastServer,
  lastWall: last.lastWall,
  sinceMs: heard && Math.round(performance.now() - heard),
});
