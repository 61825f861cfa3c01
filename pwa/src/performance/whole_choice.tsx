/** Year and unit of the pages that look at plans as a whole. HR chooses among its units; a superior sees the team. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isHrAdmin } from '../identity/roles';
import { now, records, working } from '../identity/session';
import { above, loadUnits, units } from '../identity/units';
import { m } from '../strings/id_skp_rekap';
import { PickOne } from '../ui/combobox';
import { Select } from '../ui/fields';
import { dayOf } from '../ui/format';
import { KIND } from './names';
import type { Period } from './types';

export interface Whole {
  year: number;
  unit: string;
}

/** The present year, whole scope. */
export const present = (): Whole => ({ year: Number(dayOf(now.value).slice(0, 4)), unit: '' });

export function WholeChoice({ value, set }: { value: Whole; set: (value: Whole) => void }): JSX.Element {
  useEffect(loadUnits, []);
  const held = (records<Period>(KIND.period).value ?? []).map(({ body }) => body.year);
  const years = [...new Set([...held, value.year])].sort((a, b) => b - a);
  const own = working.value?.unit ?? '';
  const within = units.value.filter(({ id }) => above(id)?.has(own));
  return (
    <div class="sepasang">
      <Select
        label={m.tahun}
        options={years.map((year) => ({ value: String(year), label: String(year) }))}
        value={String(value.year)}
        onChange={(year) => set({ ...value, year: Number(year) })}
      />
      {isHrAdmin(working.value) && (
        <PickOne
          label={m.unit}
          empty={m.semuaUnit}
          options={within.map(({ id, name }) => ({ value: id, label: name }))}
          value={value.unit}
          onChange={(unit) => set({ ...value, unit })}
        />
      )}
    </div>
  );
}
