/** C. PERILAKU and D. LAMPIRAN: the seven values with what the superior expects, and the three parts of the appendix. */
import type { JSX } from 'preact';
import { useDraft } from '../forms/draft';
import { mutate } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { s } from '../strings/id_skp';
import { b } from '../strings/id_skp_perilaku';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Loading } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { Icon } from '../ui/icons';
import { partIn } from './frame';
import { TEXT_MOST } from './limits';
import { VALUES, expectField, type Plan } from './types';
import { isOpen, type PlanView } from './view';

type FieldName = 'resources' | 'accountability' | 'consequences' | ReturnType<typeof expectField>;

interface Typed {
  text: string | null;
  over?: string;
  version?: number | null;
}

type FieldProps = { plan: PlanView; field: FieldName; label: string; kind: 'skp.draft' | 'skp.expect' };

/** One text of the plan, with a button of its own: each merges by itself. */
function Field({ plan, field, label, kind }: FieldProps): JSX.Element {
  const key = `skp:${plan.id}:${field}`;
  const draft = useDraft<Typed>(key, { text: null }, ({ text }) => text === null);
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const held = plan.body[field] ?? '';
  const text = typed.text ?? held;
  const dirty = typed.text !== null && typed.text !== (typed.over ?? held);
  async function save(): Promise<void> {
    if (!typed || text.length > TEXT_MOST) return;
    const base = { [field]: (typed.over ?? held) || null };
    const work = () =>
      mutate({ kind, record: plan.id, args: { [field]: text.trim() }, base, baseVersion: typed.version ?? plan.version, draft: key });
    if (await draft.become(() => saving.save(work))) tell(b.ketentuan.tersimpan);
  }
  return (
    <div class="bagian">
      <TextArea
        label={label}
        value={text}
        onInput={(next) =>
          draft.set({ text: next, over: typed.over ?? held, version: typed.over === undefined ? plan.version : (typed.version ?? null) })
        }
        max={TEXT_MOST}
        rows={2}
      />
      <NotSaved fault={saving.fault} text={text} onRetry={() => void save()} />
      {dirty && (
        <Buttons>
          <Button icon="simpan" busy={saving.busy} about={label} onClick={() => void save()}>
            {b.ketentuan.simpan}
          </Button>
        </Buttons>
      )}
    </div>
  );
}

function Shown({ label, text }: { label: string; text: string | null | undefined }): JSX.Element {
  return (
    <div>
      <h4>{label}</h4>
      {text ? <p class="kutip">{text}</p> : <p class="petunjuk">{b.ketentuan.belumDitulis}</p>}
    </div>
  );
}

/** Whether the person may write the superior's part, or the employee's, now. */
function writes(plan: PlanView, part: 'employee' | 'appraiser'): boolean {
  const { status } = plan.body as Plan;
  return partIn(plan) === part && (isOpen(status) || (part === 'appraiser' && status === 'diajukan'));
}

function Values({ plan }: { plan: PlanView }): JSX.Element {
  const may = writes(plan, 'appraiser');
  return (
    <div class="bagian">
      {VALUES.map((value, at) => {
        const field = expectField(value);
        const text = plan.body[field];
        return (
          <section class="kartu" key={value} aria-label={b.nilaiPerilaku[value]}>
            <h3>{`${at + 1}. ${b.nilaiPerilaku[value]}`}</h3>
            <ul class="butir">
              {(b.panduan[value] ?? []).map((guide) => (
                <li key={guide}>{guide}</li>
              ))}
            </ul>
            {may ? (
              <Field plan={plan} field={field} label={b.ekspektasi} kind="skp.expect" />
            ) : (
              text && <Shown label={b.ekspektasi} text={text} />
            )}
          </section>
        );
      })}
    </div>
  );
}

function Appendix({ plan }: { plan: PlanView }): JSX.Element {
  const own = writes(plan, 'employee');
  const superior = writes(plan, 'appraiser');
  return (
    <div class="bagian">
      {(['resources', 'accountability'] as const).map((field) =>
        own ? (
          <Field key={field} plan={plan} field={field} label={b.bagianLampiran[field] ?? field} kind="skp.draft" />
        ) : (
          <Shown key={field} label={b.bagianLampiran[field] ?? field} text={plan.body[field]} />
        ),
      )}
      {superior ? (
        <Field plan={plan} field="consequences" label={b.bagianLampiran.consequences ?? ''} kind="skp.expect" />
      ) : (
        <Shown label={b.bagianLampiran.consequences ?? ''} text={plan.body.consequences} />
      )}
    </div>
  );
}

export function Terms({ plan }: { plan: PlanView }): JSX.Element {
  return (
    <>
      <details>
        <summary>
          <Icon name="panah" class="panah" />
          {s.perilaku(VALUES.length)}
        </summary>
        <Values plan={plan} />
      </details>
      <details>
        <summary>
          <Icon name="panah" class="panah" />
          {s.lampiran(3)}
        </summary>
        <Appendix plan={plan} />
      </details>
    </>
  );
}
