/** Fields that an officer writes while a case is at the desk, each merge group saved as a whole. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { v } from '../strings/id_meja_usul';
import { tell } from '../ui/announce';
import { Button } from '../ui/button';
import { Loading } from '../ui/feedback';
import { ErrorSummary } from '../ui/fields';
import { lazyPart } from '../ui/lazy';
import { isEmpty, judge } from './conditions';
import { fieldsOf, type Field, type Values } from './definition';
import { fieldFault } from './field_fault';
import { differs, ownerOf, shownIn, typedText, withTyped, without } from './form_draft';
import { useFormDraft } from './form_live';
import type { Whole } from './view';

const FieldInput = lazyPart(() => import('./field_input').then((module) => module.FieldInput));

const isOffice = (field: Field): boolean => ownerOf(field) === 'officer';
const askedOf = ({ service, view }: Whole, shown: Values): Field[] => fieldsOf(service).filter((one) => isOffice(one) && judge(one.when, shown, view.body.facts) !== 'tidak');

export function OfficeFields({ whole }: { whole: Whole }): JSX.Element {
  const { view, service } = whole;
  const draft = useFormDraft(`usul:petugas:${view.id}`);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const now = draft.value;
  if (!now) return <Loading />;
  const shown = shownIn(whole, now, isOffice);
  const fields = askedOf(whole, shown);
  const unsaved = fields.filter((field) => differs(whole, now, field));
  const settle = (keys: ReadonlySet<string>): void =>
    draft.set((later) => without(later, service, new Set([...keys].filter((key) => later.typed[key] === now.typed[key]))));
  async function store(): Promise<void> {
    const { saveFields } = await import('./form_save');
    await saveFields(whole, now!, unsaved, shown, settle);
    settle(new Set(Object.keys(now!.typed)));
  }
  async function save(): Promise<void> {
    const wrong = Object.fromEntries(fields.map((one) => [`isian-${one.key}`, isEmpty(shown[one.key]) ? undefined : fieldFault(one, shown[one.key], shown)]));
    setErrors(wrong);
    if (Object.values(wrong).some(Boolean) || !(await saving.save(store))) return;
    tell(v.petugas.tersimpan);
  }
  return (
    <section class="kartu" aria-labelledby="isian-petugas">
      <h2 id="isian-petugas">{v.petugas.judul}</h2>
      <form
        class="bagian"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <ErrorSummary errors={errors} />
        {fields.map((field) => (
          <FieldInput
            key={field.key}
            service={service}
            field={field}
            value={shown[field.key]}
            set={(value) => draft.set((later) => withTyped(later, whole, field, value))}
            error={errors[`isian-${field.key}`]}
            keep={async (file) => (await import('./scan')).takePicture(whole, field.key, shown[field.key], file)}
          />
        ))}
        <NotSaved fault={saving.fault} text={typedText(unsaved, now)} onRetry={() => void save()} />
        <div class="tombol-kiri">
          <Button type="submit" busy={saving.busy}>
            {v.petugas.simpan}
          </Button>
        </div>
      </form>
    </section>
  );
}
