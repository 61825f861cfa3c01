/** Choosing one of many: up to fifteen a native list; more, a field to type in with the matching ones below it. */
import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { fold } from '../forms/suggest';
import { t } from '../strings/id';
import { announce } from './announce';
import { ErrorText, Select, type Option, type SelectProps } from './fields';

const MOST_IN_A_LIST = 15;

/** Options with every typed word in their label; all of them while nothing was typed. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const words = fold(typed).trim().split(' ');
  return options.filter(({ label }) => {
    const within = fold(label);
    return words.every((word) => within.includes(word));
  });
}

export function PickOne(props: SelectProps): JSX.Element {
  return props.options.length > MOST_IN_A_LIST ? <Combobox {...props} /> : <Select {...props} />;
}

function Combobox(props: SelectProps): JSX.Element {
  const generated = useId();
  const { id = generated, label, hint, error, value, onChange, empty } = props;
  const options = empty === undefined ? props.options : [{ value: '', label: empty }, ...props.options];
  const chosen = options.find((option) => option.value === value);
  /** What was typed; null: the field shows the choice. */
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const found = matching(options, typed ?? '');
  const optionId = (index: number): string => `${id}-pilihan-${index}`;

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, open]);

  function show(): void {
    if (open) return;
    setOpen(true);
    setActive(Math.max(0, options.indexOf(chosen ?? options[0]!)));
  }
  function close(): void {
    setOpen(false);
    setTyped(null);
  }
  function choose(option: Option | undefined): void {
    if (option) onChange(option.value);
    close();
  }
  function type(text: string): void {
    setTyped(text);
    setOpen(true);
    setActive(0);
    announce(t.umum.pilihan(matching(options, text).length));
  }
  function key(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) return show();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((active + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter' && open) {
      event.preventDefault();
      choose(found[active]);
    } else if (event.key === 'Escape' && open) {
      // Closes the list only, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  return (
    <div class="isian">
      <label for={id}>{label}</label>
      {hint && (
        <p class="petunjuk" id={`${id}-petunjuk`}>
          {hint}
        </p>
      )}
      <ErrorText id={`${id}-salah`} text={error} />
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        value={typed ?? chosen?.label ?? ''}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={`${id}-daftar`}
        aria-activedescendant={open && found.length ? optionId(active) : undefined}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={[hint && `${id}-petunjuk`, error && `${id}-salah`].filter(Boolean).join(' ') || undefined}
        onFocus={(event) => event.currentTarget.select()}
        onClick={show}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={key}
        onBlur={close}
      />
      {!open && (chosen?.label.length ?? 0) > 16 && (
        <p class="terpilih" aria-hidden="true">
          {chosen?.label}
        </p>
      )}
      <ul id={`${id}-daftar`} class="daftar cari-pilih" role="listbox" aria-label={label} hidden={!open} ref={list}>
        {open &&
          found.map((option, index) => (
            <li
              key={option.value}
              id={optionId(index)}
              role="option"
              aria-selected={option.value === value}
              class={index === active ? 'aktif' : undefined}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(option)}
            >
              {option.label}
            </li>
          ))}
      </ul>
      {open && !found.length && <p class="petunjuk">{t.umum.pilihan(0)}</p>}
    </div>
  );
}
