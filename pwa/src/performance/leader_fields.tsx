/** What the leaders' form asks of an RHK besides its text: perspective, and the item of the performance agreement. */
import type { JSX } from 'preact';
import { records } from '../identity/session';
import { r } from '../strings/id_skp_rhk';
import { PickOne } from '../ui/combobox';
import { Select } from '../ui/fields';
import { KIND } from './names';
import type { FieldsProps } from './result';
import type { AgreementItem } from './types';

export function LeaderFields({ plan, kind, form, set }: FieldsProps): JSX.Element {
  const items = (records<AgreementItem>(KIND.agreementItem).value ?? [])
    .filter(({ body }) => body.year === plan.year && !body.removed && (!plan.unit || body.unit === plan.unit))
    .sort((a, b) => a.body.order - b.body.order);
  return (
    <>
      <Select
        label={r.perspektif}
        empty={r.pilih}
        options={Object.entries(r.perspektifPilihan).map(([value, label]) => ({ value, label }))}
        value={form.perspective}
        onChange={(perspective) => set({ perspective })}
      />
      {kind === 'utama' && (
        <PickOne
          label={r.perjanjian}
          hint={items.length ? undefined : r.perjanjianKosong}
          empty={r.pilih}
          options={items.map(({ id, body }) => ({ value: id, label: body.text }))}
          value={form.agreementItem}
          onChange={(agreementItem) => set({ agreementItem })}
        />
      )}
    </>
  );
}
