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

/** When an item was made, from its evidence: the twin of the server's formula. All instants ISO 8601 in UTC. */
export function madeAt(known: Partial<Record<'wall' | 'lastServer' | 'lastWall', string | null>> & { sinceMs?: number | null; arrival: string }): string {
  const at = (time: string | null | undefined): number => (time ? Date.parse(time) : Number.NaN);
  const elapsed = [known.sinceMs ?? Number.NaN, at(known.wall) - at(known.lastWall)].filter((ms) => !Number.isNaN(ms));
  const first = at(known.lastServer);
  const arrival = at(known.arrival);
  if (Number.isNaN(first) || !elapsed.length) return iso(arrival);
  return iso(Math.min(arrival, Math.max(first, first + Math.max(...elapsed))));
}
