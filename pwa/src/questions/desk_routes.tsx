/** Acts of the desk that need a word: forward to a unit, reopen. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { categorySet } from '../forms/bundle';
import { mutate, records, working } from '../identity/session';
import { units } from '../identity/units';
import { NotSaved, useSave } from '../outbox/save';
import { q } from '../strings/id_tanya';
import { Button } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { TextArea, type Option } from '../ui/fields';
import type { ActProps } from './desk_actions';
import type { Question } from './types';

const NOTE_LENGTH = 1000;

/** Units that take questions, by id: those in charge of a category, and those that questions of the desk lie with. */
function unitOptions(): Option[] {
  const inCharge = new Set(categorySet.value.categories.map(({ unit }) => unit));
  const names = new Map(units.value.filter(({ code }) => inCharge.has(code)).map(({ id, name }) => [id, name]));
  for (const { body } of records<Question>('question').value ?? []) {
    if (body.unit && body.unitName) names.set(body.unit, body.unitName);
  }
  return [...names].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

export function Forward({ view, onSaved }: ActProps): JSX.Element {
  const [unit, setUnit] = useState('');
  const [note, setNote] = useState('');
  const [errors, setErrors] = useState<{ unit?: string | undefined; note?: string | undefined }>({});
  const saving = useSave();
  async function send(): Promise<void> {
    const found = { unit: unit ? undefined : q.meja.pilihBidang, note: note.trim() ? undefined : q.meja.isiCatatan };
    setErrors(found);
    if (found.unit || found.note) return;
    const work = () =>
      mutate({
        kind: 'question.forward',
        record: view.id,
        args: { unit, note: note.trim() },
        ...(working.value && { as: working.value.id }),
      });
    if (await saving.save(work)) onSaved();
  }
  return (
    <>
      <PickOne
        label={q.meja.teruskanKe}
        empty=""
        options={unitOptions().filter(({ value }) => value !== view.body.unit)}
        value={unit}
        onChange={setUnit}
        error={errors.unit}
      />
      <TextArea
        label={q.meja.teruskanCatatan}
        hint={q.meja.hanyaPetugas}
        value={note}
        onInput={setNote}
        max={NOTE_LENGTH}
        rows={3}
        error={errors.note}
      />
      <NotSaved fault={saving.fault} text={note} />
      <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
        {q.meja.teruskanTombol}
      </Button>
    </>
  );
}

export function Reopen({ view, onSaved }: ActProps): JSX.Element {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  async function send(): Promise<void> {
    setError(reason.trim() ? undefined : q.meja.isiAlasan);
    if (!reason.trim()) return;
    const work = () =>
      mutate({
        kind: 'question.reopen',
        record: view.id,
        args: { reason: reason.trim() },
        ...(working.value && { as: working.value.id }),
      });
    if (await saving.save(work)) onSaved();
  }
  return (
    <>
      <TextArea label={q.meja.alasan} value={reason} onInput={setReason} max={NOTE_LENGTH} rows={3} error={error} />
      <NotSaved fault={saving.fault} text={reason} />
      <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
        {q.meja.bukaKembali}
      </Button>
    </>
  );
}
