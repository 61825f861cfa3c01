/** Naming columns by hand, when the server did not find the number or the name in the file. */
import type { JSX } from 'preact';
import { l } from '../strings/id_lain';
import { PickOne } from '../ui/combobox';
import { Icon } from '../ui/icons';

/** Our column to the file's. */
export type Mapping = Record<string, string>;

export interface Columns {
  /** Headings of the file, in its order. */
  headers: string[];
  /** Our names, in the order of the agreed file. */
  columns: string[];
}

/** The columns that the server names with a refusal `import_columns`; null for any other refusal. */
export function columnsOf(code: string, extra: Record<string, unknown>): Columns | null {
  const detail = (extra.detail ?? extra) as Partial<Columns>;
  if (code !== 'import_columns' || !Array.isArray(detail.headers) || !Array.isArray(detail.columns)) return null;
  return { headers: detail.headers.filter(Boolean), columns: detail.columns };
}

/** The chosen pairs as the server takes them; columns that were left to the server are left out. */
export function pairs(mapping: Mapping): { ours: string; theirs: string }[] {
  return Object.entries(mapping).flatMap(([ours, theirs]) => (theirs ? [{ ours, theirs }] : []));
}

const alike = (one: string, other: string): boolean =>
  one.toLowerCase().replace(/[^a-z0-9]/g, '') === other.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Without one of these numbers and a name no row can be read. */
const NEEDED = new Set(['NIP', 'KODE_STAF', 'NAMA']);

type ChoiceProps = { found: Columns; mapping: Mapping; set: (mapping: Mapping) => void };

function Fields({ ours, found, mapping, set }: ChoiceProps & { ours: string[] }): JSX.Element {
  return (
    <div class="sepasang">
      {ours.map((name) => (
        <PickOne
          key={name}
          label={l.impor.kolomNama[name] ?? name}
          empty={found.headers.some((theirs) => alike(name, theirs)) ? l.impor.kolomSama(name) : l.impor.kolomTakAda}
          options={found.headers.map((theirs) => ({ value: theirs, label: theirs }))}
          value={mapping[name] ?? ''}
          onChange={(theirs) => set({ ...mapping, [name]: theirs })}
        />
      ))}
    </div>
  );
}

export function ColumnChoice(props: ChoiceProps): JSX.Element {
  const { columns } = props.found;
  return (
    <fieldset class="bagian isian">
      <legend>{l.impor.kolomJudul}</legend>
      <p class="petunjuk">{l.impor.kolomIsi}</p>
      <Fields {...props} ours={columns.filter((name) => NEEDED.has(name))} />
      <details>
        <summary>
          <Icon name="panah" class="panah" />
          {l.impor.kolomLain}
        </summary>
        <Fields {...props} ours={columns.filter((name) => !NEEDED.has(name))} />
      </details>
    </fieldset>
  );
}
