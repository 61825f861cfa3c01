/** When an item was made, for the screens: phones lie about time, and what the person reads must not. */
import { iso } from './clock';
import type { OutboxItem } from './types';

/** When an item was made, from its evidence: the twin of the server's formula. All instants ISO 8601 in UTC. */
export function madeAt(known: Partial<Record<'wall' | 'lastServer' | 'lastWall', string | null>> & { sinceMs?: number | null; arrival: string }): string {
  const at = (time: string | null | undefined): number => (time ? Date.parse(time) : Number.NaN);
  const elapsed = [known.sinceMs ?? Number.NaN, at(known.wall) - at(known.lastWall)].filter((ms) => !Number.isNaN(ms));
  const first = at(known.lastServer);
  const arrival = at(known.arrival);
  if (Number.isNaN(first) || !elapsed.length) return iso(arrival);
  return iso(Math.min(arrival, Math.max(first, first + Math.max(...elapsed))));
}

/** The same for an item of the outbox, ISO 8601 in UTC. Until it has arrived, `now` (ms, the server's clock as far as
 * known) stands for the arrival. A phone that never heard the server has only its own clock. */
export const madeOf = ({ clock, createdAt, acceptedAt }: OutboxItem, now = LATEST): string =>
  clock.lastServer ? madeAt({ ...clock, arrival: acceptedAt ?? iso(now) }) : createdAt;

/** The last instant that a date can hold, in ms. */
const LATEST = 8.64e15;
