/** Routing acts of the desk: filter and assign here, the seldom ones fetched when opened. Each opens in place. */
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
import type { Option } from '../ui/fields';
import { Icon } from '../ui/icons';
import { lazyPart } from '../ui/lazy';
import type { Acts } from './acts';
import { relays } from './channel';
import { loadOperators, operatorList, operatorsFor } from './operators';
import type { Question } from './types';
import type { QuestionView } from './view';

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

/** Seldom needed: fetched when there is a use for them. */
const Identify = lazyPart(() => import('./channel_acts').then((module) => module.Identify));
const Relay = lazyPart(() => import('./channel_acts').then((module) => module.Relay));
const Forward = lazyPart(() => import('./desk_routes').then((module) => module.Forward));
const Reopen = lazyPart(() => import('./desk_routes').then((module) => module.Reopen));
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
