/** `/usul/ID/isian`: the fields of the definition, written together, each merge group saved as a whole. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { u } from '../strings/id_usul';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Loading } from '../ui/feedback';
import { ErrorSummary } from '../ui/fields';
import { askedFields, formKey, isOpen, shownIn, strandedIn, typedText, unsavedIn, withTyped, without, type TypedRow } from './form_draft';
import { useFormDraft } from './form_live';
import { CaseFrame } from './frame';
import { ReadValue } from './parts';
import { FieldInput, Stranded } from './parts_form';
import { baseOf, type Whole } from './view';

/** Rows come with their cells beside the id. */
const typedRows = (value: unknown): TypedRow[] =>
  ((value as Record<string, string>[] | undefined) ?? []).map(({ id, ...cells }) => ({ id: id ?? '', cells }));

function CaseForm({ whole }: { whole: Whole }): JSX.Element {
  const { view, service, values } = whole;
  const draft = useFormDraft(formKey(view.id));
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const now = draft.value;
  if (!now) return <Loading />;
  const shown = shownIn(whole, now);
  const fields = askedFields(whole, now, shown);
  const writable = fields.filter((field) => isOpen(whole, field));
  const unsaved = unsavedIn(whole, now);
  const stranded = strandedIn(whole, now);
  const askedFor = new Map(view.body.reopened.map((one) => [one.target, one.reason]));
  /** Lets go what is stored, unless it was typed on meanwhile. */
  const settle = (keys: ReadonlySet<string>): void =>
    draft.set((later) => without(later, service, new Set([...keys].filter((key) => later.typed[key] === now.typed[key]))));

  async function save(): Promise<void> {
    let wrong = {};
    const stored = await saving.save(async () => {
      const { errorsOf, saveFields } = await import('./form_save');
      wrong = errorsOf(service, writable, shown);
      setErrors(wrong);
      if (Object.keys(wrong).length) return;
      await saveFields(whole, now!, unsaved, shown, settle);
      const locked = new Set(stranded.map(({ key }) => key));
      settle(new Set(Object.keys(now!.typed).filter((key) => !locked.has(key))));
    });
    if (!stored || Object.keys(wrong).length) return;
    tell(u.form.tersimpan);
    go(`${baseOf(view.body)}/${view.id}`);
  }

  return (
    <form
      class="bagian"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <ErrorSummary errors={errors} />
      <NotSaved
        fault={saving.fault}
        text={typedText(unsaved, now)}
        onRetry={() => void save()}
      />
      {stranded.length > 0 && <Stranded whole={whole} draft={now} fields={stranded} onDiscard={() => draft.set((later) => without(later, service, new Set(stranded.map(({ key }) => key))))} />}
      {fields.map((field) => (
        <div key={field.key} class="bagian">
          {askedFor.has(field.key) && (
            <p class="salah">
              <span>{`${u.form.diperbaiki}: ${askedFor.get(field.key)}`}</span>
            </p>
          )}
          {isOpen(whole, field) ? (
            <FieldInput
              service={service}
              field={field}
              value={field.type === 'rows' ? (now.typed[field.key] ?? typedRows(values[field.key])) : shown[field.key]}
              set={(value) => draft.set((later) => withTyped(later, whole, field, value))}
              error={errors[`isian-${field.key}`]}
              keep={async (file) => (await import('./scan')).takePicture(whole, field.key, shown[field.key], file)}
            />
          ) : (
            <dl class="data">
              <dt>{field.label}</dt>
              <dd>{field.type === 'employee' ? view.body.subjectName : <ReadValue field={field} value={values[field.key]} />}</dd>
            </dl>
          )}
        </div>
      ))}
      {writable.length > 0 ? (
        <Buttons stack>
          <Button kind="utama" type="submit" busy={saving.busy}>
            {u.form.simpan}
          </Button>
        </Buttons>
      ) : (
        <p class="petunjuk">{u.form.terkunci}</p>
      )}
    </form>
  );
}

export function CaseFormPage({ parts: [id = ''] }: { parts: string[] }): JSX.Element {
  return (
    <CaseFrame id={id} section={u.isian}>
      {(whole) => <CaseForm key={id} whole={whole} />}
    </CaseFrame>
  );
}
