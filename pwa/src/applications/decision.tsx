/** The verifier's decision: return with every fault at once, refuse, or verify when every document is Sesuai. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { v } from '../strings/id_meja_usul';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { Check as Tick, TextField } from '../ui/fields';
import { lazyPart } from '../ui/lazy';
import { unstored, type BegunMarks } from './begun';
import { judge } from './conditions';
import { fieldsOf, itemsOf } from './definition';
import { guardFaults } from './placeholders';
import { actName } from './states';
import { step } from './steps';
import { isUnderWay } from './under_way';
import { labelOf, type Whole } from './view';

const ReasonDialog = lazyPart(() => import('./reason').then((module) => module.ReasonDialog));

const STEPS = ['application.return', 'application.reject', 'application.verify'];

type Props = { whole: Whole; begun: BegunMarks };

export function Decision({ whole, begun }: Props): JSX.Element | null {
  const { view, service, items, marks, values } = whole;
  const [dialog, setDialog] = useState<'' | 'return' | 'reject' | 'verify'>('');
  const [pressed, setPressed] = useState<'' | 'return' | 'reject' | 'verify'>('');
  const saving = useSave();
  if (isUnderWay(view, ...STEPS))
    return (
      <Banner tone="netral">
        <p>{v.tersimpan}</p>
      </Banner>
    );
  const there = itemsOf(service).filter(({ code }) => items.get(code)?.body.version);
  const unmarked = there.filter(({ code }) => !marks.has(code)).length;
  const wrong = there.filter(({ code }) => marks.has(code) && marks.get(code)?.body.mark !== 'sesuai');
  // The server decides on the marks that are stored; the person on those that are shown.
  const open = unstored(items, marks, begun);
  const guard = guardFaults(service, values);
  const doubtful = service.confirm && judge(service.confirm, values, view.body.facts) === 'ya' ? (service.confirm_text ?? '') : '';
  // Said when a button was pressed, and only as long as it holds.
  const toStore = pressed ? there.filter(({ code }) => open.includes(code)) : [];
  const obstacle = unmarked ? v.belumDitandai(unmarked) : wrong.length ? v.tidakSesuai(wrong.length) : '';
  const told = pressed === 'verify' && !toStore.length ? obstacle : '';

  async function verify(): Promise<void> {
    if (await saving.save(() => step('application.verify', whole, { confirmed: '' }))) tell(v.tersimpan);
  }
  function press(act: 'return' | 'reject' | 'verify'): void {
    setPressed(act);
    if (open.length || (act === 'verify' && (obstacle || guard.length))) return;
    if (act === 'verify' && !doubtful) void verify();
    else setDialog(act);
  }
  const close = (): void => setDialog('');
  return (
    <section class="kartu" aria-labelledby="keputusan">
      <h2 id="keputusan">{v.keputusan}</h2>
      <p class="petunjuk">{v.tandaiIsi}</p>
      {(toStore.length > 0 || told || guard.length > 0) && (
        <Banner tone="galat">
          {told && <p>{told}</p>}
          <ul class="butir">
            {toStore.map(({ code, label }) => (
              <li key={code}>
                <a href={`#tanda-${code}`} onClick={(event) => toMark(event, code)}>
                  {v.tandaBelum(label)}
                </a>
              </li>
            ))}
            {guard.map(({ path, text }) => (
              <li key={path}>{text}</li>
            ))}
          </ul>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={v.judul} />
      <Buttons stack>
        <Button kind="utama" icon="centang" busy={saving.busy} onClick={() => press('verify')}>
          {actName(service, 'verifikasi')}
        </Button>
        <Button icon="kembali" onClick={() => press('return')}>
          {v.kembalikan}
        </Button>
        <Button kind="bahaya" onClick={() => press('reject')}>
          {v.tolak}
        </Button>
      </Buttons>
      {dialog === 'return' && <ReturnDialog whole={whole} onClose={close} />}
      {dialog === 'reject' && (
        <ReasonDialog
          draft={`usul:tolak:${view.id}`}
          title={v.tolakJudul}
          explain={v.tolakIsi}
          done={v.tersimpan}
          dangerous
          work={(reason, draft) => step('application.reject', whole, { reason }, { draft })}
          onClose={close}
        />
      )}
      {dialog === 'verify' && (
        <ReasonDialog
          draft={`usul:yakin:${view.id}:${view.body.round}`}
          title={v.konfirmasi(actName(service, 'verifikasi'))}
          explain={doubtful}
          done={v.tersimpan}
          work={(confirmed, draft) => step('application.verify', whole, { confirmed }, { draft })}
          onClose={close}
        />
      )}
    </section>
  );
}

/** Leads to the document's mark. */
function toMark(event: Event, code: string): void {
  event.preventDefault();
  const mark = document.getElementById(`tanda-${code}`);
  mark?.closest('fieldset')?.scrollIntoView({ block: 'center' });
  mark?.focus({ preventScroll: true });
}

/** One return says everything: the documents that were marked, and fields that the verifier picks. */
function ReturnDialog({ whole, onClose }: { whole: Whole; onClose: () => void }): JSX.Element {
  const { view, service, values, marks, items } = whole;
  const marked = itemsOf(service).filter(({ code }) => items.get(code)?.body.version && marks.has(code) && marks.get(code)?.body.mark !== 'sesuai');
  const [error, setError] = useState('');
  const saving = useSave();
  const key = `usul:kembalikan:${view.id}:${view.body.round}`;
  const draft = useDraft<Record<string, string>>(key, {}, (typed) => !Object.keys(typed).length);
  const offered = fieldsOf(service).filter(({ owner, type, when }) => (owner ?? 'applicant') === 'applicant' && type !== 'employee' && judge(when, values, view.body.facts) !== 'tidak');
  // What was picked in another hour may not be asked for any more.
  const fields = Object.fromEntries(Object.entries(draft.value ?? {}).filter(([target]) => offered.some((one) => one.key === target)));
  async function send(): Promise<void> {
    const lacking = Object.keys(fields).find((key) => !fields[key]?.trim());
    const none = !marked.length && !Object.keys(fields).length;
    setError(lacking ? v.alasanIsi(labelOf(service, lacking)) : none ? v.luar.belumAda : '');
    if (lacking || none) return;
    const reasons = Object.fromEntries([...marked.map(({ code }): [string, string] => [code, marks.get(code)?.body.reason ?? '']), ...Object.entries(fields)]);
    if (!(await draft.become(() => saving.save(() => step('application.return', whole, { reasons }, { draft: key }))))) return;
    tell(v.tersimpan);
    onClose();
  }
  return (
    <Dialog title={v.kembalikanJudul} onClose={onClose}>
      <ul class="butir">
        {marked.map(({ code, label }) => (
          <li key={code}>{`${label}: ${marks.get(code)?.body.reason ?? ''}`}</li>
        ))}
      </ul>
      <fieldset class="isian">
        <legend>{v.isianPerbaiki}</legend>
        {offered.map(({ key, label }) => (
          <div key={key}>
            <Tick
              label={label}
              checked={key in fields}
              onChange={(on) => draft.set(on ? { ...fields, [key]: '' } : Object.fromEntries(Object.entries(fields).filter(([other]) => other !== key)))}
            />
            {key in fields && <TextField label={`${v.alasan}: ${label}`} value={fields[key] ?? ''} onInput={(text) => draft.set({ ...fields, [key]: text })} capitalize="sentences" required />}
          </div>
        ))}
      </fieldset>
      {error && (
        <Banner tone="galat">
          <p>{error}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={Object.values(fields).join('\n')} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
          {v.kembalikan}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}
