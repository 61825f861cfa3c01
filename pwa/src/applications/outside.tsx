/** Work outside the office: what was sent where and when, and what the outside asks to be mended. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { now } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { v } from '../strings/id_meja_usul';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Check as Tick, TextField } from '../ui/fields';
import { date, dayOf } from '../ui/format';
import { step } from './steps';
import { itemsOf } from './definition';
import { actName } from './states';
import { isUnderWay } from './under_way';
import type { Whole } from './view';

export function OutsideWork({ whole }: { whole: Whole }): JSX.Element {
  const { acts, view } = whole;
  const { outside } = view.body;
  return (
    <section class="kartu" aria-labelledby="luar">
      <h2 id="luar">{v.luar.judul}</h2>
      {outside && (
        <dl class="data">
          <dt>{v.luar.sistem}</dt>
          <dd>{outside.system}</dd>
          <dt>{v.luar.dikirim}</dt>
          <dd>{date(outside.sentOn)}</dd>
          {outside.receivedOn && (
            <>
              <dt>{v.luar.diterima}</dt>
              <dd>{date(outside.receivedOn)}</dd>
            </>
          )}
          {outside.note && (
            <>
              <dt>{v.luar.catatan}</dt>
              <dd>{outside.note}</dd>
            </>
          )}
        </dl>
      )}
      {isUnderWay(view, 'application.send_out', 'application.correct') ? (
        <p class="petunjuk">{v.tersimpan}</p>
      ) : (
        <>
          {acts.has('proses_luar') && <SendOut whole={whole} />}
          {acts.has('minta_perbaikan') && <Correction whole={whole} />}
        </>
      )}
    </section>
  );
}

/** What was typed; what was not is as the service and the day have it. */
interface SentOut {
  system?: string;
  sentOn?: string;
  note?: string;
}

function SendOut({ whole }: { whole: Whole }): JSX.Element {
  const { service } = whole;
  const key = `usul:luar:${whole.view.id}:${whole.view.body.round}`;
  const draft = useDraft<SentOut>(key, {}, (typed) => !Object.keys(typed).length);
  const typed = draft.value ?? {};
  const { system = service.flow?.outside_system ?? '', sentOn = dayOf(now.value), note = '' } = typed;
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const { letter } = service.output;
  async function send(): Promise<void> {
    setError(sentOn ? undefined : v.luar.isiTanggal);
    if (!sentOn || !(await draft.become(() => saving.save(() => step('application.send_out', whole, { system, sentOn, note }, { draft: key }))))) return;
    tell(v.tersimpan);
    // The officer takes the draft along.
    if (!letter) return;
    const { saveDraft } = await import('./draft_link');
    const fault = await saveDraft(whole.view.id, letter);
    if (fault) tell(fault);
  }
  return (
    <div class="bagian">
      <TextField label={v.luar.sistem} value={system} onInput={(text) => draft.set({ ...typed, system: text })} />
      <TextField label={v.luar.dikirim} type="date" value={sentOn} onInput={(day) => draft.set({ ...typed, sentOn: day })} error={error} required />
      <TextField label={v.luar.catatan} value={note} onInput={(text) => draft.set({ ...typed, note: text })} capitalize="sentences" />
      <NotSaved fault={saving.fault} text={note} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
          {actName(service, 'proses_luar')}
        </Button>
      </Buttons>
    </div>
  );
}

/** Only what is named opens for the applicant, each with its reason. */
function Correction({ whole }: { whole: Whole }): JSX.Element {
  const { service, items } = whole;
  const [open, setOpen] = useState<boolean | null>(null);
  const key = `usul:perbaikan:${whole.view.id}`;
  const draft = useDraft<Record<string, string>>(key, {}, (typed) => !Object.keys(typed).length);
  const reasons = draft.value ?? {};
  const [error, setError] = useState('');
  const saving = useSave();
  async function send(): Promise<void> {
    const named = Object.entries(reasons);
    const wrong = !named.length || named.some(([, text]) => !text.trim());
    setError(wrong ? v.luar.belumAda : '');
    if (wrong || !(await draft.become(() => saving.save(() => step('application.correct', whole, { reasons }, { draft: key }))))) return;
    tell(v.tersimpan);
  }
  // What was begun last time is not hidden behind a button.
  if (!(open ?? Object.keys(reasons).length > 0))
    return (
      <div>
        <Button onClick={() => setOpen(true)}>{actName(service, 'minta_perbaikan')}</Button>
      </div>
    );
  return (
    <fieldset class="isian">
      <legend>{v.luar.perbaikan}</legend>
      <p class="petunjuk">{v.luar.perbaikanIsi}</p>
      {itemsOf(service)
        .filter(({ code }) => items.get(code)?.body.version)
        .map(({ code, label }) => (
          <div key={code}>
            <Tick
              label={label}
              checked={code in reasons}
              onChange={(on) => draft.set(on ? { ...reasons, [code]: '' } : Object.fromEntries(Object.entries(reasons).filter(([other]) => other !== code)))}
            />
            {code in reasons && (
              <TextField label={`${v.alasan}: ${label}`} value={reasons[code] ?? ''} onInput={(text) => draft.set({ ...reasons, [code]: text })} capitalize="sentences" required />
            )}
          </div>
        ))}
      {error && (
        <Banner tone="galat">
          <p>{error}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={Object.values(reasons).join('\n')} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
          {v.luar.kirim}
        </Button>
        <Button onClick={() => setOpen(false)}>{v.luar.tutup}</Button>
      </Buttons>
    </fieldset>
  );
}
