/** A value as a person reads it. */
import type { JSX } from 'preact';
import { u } from '../strings/id_usul';
import { date } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { isEmpty } from './conditions';
import type { Field } from './definition';
import { periodName } from './period_name';

const Picture = lazyPart(() => import('./picture').then((module) => module.Picture));

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

const isPeriod = (field: Field, value: unknown): boolean => field.key === 'period' && /^\d{4}-\d{2}$/.test(text(value));

export function ReadValue({ field, value }: { field: Field; value: unknown }): JSX.Element {
  if (isEmpty(value)) return <span class="petunjuk">{u.form.kosong}</span>;
  if (isPeriod(field, value)) return <>{periodName(text(value))}</>;
  switch (field.type) {
    case 'choice':
      return <>{field.options?.find((one) => one.value === value)?.label ?? text(value)}</>;
    case 'date':
      return <>{date(text(value))}</>;
    case 'image':
      return <Picture version={text(value)} label={field.label} bare />;
    case 'rows':
      return (
        <ol class="butir">
          {(value as Record<string, string>[]).map((row) => (
            <li key={row.id}>{(field.columns ?? []).map(({ key }) => row[key]).filter(Boolean).join(': ')}</li>
          ))}
        </ol>
      );
    default:
      return <span class="nilai">{text(value)}</span>;
  }
}
