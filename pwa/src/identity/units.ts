/**
 * Units of the agency, for desks that route work: read online once in a while, kept on the device, so that routing also
 * works without signal. Names of offices are nothing personal.
 */
import { signal } from '@preact/signals';
import { ask } from '../graphql';
import { me } from './session';

export interface Unit {
  id: string;
  code: string;
  name: string;
  parent?: string | null;
}

export const units = signal<Unit[]>([]);

/** A unit and all above it; null while the list never came or does not know the unit. */
export function above(unit: string): Set<string> | null {
  const byId = new Map(units.value.map((one) => [one.id, one]));
  if (!byId.has(unit) || units.value.some(({ parent }) => parent === undefined)) return null;
  const found = new Set<string>();
  for (let id: string | null | undefined = unit; id && !found.has(id); id = byId.get(id)?.parent) found.add(id);
  return found;
}

const key = (): string => `sambung.unit.${me.value?.agency.code ?? ''}`;
let asked = '';

/** Shows what the device holds and refreshes it once a start; offline the held list stays. */
export function loadUnits(): void {
  if (asked === key()) return;
  asked = key();
  try {
    units.value = JSON.parse(localStorage.getItem(asked) ?? '[]') as Unit[];
  } catch {
    units.value = [];
  }
  ask<{ units: Unit[] }>('{ units { id code name parent } }').then(
    (found) => {
      units.value = found.units;
      localStorage.setItem(key(), JSON.stringify(found.units));
    },
    () => {
      asked = '';
    },
  );
}
