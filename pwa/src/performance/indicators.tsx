/** Keyed rows of indicators: add, move, take out, bring back. Focus follows the row, the count is said aloud. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { r as w } from '../strings/id_skp_rhk';
import { uuid7 } from '../sync';
import { announce } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Select, TextArea, TextField } from '../ui/fields';
import { TEXT_MOST } from './limits';
import type { Row as Shown } from './result_form';

const ASPECTS = Object.entries(w.aspekPilihan).map(([value, label]) => ({ value, label }));

const emptyRow = (aspects: boolean): Shown => ({ id: uuid7(Date.now()), aspect: aspects ? 'kuantitas' : '', indicator: '', target: '', unit: '' });

type RowProps = {
  row: Shown;
  at: number;
  last: number;
  aspects: boolean;
  errors: Record<string, string | undefined>;
  set: (row: Shown) => void;
  move: (by: 1 | -1) => void;
  remove: () => void;
};

function Row({ row, at, last, aspects, errors, set, move, remove }: RowProps): JSX.Element {
  const name = w.baris(at + 1);
  return (
    <fieldset class="kartu" id={`baris-${row.id}`} tabIndex={-1}>
      <legend class="sr">{name}</legend>
      <h3 aria-hidden="true">{name}</h3>
      {aspects && <Select label={w.aspek} options={ASPECTS} value={row.aspect} onChange={(aspect) => set({ ...row, aspect })} />}
      <TextArea
        id={`indikator-${row.id}`}
        label={w.namaIndikator}
        value={row.indicator}
        onInput={(indicator) => set({ ...row, indicator })}
        max={TEXT_MOST}
        rows={2}
        error={errors[`indikator-${row.id}`]}
        required
      />
      <div class="sepasang">
        <TextField
          id={`target-${row.id}`}
          label={w.target}
          hint={w.targetPetunjuk}
          value={row.target}
          onInput={(target) => set({ ...row, target })}
          error={errors[`target-${row.id}`]}
          capitalize="sentences"
          required
        />
        <TextField
          id={`satuan-${row.id}`}
          label={w.satuan}
          value={row.unit}
          onInput={(unit) => set({ ...row, unit })}
          error={errors[`satuan-${row.id}`]}
        />
      </div>
      <Buttons>
        {at > 0 && (
          <Button icon="naik" about={name} onClick={() => move(-1)}>
            {w.naik}
          </Button>
        )}
        {at < last && (
          <Button about={name} onClick={() => move(1)}>
            {w.turun}
          </Button>
        )}
        <Button icon="tutup" about={name} onClick={remove}>
          {w.hapusBaris}
        </Button>
      </Buttons>
    </fieldset>
  );
}

type Props = {
  rows: readonly Shown[];
  /** Plans of leaders have no aspects. */
  aspects: boolean;
  errors: Record<string, string | undefined>;
  set: (rows: Shown[]) => void;
};

export function Indicators({ rows, aspects, errors, set }: Props): JSX.Element {
  const [removed, setRemoved] = useState<{ row: Shown; at: number } | null>(null);
  const follow = useRef('');
  useEffect(() => {
    if (follow.current) document.getElementById(follow.current)?.focus();
    follow.current = '';
  });
  const change = (next: Shown[], focus: string): void => {
    follow.current = focus;
    set(next);
    announce(w.jumlahBaris(next.length));
  };
  const move = (at: number, by: 1 | -1): void => {
    const next = [...rows];
    const [row] = next.splice(at, 1);
    if (!row) return;
    next.splice(at + by, 0, row);
    change(next, `baris-${row.id}`);
  };
  const remove = (at: number): void => {
    const row = rows[at];
    if (!row) return;
    setRemoved({ row, at });
    change(rows.filter((_, index) => index !== at), 'baris-urungkan');
  };
  return (
    <section class="bagian" aria-label={w.indikator}>
      <h2>{w.indikator}</h2>
      {rows.map((row, at) => (
        <Row
          key={row.id}
          row={row}
          at={at}
          last={rows.length - 1}
          aspects={aspects}
          errors={errors}
          set={(changed) => set(rows.map((one) => (one.id === row.id ? changed : one)))}
          move={(by) => move(at, by)}
          remove={() => remove(at)}
        />
      ))}
      {removed && (
        <p>
          {w.terhapus}{' '}
          <Button
            id="baris-urungkan"
            kind="polos"
            onClick={() => {
              const next = [...rows];
              next.splice(removed.at, 0, removed.row);
              setRemoved(null);
              change(next, `baris-${removed.row.id}`);
            }}
          >
            {w.urungkan}
          </Button>
        </p>
      )}
      <div>
        <Button
          icon="tambah"
          onClick={() => {
            const row = emptyRow(aspects);
            change([...rows, row], `indikator-${row.id}`);
          }}
        >
          {w.tambahBaris}
        </Button>
      </div>
    </section>
  );
}
