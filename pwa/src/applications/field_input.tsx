/** One field of a definition as it is asked for. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { now } from '../identity/session';
import { b } from '../strings/id_usul_bagian';
import { d } from '../strings/id_usul_berkas';
import { Button } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { ErrorText, TextArea, TextField } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import type { Field, Service } from './definition';
import { FileFault, fileFault } from './file_fault';
import type { TypedRow } from './form_draft';
import { periodName } from './period_name';
import { periodsFrom } from './periods';

const Picture = lazyPart(() => import('./picture').then((module) => module.Picture));
const RowsField = lazyPart(() => import('./rows_field').then((module) => module.RowsField));

/** A text that may be longer is asked for in several lines. */
const ONE_LINE = 300;
const USUAL_MOST = 1000;

type Props = {
  service: Service;
  field: Field;
  value: unknown;
  set: (value: unknown) => void;
  error: string | undefined;
  /** Keeps a picture; returns what stands for it in the field's value. `set` is called with it however long that took. */
  keep: (file: File) => Promise<string>;
};

export function FieldInput(props: Props): JSX.Element {
  const { field, value, set, error } = props;
  const { key, label, help, required, type, options = [], max } = field;
  const base = { id: `isian-${key}`, label, hint: help || undefined, error, required: required ?? false };
  if (props.service.periods && key === (props.service.periods.field ?? 'period'))
    return <PickOne {...base} label={required ? `${label} *` : label} options={offered(props.service, text(value))} value={text(value)} onChange={set} empty={b.form.pilih} />;
  switch (type) {
    case 'choice':
      return <PickOne {...base} label={required ? `${label} *` : label} options={options} value={text(value)} onChange={set} empty={b.form.pilih} />;
    case 'rows':
      return <RowsField field={field} rows={(value as TypedRow[] | undefined) ?? []} set={set} error={error} />;
    case 'image':
      return <PictureField {...props} />;
    case 'number':
      // What is no number stays as it was typed, and is pointed out.
      return <TextField {...base} inputmode="numeric" value={text(value)} onInput={(typed) => set(/^-?\d+([.,]\d+)?$/.test(typed.trim()) ? Number(typed.replace(',', '.')) : typed)} />;
    case 'date':
      return <TextField {...base} type="date" value={text(value)} onInput={set} />;
    default:
      return (max ?? USUAL_MOST) > ONE_LINE && !field.validators?.length ? (
        <TextArea {...base} value={text(value)} onInput={set} max={max ?? USUAL_MOST} rows={3} />
      ) : (
        <TextField {...base} value={text(value)} capitalize="sentences" onInput={set} />
      );
  }
}

/** The periods that can be applied for, and the one that was chosen before. */
function offered(service: Service, chosen: string): { value: string; label: string }[] {
  const today = dayOf(now.value);
  const list = periodsFrom(service, today).map(({ code, opens }) => ({ value: code, label: today < opens ? b.form.dibuka(periodName(code), date(opens)) : periodName(code) }));
  return !chosen || list.some(({ value }) => value === chosen) ? list : [{ value: chosen, label: periodName(chosen) }, ...list];
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

function PictureField({ service, field, value, set, error, keep }: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const { key, label, required } = field;
  const limit = (service.files?.image_bytes ?? 1_000_000) / 1_000_000;
  async function choose(file: File): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      set(await keep(file));
    } catch (thrown) {
      setFault(await fileFault(thrown, Boolean(value)));
    } finally {
      setBusy(false);
    }
  }
  return (
    <div class="isian">
      <span class="label">
        {label}
        {required && (
          <span class="wajib" aria-hidden="true">
            {'\u00a0'}*
          </span>
        )}
      </span>
      <p class="petunjuk">{d.gambarBatas(`${String(limit).replace('.', ',')} MB`)}</p>
      <FileFault text={fault} />
      <ErrorText id={`isian-${key}-salah`} text={fault ? undefined : error} />
      <input
        ref={input}
        hidden
        type="file"
        accept="image/png,image/jpeg"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file) void choose(file);
        }}
      />
      {typeof value === 'string' && value && <Picture version={value} label={label} />}
      <div>
        <Button id={`isian-${key}`} icon="klip" about={label} busy={busy} onClick={() => input.current?.click()}>
          {value ? b.form.gantiGambar : b.form.pilihGambar}
        </Button>
      </div>
    </div>
  );
}
