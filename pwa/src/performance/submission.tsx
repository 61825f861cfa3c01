/** The employee's steps: hand the plan in, take it back. What is missing is said before; the server judges it again. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner, Dialog } from '../ui/feedback';
import { stepOnAll, type Step } from './acts';
import { KIND } from './names';
import type { Lead } from './types';
import { isOpen, missing, type ResultView } from './view';

/** `held`: every RHK of the plan, removed ones too, as the server counts them. */
type Props = Step & { held: readonly ResultView[] };

/** The superior whose plan is not approved yet; null where the gate is open or there is no superior. */
function gatekeeper({ plan }: Props): string | null {
  const leads = records<Lead>(KIND.lead).value ?? [];
  const { body } = plan;
  if (body.root || !body.superior) return null;
  const lead = leads.find((one) => one.body.employee === body.superior && one.body.year === body.year);
  return lead?.body.approvedVersion ? null : (body.superiorName ?? '');
}

export function Submission(props: Props): JSX.Element | null {
  const { plan, results, held, indicators } = props;
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState(false);
  const saving = useSave();
  const { status, superiorName } = plan.body;
  const waiting = plan.pending.some((item) => item.kind === 'skp.submit' && isWaiting(item));
  if (status === 'diajukan' && !waiting) return <Withdraw {...props} />;
  if (!isOpen(status) || waiting) return null;
  const lacking = missing(plan.body, results, indicators);
  const gate = gatekeeper(props);
  const problems = [...(gate !== null ? [s.gerbang(gate || s.atasan)] : []), ...lacking];

  async function submit(): Promise<void> {
    if (!(await saving.save(() => stepOnAll('skp.submit', { plan, results: held, indicators })))) return;
    setOpen(false);
    tell(s.diajukan);
  }
  return (
    <section class="bagian" aria-label={s.ajukan}>
      {told && problems.length > 0 && (
        <Banner tone="galat">
          <p>{s.belumLengkap}</p>
          <ul>
            {problems.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Banner>
      )}
      <Buttons stack>
        <Button
          kind="utama"
          icon="keluar"
          onClick={() => {
            setTold(true);
            if (!problems.length) setOpen(true);
          }}
        >
          {s.ajukan}
        </Button>
      </Buttons>
      {open && (
        <Dialog title={s.ajukanJudul(superiorName || s.atasan)} onClose={() => setOpen(false)}>
          <p>{s.ajukanIsi}</p>
          <p class="petunjuk">{s.menungguServer}</p>
          <NotSaved fault={saving.fault} text={s.ajukan} />
          <Buttons stack>
            <Button kind="utama" busy={saving.busy} onClick={() => void submit()}>
              {s.ajukan}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </section>
  );
}

function Withdraw(props: Props): JSX.Element {
  const saving = useSave();
  const waiting = props.plan.pending.some((item) => item.kind === 'skp.withdraw' && isWaiting(item));
  return (
    <section class="bagian">
      <NotSaved fault={saving.fault} text={s.tarik} />
      {!waiting && (
        <div>
          <Button busy={saving.busy} onClick={() => void saving.save(() => mutate({ kind: 'skp.withdraw', record: props.plan.id, args: {} })).then((ok) => ok && tell(s.ditarik))}>
            {s.tarik}
          </Button>
        </div>
      )}
    </section>
  );
}
