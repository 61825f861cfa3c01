/** Which sub-districts a note is for: none named means all. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { loadUnits, units } from '../identity/units';
import { p } from '../strings/id_pusat';
import { Check, Choice } from '../ui/fields';

const isSubDistrict = (code: string): boolean => /-K[0-9]+$/.test(code);

export function Areas({ value, onChange }: { value: string[]; onChange: (areas: string[]) => void }): JSX.Element | null {
  const [some, setSome] = useState(value.length > 0);
  useEffect(loadUnits, []);
  const offered = units.value.filter(({ id, code }) => isSubDistrict(code) || value.includes(id));
  if (!offered.length) return null;
  return (
    <>
      <Choice
        label={p.isian.areas}
        options={[
          { value: 'semua', label: p.isian.semua },
          { value: 'sebagian', label: p.isian.sebagian },
        ]}
        value={some ? 'sebagian' : 'semua'}
        onChange={(chosen) => {
          setSome(chosen === 'sebagian');
          if (chosen === 'semua') onChange([]);
        }}
      />
      {some && (
        <fieldset class="isian">
          <legend>{p.isian.pilihWilayah}</legend>
          <div class="pilihan">
            {offered.map(({ id, name }) => (
              <Check
                key={id}
                label={name}
                checked={value.includes(id)}
                onChange={(on) => onChange(on ? [...value, id] : value.filter((one) => one !== id))}
              />
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
}
