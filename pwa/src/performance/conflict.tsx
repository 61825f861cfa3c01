/**
 * A conflict on a plan: both values with whose they are and when, one choice for fields that hold together; what was
 * removed elsewhere can be restored. A step that met a changed plan is never sent again as it was: the person reads first.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client, me, records } from '../identity/session';
import { NotSaved, copyText, useSave } from '../outbox/save';
import { go } from '../router';
import { t } from '../strings/id';
import { p } from '../strings/id_skp_pilihan';
import { q } from '../strings/id_tanya';
import type { Fields, OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorSummary, ErrorText, TextArea } from '../ui/fields';
import { dateTime } from '../ui/format';
import { TEXT_MOST } from './limits';
import { KIND } from './names';
import type { Indicator, Result } from './types';
import { resultsOf } from './view';
import { choiceUnits, mineOf, theirsOf, type Unit } from './choices';
import { valueText, writtenText } from './words';
import './plan.css';

type Pick = 'mine' | 'theirs' | 'own';
interface Choice {
  pick: Pick | null;
  text: string;
}

const OUTBOX = '/kotak-keluar';

/** Where the record stands in its plan: "RHK 2", and the text of the RHK. */
function Where({ item }: { item: OutboxItem }): JSX.Element | null {
  const all = records<Result>(KIND.result).value ?? [];
  const row = (records<Indicator>(KIND.indicator).value ?? []).find(({ id }) => id === item.record);
  const result = all.find(({ id }) => id === (row?.body.rhk ?? item.record));
  if (!result) return null;
  const at = resultsOf(result.body.plan, all).indexOf(result) + 1;
  return (
    <p>
      {at > 0 && <strong>{p.rhkKe(at)}</strong>} {result.body.text}
    </p>
  );
}

/** The value of a unit in words, one line a field where there are several. */
function said(unit: Unit, values: Fields): string {
  const only = unit.fields.length === 1;
  return unit.fields.map((name) => (only ? valueText(values[name]) : `${p.isian[name] ?? name}: ${valueText(values[name])}`)).join('\n');
}

type UnitProps = { item: OutboxItem; unit: Unit; choice: Choice; error: string | undefined; set: (choice: Choice) => void };

/** Who wrote what is on the server now, and when. */
function otherSide({ kind, result }: OutboxItem): { who: string; at: string } {
  const server = result?.server ?? {};
  const text = (name: string): string => (typeof server[name] === 'string' ? (server[name] as string) : '');
  // The superior's part may be of who acts for them; what the employee owns was written by the same person elsewhere.
  const superior = kind === 'skp.expect';
  const agreed = kind === 'skp.agreement_item';
  const own = text(superior ? 'expectedBy' : agreed ? 'changedBy' : 'employee') === me.value?.account;
  const name = text(superior ? 'expectedByName' : agreed ? 'changedByName' : 'changedBy');
  const at = superior ? text('expectedAt') : text('changedAt') || text('updatedAt');
  return {
    who: own ? p.perangkatLain : name || (superior ? p.penilaiLain : agreed ? p.orangLain : p.perangkatLain),
    at: at && dateTime(at),
  };
}

function UnitChoice({ item, unit, choice, error, set }: UnitProps): JSX.Element {
  const name = `pilih-${unit.name}`;
  const { who, at } = otherSide(item);
  const radio = (pick: Pick, label: string, value: string | null, id?: string) => (
    <label>
      <input id={id} type="radio" name={name} checked={choice.pick === pick} onChange={() => set({ ...choice, pick })} />
      <span>
        {label}
        {value !== null && (
          <>
            <br />
            <strong class="nilai">{value}</strong>
          </>
        )}
      </span>
    </label>
  );
  return (
    <fieldset class="isian kartu">
      <legend class="sr">{unit.label}</legend>
      <h2 aria-hidden="true">{unit.label}</h2>
      <ErrorText text={error} />
      <div class="pilihan">
        {radio('mine', q.pilihan.punyaAnda(dateTime(madeOf(item))), said(unit, mineOf(item, unit)), name)}
        {radio('theirs', q.pilihan.punya(who, at), said(unit, theirsOf(item, unit)))}
        {unit.text && radio('own', q.pilihan.gabungkan, null)}
      </div>
      {choice.pick === 'own' && (
        <TextArea
          label={q.pilihan.gabungkan}
          value={choice.text || `${said(unit, mineOf(item, unit))}\n${said(unit, theirsOf(item, unit))}`}
          onInput={(text) => set({ ...choice, text })}
          max={TEXT_MOST}
          rows={6}
        />
      )}
    </fieldset>
  );
}

