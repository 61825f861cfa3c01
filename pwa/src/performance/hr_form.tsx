/** Forms in which HR enters a decision: what is typed is a draft until the decision is stored. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { h } from '../strings/id_skp_hr';
import type { SyncError } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { Icon, type IconName } from '../ui/icons';

export type Errors = Record<string, string | undefined>;

/** The grant that HR works under, as a mutation names it. */
export const as = (): { as?: string } => (working.value ? { as: working.value.id } : {});

export interface HrForm<Value> {
  /** Null until the draft of last time was looked up. */
  value: Value | null;
  set: (part: Partial<Value>) => void;
  errors: Errors;
  fault: SyncError | null;
  busy: boolean;
  /** Whether nothing is wrong with what is typed; what is wrong is shown. */
  valid: () => boolean;
  /** Stores the decision; true when it was stored. */
  save: () => Promise<boolean>;
}

type Spec<Value> = {
  /** Key of the draft. */
  key: string;
  empty: Value;
  check: (value: Value) => Errors;
  /** Stores it; the draft goes with it. */
  work: (value: Value, draft: string) => Promise<unknown>;
  done: string;
};

export function useHrForm<Value extends object>({ key, empty, check, work, done }: Spec<Value>): HrForm<Value> {
  const draft = useDraft<Value>(key, empty, (value) => JSON.stringify(value) === JSON.stringify(empty));
  const [errors, setErrors] = useState<Errors>({});
  const saving = useSave();
  const { value } = draft;
  function valid(): boolean {
    const wrong = value ? check(value) : {};
    setErrors(wrong);
    return value !== null && !Object.values(wrong).some(Boolean);
  }
  return {
    value,
    set: (part) => value && draft.set({ ...value, ...part }),
    errors,
    fault: saving.fault,
    busy: saving.busy,
    valid,
    async save() {
      if (!value || !valid()) return false;
      const stored = await draft.become(() => saving.save(() => work(value, key)));
      if (stored) tell(done);
      return stored;
    },
  };
}

/** The last line of a form: a fault with a way on, and the button. */
export function Save<Value>({ form, label, text, icon = 'simpan' }: { form: HrForm<Value>; label: string; text: string; icon?: IconName }): JSX.Element {
  return (
    <>
      <NotSaved fault={form.fault} text={text} onRetry={() => void form.save()} />
      <Buttons>
        <Button kind="utama" icon={icon} busy={form.busy} onClick={() => void form.save()}>
          {label}
        </Button>
      </Buttons>
    </>
  );
}

export interface PaperValue {
  document: string;
  documentDate: string;
}

export const NO_PAPER: PaperValue = { document: '', documentDate: '' };

/** What is wrong with a document, under the id of its field. */
export const paperFault = ({ document, documentDate }: PaperValue): string | undefined =>
  document.trim() && documentDate ? undefined : h.isiDokumen;

/** Number and date of the document that says so. */
export function Paper({ value, set, error, id }: { value: PaperValue; set: (part: Partial<PaperValue>) => void; error: string | undefined; id: string }): JSX.Element {
  return (
    <div class="sepasang">
      <TextField id={id} label={h.dokumen} value={value.document} onInput={(document) => set({ document })} error={error} />
      <TextField type="date" label={h.tanggal} value={value.documentDate} onInput={(documentDate) => set({ documentDate })} />
    </div>
  );
}

/** A form that is opened when it is needed. */
export function Folded({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  return (
    <details>
      <summary>
        <Icon name="panah" class="panah" />
        {title}
      </summary>
      <div class="bagian">{children}</div>
    </details>
  );
}

/** Ends what HR set before; asked once more. */
export function End({ kind, record, about }: { kind: 'skp.acting_end' | 'skp.exempt_end'; record: string; about: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const saving = useSave();
  async function end(): Promise<void> {
    if (!(await saving.save(() => mutate({ kind, record, args: {}, ...as() })))) return;
    setOpen(false);
    tell(h.diakhiri);
  }
  return (
    <div>
      <Button about={about} onClick={() => setOpen(true)}>
        {h.akhiri}
      </Button>
      {open && (
        <Dialog title={h.akhiriJudul} onClose={() => setOpen(false)}>
          <p>{about}</p>
          <NotSaved fault={saving.fault} text={about} />
          <Buttons stack>
            <Button kind="bahaya" busy={saving.busy} onClick={() => void end()}>
              {h.akhiri}
            </Button>
            <Button onClick={() => setOpen(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </div>
  );
}
