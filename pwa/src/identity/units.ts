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
}

export const units = signal<Unit[]>([]);

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
  ask<{ units: Unit[] }>('{ units { id code name } }').then(
    (found) => {
      units.value = found.units;
      localStorage.setItem(key(), JSON.stringify(found.units));
    },
    () => {
      asked = '';
    },
  );
}
