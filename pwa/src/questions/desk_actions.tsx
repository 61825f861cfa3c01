/** Routing acts of the desk: filter and assign, forward to a unit, reopen. Each is a small form that opens in place. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { categorySet } from '../forms/bundle';
import { me, mutate, records, working } from '../identity/session';
import { loadUnits, units } from '../identity/units';
import { NotSaved, useSave } from '../outbox/save';
import { pintu } from '../strings/id_pintu';
import { l } from '../strings/id_lampiran';
import { q } from '../strings/id_tanya';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { TextArea, type Option } from '../ui/fields';
import { Icon } from '../ui/icons';
import { lazyPart } from '../ui/lazy';
import type { Acts } from './acts';
import { Identify, Relay, relays } from './channel';
import { loadOperators, operatorList, operatorsFor } from './operators';
import type { Question } from './types';
import type { QuestionView } from './view';

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

/** The unit in charge of a category; while the list of units never came, where questions of that category lie. */
function unitFor(category: string, view: QuestionView): string {
  const code = categorySet.value.categories.find((one) => one.code === category)?.unit;
  const named = units.value.find((unit) => unit.code === code)?.id;
  const alike = (records<Question>('question').value ?? []).find(({ body }) => body.category === category && body.unit);
  return named ?? alike?.body.unit ?? view.body.unit ?? '';
}

function officers(unit: string): Option[] {
  const self = me.value?.account ?? '';
  return operatorsFor(unit).map(({ account, name }) => ({ value: account, label: account === self ? q.meja.saya : name }));
}

export type ActProps = { view: QuestionView; onSaved: () => void };

function Assign({ view, onSaved }: ActProps): JSX.Element {
  const { categories } = categorySet.value;
  const [category, setCategory] = useState(view.body.category ?? 'lainnya');
  const [picked, setHolder] = useState('');
  const saving = useSave();
  useEffect(() => void loadOperators(), []);
  const unit = unitFor(category, view);
  const offered = officers(unit);
  // Another topic may lie with another unit, which the officer chosen before does not reach.
  const holder = offered.some(({ value }) => value === picked) ? picked : '';
  const work = () =>
    mutate({
      kind: 'question.assign',
      record: view.id,
      args: { category, unit, holder: holder || null },
      ...(working.value && { as: working.value.id }),
    });
  return (
    <>
      <PickOne
        label={q.tanya.topik}
        options={categories.map(({ code, label }) => ({ value: code, label }))}
        value={category}
        onChange={setCategory}
      />
      <PickOne
        label={q.meja.tugaskanKe}
        hint={operatorList.value === 'known' ? q.meja.petugasDikenal : undefined}
        empty={q.meja.antreanUnit}
        options={offered}
        value={holder}
        onChange={setHolder}
      />
      <NotSaved fault={saving.fault} text={category} />
      <Button kind="utama" busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && onSaved())}>
        {q.meja.tugaskan}
      </Button>
    </>
  );
}

function Forward({ view, onSaved }: ActProps): JSX.Element {
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

function Reopen({ view, onSaved }: ActProps): JSX.Element {
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

const Merge = lazyPart(() => import('./merge').then((module) => module.Merge));

/** Whether there is a question in which this one could go on. */
const mergeable = (view: QuestionView): boolean =>
  (records<Question>('question').value ?? []).some(({ id, body }) => id !== view.id && body.askerId === view.body.askerId);

export function DeskActions({
  view,
  can,
  onDone,
}: {
  view: QuestionView;
  can: Acts;
  onDone?: () => void;
}): JSX.Element | null {
  const [open, setOpen] = useState<string>(view.body.state === 'baru' ? 'assign' : '');
  const box = useRef<HTMLDivElement>(null);
  useEffect(loadUnits, []);
  const list: [string, boolean, string, (props: ActProps) => JSX.Element | null][] = [
    ['assign', can.assign, view.body.state === 'baru' ? q.meja.saring : q.meja.alihkan, Assign],
    ['forward', can.forward, q.meja.teruskan, Forward],
    ['identify', can.answer && view.body.channel !== 'aplikasi' && (view.body.trust ?? 2) < 2, pintu.identitas, Identify],
    ['relay', relays(view), pintu.lanjutan, Relay],
    ['reopen', can.reopen, q.meja.bukaKembali, Reopen],
    ['merge', can.merge && mergeable(view), l.gabungkan, Merge],
  ];
  const shown = list.filter(([, allowed]) => allowed);
  const onSaved = (): void => {
    setOpen('');
    tell(q.meja.terkirim.tindakan);
    if (onDone) onDone();
    // The pressed button is folded away: focus goes on from the heading of the acts.
    else setTimeout(() => box.current?.querySelector('summary')?.focus());
  };
  if (!shown.length) return null;
  return (
    <div class="bagian" ref={box}>
      {shown.map(([key, , label, Form]) => (
        <details
          class="kartu tindakan"
          key={key}
          open={open === key}
          onToggle={(event) => event.currentTarget.open && setOpen(key)}
        >
          <summary>
            <Icon name="panah" class="panah" />
            {label}
          </summary>
          <div class="bagian">
            <Form view={view} onSaved={onSaved} />
          </div>
        </details>
      ))}
    </div>
  );
}
