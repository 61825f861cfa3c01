/** Form fields: native elements with label, hint, error and count tied together. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../strings/id';
import { Button } from './button';
import { number } from './format';
import { Icon } from './icons';

export interface FieldBase {
  id?: string;
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  required?: boolean;
}

function describedBy(id: string, { hint, error }: FieldBase, count = false): string | undefined {
  const ids = [hint && `${id}-petunjuk`, error && `${id}-salah`, count && `${id}-jumlah`].filter(Boolean);
  return ids.length ? ids.join(' ') : undefined;
}

/** The element's types know each input type apart; which one it is does not matter to any other attribute here. */
const typed = (type: string): { type: 'text' } => ({ type }) as { type: 'text' };

export function ErrorText({ id, text }: { id?: string; text: string | undefined }): JSX.Element | null {
  if (!text) return null;
  return (
    <p class="salah" id={id}>
      <Icon name="seru" />
      <span>{text}</span>
    </p>
  );
}

function Star({ shown }: { shown: boolean | undefined }): JSX.Element | null {
  return shown ? (
    <span class="wajib" aria-hidden="true">
      {'\u00a0'}*
    </span>
  ) : null;
}

type TextProps = FieldBase & {
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'email' | 'tel' | 'search' | 'date' | 'time';
  autocomplete?: string;
  inputmode?: 'text' | 'numeric' | 'tel' | 'email' | 'search';
  capitalize?: 'none' | 'characters' | 'sentences';
  name?: string;
};

export function TextField(props: TextProps): JSX.Element {
  const generated = useId();
  const { id = generated, label, hint, error, required, value, onInput, type = 'text' } = props;
  return (
    <div class="isian">
      <label for={id}>
        {label}
        <Star shown={required} />
      </label>
      {hint && (
        <p class="petunjuk" id={`${id}-petunjuk`}>
          {hint}
        </p>
      )}
      <ErrorText id={`${id}-salah`} text={error} />
      <input
        id={id}
        name={props.name}
        {...typed(type)}
        value={value}
        required={required}
        inputMode={props.inputmode}
        autocomplete={props.autocomplete ?? 'off'}
        autoCapitalize={props.capitalize ?? 'none'}
        spellcheck={false}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(id, props)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

type PasswordProps = FieldBase & { value: string; onInput: (value: string) => void; autocomplete: string };

export function PasswordField(props: PasswordProps): JSX.Element {
  const generated = useId();
  const { id = generated, label, hint, error, value, onInput, autocomplete } = props;
  const [shown, setShown] = useState(false);
  return (
    <div class="isian">
      <label for={id}>{label}</label>
      {hint && (
        <p class="petunjuk" id={`${id}-petunjuk`}>
          {hint}
        </p>
      )}
      <ErrorText id={`${id}-salah`} text={error} />
      <div class="dengan-tombol">
        <input
          id={id}
          {...typed(shown ? 'text' : 'password')}
          value={value}
          required
          autocomplete={autocomplete}
          autoCapitalize="none"
          spellcheck={false}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={describedBy(id, props)}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <Button onClick={() => setShown(!shown)} aria-pressed={shown} about={label}>
          {shown ? t.umum.sembunyikan : t.umum.tampilkan}
        </Button>
      </div>
    </div>
  );
}

type AreaProps = FieldBase & {
  value: string;
  onInput: (value: string) => void;
  max: number;
  rows?: number;
  hideLabel?: boolean;
};

/** Longer text with a count; text past the limit stays and is pointed out, never cut. */
export function TextArea(props: AreaProps): JSX.Element {
  const generated = useId();
  const { id = generated, label, hint, error, required, value, onInput, max, rows = 4, hideLabel = false } = props;
  return (
    <div class="isian">
      <label for={id} class={hideLabel ? 'sr' : undefined}>
        {label}
        <Star shown={required} />
      </label>
      {hint && (
        <p class="petunjuk" id={`${id}-petunjuk`}>
          {hint}
        </p>
      )}
      <ErrorText id={`${id}-salah`} text={error} />
      <textarea
        // Else the browser keeps the text for "reopen closed tab", whoever asks for it; drafts are kept by us.
        autocomplete="off"
        id={id}
        rows={rows}
        value={value}
        required={required}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(id, props, true)}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <span class="kecil hitungan" id={`${id}-jumlah`}>
        {number(value.length)}/{number(max)}
      </span>
    </div>
  );
}

export interface Option {
  value: string;
  label: string;
  hint?: string | undefined;
}

type ChoiceProps = FieldBase & { options: Option[]; value: string; onChange: (value: string) => void };

/** Radio buttons, one a line. */
export function Choice(props: ChoiceProps): JSX.Element {
  const generated = useId();
  const { id = generated, label, hint, error, options, value, onChange } = props;
  return (
    <fieldset class="isian" aria-describedby={describedBy(id, props)}>
      <legend>{label}</legend>
      {hint && (
        <p class="petunjuk" id={`${id}-petunjuk`}>
          {hint}
        </p>
      )}
      <ErrorText id={`${id}-salah`} text={error} />
      <div class="pilihan">
        {options.map((option, index) => (
          <label key={option.value}>
            <input
              id={index ? undefined : id}
              type="radio"
              name={generated}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>
              {option.label}
              {option.hint && <span class="petunjuk"> {option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type CheckProps = { label: ComponentChildren; checked: boolean; onChange: (on: boolean) => void };

export function Check({ label, checked, onChange }: CheckProps): JSX.Element {
  return (
    <label class="centang">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

export type SelectProps = FieldBase & { options: Option[]; value: string; onChange: (value: string) => void; empty?: string };

export function Select(props: SelectProps): JSX.Element {
  const generated = useId();
  const { id = generated, label, hint, error, options, value, onChange, empty } = props;
  // Large text makes the closed list cut a long choice off; then it stands below as well.
  const chosen = options.find((option) => option.value === value)?.label ?? '';
  return (
    <div class="isian">
      <label for={id}>{label}</label>
      {hint && (
        <p class="petunjuk" id={`${id}-petunjuk`}>
          {hint}
        </p>
      )}
      <ErrorText id={`${id}-salah`} text={error} />
      <select
        id={id}
        value={value}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={describedBy(id, props)}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {chosen.length > 16 && (
        <p class="terpilih" aria-hidden="true">
          {chosen}
        </p>
      )}
    </div>
  );
}

/** Lists what is to be mended; takes focus when shown, and each line leads to its field. */
export function ErrorSummary({ errors }: { errors: Record<string, string | undefined> }): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const list = Object.entries(errors).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const key = JSON.stringify(list);
  useEffect(() => {
    if (list.length) box.current?.focus();
  }, [key]);
  if (!list.length) return null;
  const lead = (event: Event, id: string) => {
    event.preventDefault();
    const field = document.getElementById(id);
    (field?.closest('.isian') ?? field)?.scrollIntoView({ block: 'start' });
    field?.focus({ preventScroll: true });
  };
  return (
    <div class="banner galat" role="alert" tabIndex={-1} ref={box}>
      <Icon name="seru" />
      <div>
        <p>{t.umum.periksa}</p>
        <ul>
          {list.map(([id, text]) => (
            <li key={id}>
              <a href={`#${id}`} onClick={(event) => lead(event, id)}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
