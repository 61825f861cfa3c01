/** A field of rows: ordered, keyed, with moving, removing and undoing. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { b } from '../strings/id_usul_bagian';
import { uuid7 } from '../sync';
import { announce } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { ErrorText, TextField } from '../ui/fields';
import type { Field } from './definition';
import type { TypedRow } from './form_draft';

type Props = { field: Field; rows: readonly TypedRow[]; set: (rows: TypedRow[]) => void; error: string | undefined };

export function RowsField({ field, rows, set, error }: Props): JSX.Element {
  const [gone, setGone] = useState<{ row: TypedRow; at: number } | null>(null);
  const box = useRef<HTMLFieldSetElement>(null);
  const { key, label, help, required, columns = [], max = 100 } = field;
  const id = `isian-${key}`;
  const undo = useRef<HTMLParagraphElement>(null);
  const tell = (count: number): void => announce(b.form.baris(count));
  /** Focus follows the row; the browser draws it first. */
  const focus = (row: number): void => {
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-baris="${row}"] input`)?.focus());
  };
  function add(): void {
    set([...rows, { id: uuid7(Date.now()), cells: {} }]);
    tell(rows.length + 1);
    focus(rows.length);
  }
  function remove(at: number): void {
    setGone({ row: rows[at]!, at });
    set(rows.filter((_, index) => index !== at));
    tell(rows.length - 1);
    // The button that was pressed is gone.
    requestAnimationFrame(() => undo.current?.querySelector('button')?.focus());
  }
  function restore({ row, at }: NonNullable<typeof gone>): void {
    set([...rows.slice(0, at), row, ...rows.slice(at)]);
    setGone(null);
    tell(rows.length + 1);
    focus(Math.min(at, rows.length));
  }
  function move(at: number, by: number): void {
    const next = [...rows];
    const [row] = next.splice(at, 1);
    next.splice(at + by, 0, row!);
    set(next);
    focus(at + by);
  }
  return (
    <fieldset class="isian" ref={box} aria-describedby={error ? `${id}-salah` : undefined}>
      <legend id={id} tabIndex={-1}>
        {label}
        {required && (
          <span class="wajib" aria-hidden="true">
            {'\u00a0'}*
          </span>
        )}
      </legend>
      {help && <p class="petunjuk">{help}</p>}
      <ErrorText id={`${id}-salah`} text={error} />
      <ol class="daftar">
        {rows.map((row, at) => (
          <li key={row.id} class="kartu" data-baris={at} aria-label={b.form.barisKe(label, at + 1)}>
            {columns.map((column) => (
              <TextField
                key={column.key}
                label={`${column.label} ${at + 1}`}
                value={row.cells[column.key] ?? ''}
                capitalize="sentences"
                required={column.required !== false}
                onInput={(text) => set(rows.map((one) => (one.id === row.id ? { ...one, cells: { ...one.cells, [column.key]: text } } : one)))}
              />
            ))}
            <Buttons>
              {at > 0 && (
                <Button icon="naik" about={`${label} ${at + 1}`} onClick={() => move(at, -1)}>
                  {b.form.naik}
                </Button>
              )}
              {at < rows.length - 1 && (
                <Button about={`${label} ${at + 1}`} onClick={() => move(at, 1)}>
                  {b.form.turun}
                </Button>
              )}
              <Button icon="tutup" about={`${label} ${at + 1}`} onClick={() => remove(at)}>
                {b.form.hapusBaris}
              </Button>
            </Buttons>
          </li>
        ))}
      </ol>
      {gone && (
        <p role="status" ref={undo}>
          {b.form.barisDihapus}{' '}
          <Button about={`${label} ${gone.at + 1}`} onClick={() => restore(gone)}>
            {b.form.urungkan}
          </Button>
        </p>
      )}
      {rows.length < max ? (
        <div>
          <Button icon="tambah" about={label} onClick={add}>
            {b.form.tambahBaris}
          </Button>
        </div>
      ) : (
        <p class="petunjuk">{b.form.barisPenuh(max)}</p>
      )}
    </fieldset>
  );
}