function Units({ item, units }: { item: OutboxItem; units: Unit[] }): JSX.Element {
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const of = ({ name }: Unit): Choice => choices[name] ?? { pick: null, text: '' };
  function chosen(unit: Unit): Fields {
    const { pick, text } = of(unit);
    if (pick === 'own') return { [unit.name]: text || `${said(unit, mineOf(item, unit))}\n${said(unit, theirsOf(item, unit))}` };
    return pick === 'mine' ? mineOf(item, unit) : theirsOf(item, unit);
  }
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const open = units.filter((unit) => !of(unit).pick);
    setErrors(Object.fromEntries(open.map(({ name, label }) => [`pilih-${name}`, q.pilihan.pilihDulu(label)])));
    if (open.length) return;
    const args: Fields = Object.assign({ ...item.args }, ...units.map(chosen));
    if (!(await saving.save(async () => client.value?.resolve(item.id, args)))) return;
    tell(q.pilihan.tersimpan);
    go(OUTBOX, true);
  }
  return (
    <form class="bagian" onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary errors={errors} />
      <NotSaved fault={saving.fault} text={writtenText(item.args)} />
      {units.map((unit) => (
        <UnitChoice
          key={unit.name}
          item={item}
          unit={unit}
          choice={of(unit)}
          error={errors[`pilih-${unit.name}`]}
          set={(choice) => setChoices({ ...choices, [unit.name]: choice })}
        />
      ))}
      <Buttons stack>
        <Button type="submit" kind="utama" busy={saving.busy}>
          {q.pilihan.simpan}
        </Button>
        <LinkButton href={OUTBOX}>{q.pilihan.nanti}</LinkButton>
      </Buttons>
    </form>
  );
}

/** What was edited here was removed elsewhere: restore it with this text, or leave it removed. */
function Removed({ item }: { item: OutboxItem }): JSX.Element {
  const saving = useSave();
  const { who, at } = otherSide(item);
  const restore = () =>
    saving
      .save(async () => client.value?.resolve(item.id, { ...item.args, removed: false }))
      .then((ok) => ok && go(OUTBOX, true));
  return (
    <>
      <Banner tone="bentrok">
        <p>{item.result?.message ?? p.dihapus}</p>
        {at && <p>{p.dihapusOleh(who, at)}</p>}
      </Banner>
      {writtenText(item.args) && <p class="kutip">{writtenText(item.args)}</p>}
      <NotSaved fault={saving.fault} text={writtenText(item.args)} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void restore()}>
          {p.pulihkan}
        </Button>
        <Button onClick={() => void client.value?.dismiss(item.id).then(() => go(OUTBOX, true))}>{p.biarkan}</Button>
      </Buttons>
    </>
  );
}

/** Where what a step was about is read: the plan, or its page of evidence or evaluation. */
function placeOf({ record }: OutboxItem): string {
  // Who decides an objection holds no plan.
  if (records(KIND.objection).value?.some(({ id }) => id === record)) return '/bawahan';
  for (const [kind, page] of PAGES) {
    const found = records<{ plan: string }>(kind).value?.find(({ id }) => id === record);
    if (found) return `/skp/${found.body.plan}${page}`;
  }
  return `/skp/${record}`;
}
const PAGES = [
  [KIND.result, ''],
  [KIND.indicator, ''],
  [KIND.evidence, '/bukti'],
  [KIND.evaluation, '/evaluasi'],
] as const;

/** The plan changed after it was read: nothing was decided, and the plan is to be read as it is now. What was written
 * with the step stays here until the person puts it away. */
function Step({ item }: { item: OutboxItem }): JSX.Element {
  const text = writtenText(item.args);
  return (
    <>
      <Banner tone="bentrok">
        <p>{item.result?.message ?? q.pilihan.berubah}</p>
        <p>{p.belumBerlaku}</p>
      </Banner>
      {text && <p class="kutip">{text}</p>}
      <Buttons stack>
        <LinkButton
          href={placeOf(item)}
          kind="utama"
          onClick={() => void (text || client.value?.dismiss(item.id))}
        >
          {p.bacaLagi}
        </LinkButton>
        {text && (
          <Button icon="salin" onClick={() => void copyText(text)}>
            {t.umum.salin}
          </Button>
        )}
        <Button onClick={() => void client.value?.dismiss(item.id).then(() => go(OUTBOX, true))}>{q.pilihan.tutupKartu}</Button>
      </Buttons>
    </>
  );
}

export function PlanConflict({ item }: { item: OutboxItem }): JSX.Element {
  const names = item.result?.conflicts ?? [];
  const units = choiceUnits(item);
  return (
    <>
      <Where item={item} />
      {names.includes('removed') && !('removed' in item.args) ? (
        <Removed item={item} />
      ) : units.length ? (
        <Units item={item} units={units} />
      ) : (
        <Step item={item} />
      )}
    </>
  );
}
