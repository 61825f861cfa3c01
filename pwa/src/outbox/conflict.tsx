/**
 * "Perlu Anda pilih": both values are kept, the person decides. Only fields that differ are shown. A step that met a
 * changed state has nothing to choose between: it is offered again, never resent by itself.
 */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { client, outbox } from '../identity/session';
import { go } from '../router';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import type { Fields, OutboxItem } from '../sync';
import { madeOf } from '../sync/made';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner, Loading } from '../ui/feedback';
import { ErrorSummary, ErrorText, TextArea, TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { Page } from '../ui/page';
import { NotSaved, copyText, useSave } from './save';
import { kindName } from './kind_name';
import { ownText } from './state';

/** A plan's records have words, groups and neighbours of their own. */
const PlanConflict = lazyPart(() => import('../performance/conflict').then((module) => module.PlanConflict));

type Pick = 'mine' | 'theirs' | 'own' | 'both';
interface Choice {
  pick: Pick | null;
  text: string;
}

const CaseConflict = lazyPart(() => import('../applications/conflict').then((module) => module.CaseConflict));

/** From this length on a text is worth merging by hand rather than rewriting. */
const LONG_TEXT = 60;

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? q.pilihan.kosong : String(value);
const fieldName = (field: string): string => q.pilihan.isian[field] ?? field;

/** Who wrote the server's value and when, as far as the record says. */
function theirs(item: OutboxItem): string {
  const server = item.result?.server ?? {};
  const who = server.updatedByName ?? q.pilihan.server;
  const at = server.updatedAt;
  return q.pilihan.punya(String(who), typeof at === 'string' ? dateTime(at) : '');
}

type FieldProps = {
  item: OutboxItem;
  field: string;
  choice: Choice;
  error: string | undefined;
  set: (choice: Choice) => void;
};

function FieldChoice({ item, field, choice, error, set }: FieldProps): JSX.Element {
  const mine = item.args[field];
  const other = item.result?.server?.[field];
  const long = String(mine ?? '').length > LONG_TEXT || String(other ?? '').length > LONG_TEXT;
  const name = `pilih-${field}`;
  const radio = (pick: Pick, label: string, value: string | null, id?: string) => (
    <label>
      <input
        id={id}
        type="radio"
        name={name}
        checked={choice.pick === pick}
        onChange={() => set({ ...choice, pick })}
      />
      <span>
        {label}
        {value !== null && (
          <>
            <br />
            <strong>{value}</strong>
          </>
        )}
      </span>
    </label>
  );
  return (
    <fieldset class="isian kartu">
      <legend class="sr">{fieldName(field)}</legend>
      <h2 aria-hidden="true">{fieldName(field)}</h2>
      <ErrorText text={error} />
      <div class="pilihan">
        {radio('mine', q.pilihan.punyaAnda(dateTime(madeOf(item))), shown(mine), name)}
        {radio('theirs', theirs(item), shown(other))}
        {long ? radio('both', q.pilihan.gabungkan, null) : radio('own', q.pilihan.tulisSendiri, null)}
      </div>
      {choice.pick === 'own' && (
        <TextField label={q.pilihan.tulisSendiri} value={choice.text} onInput={(text) => set({ ...choice, text })} />
      )}
      {choice.pick === 'both' && (
        <TextArea
          label={q.pilihan.gabungkan}
          value={choice.text || `${mine ?? ''}\n${other ?? ''}`}
          onInput={(text) => set({ ...choice, text })}
          max={4000}
          rows={6}
        />
      )}
    </fieldset>
  );
}

function chosenValue(item: OutboxItem, field: string, { pick, text }: Choice): unknown {
  const mine = item.args[field];
  const other = item.result?.server?.[field];
  if (pick === 'mine') return mine;
  if (pick === 'theirs') return other ?? null;
  return text || (pick === 'both' ? `${mine ?? ''}\n${other ?? ''}` : '');
}

function FieldsConflict({ item, fields }: { item: OutboxItem; fields: string[] }): JSX.Element {
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const of = (field: string): Choice => choices[field] ?? { pick: null, text: '' };
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const missing = fields.filter((field) => !of(field).pick || (of(field).pick === 'own' && !of(field).text.trim()));
    setErrors(Object.fromEntries(missing.map((field) => [`pilih-${field}`, q.pilihan.pilihDulu(fieldName(field))])));
    if (missing.length) return;
    const args: Fields = {
      ...item.args,
      ...Object.fromEntries(fields.map((field) => [field, chosenValue(item, field, of(field))])),
    };
    if (!(await saving.save(async () => client.value?.resolve(item.id, args)))) return;
    tell(q.pilihan.tersimpan);
    go('/kotak-keluar', true);
  }
  return (
    <form class="bagian" onSubmit={(event) => void submit(event)} noValidate>
      <ErrorSummary errors={errors} />
      <NotSaved fault={saving.fault} text={ownText(item.args)} />
      {fields.map((field) => (
        <FieldChoice
          key={field}
          item={item}
          field={field}
          choice={of(field)}
          error={errors[`pilih-${field}`]}
          set={(choice) => setChoices({ ...choices, [field]: choice })}
        />
      ))}
      <Buttons stack>
        <Button type="submit" kind="utama" busy={saving.busy}>
          {q.pilihan.simpan}
        </Button>
        <LinkButton href="/kotak-keluar">{q.pilihan.nanti}</LinkButton>
      </Buttons>
    </form>
  );
}

function StepConflict({ item }: { item: OutboxItem }): JSX.Element {
  const saving = useSave();
  const question =
    typeof item.args.question === 'string'
      ? item.args.question
      : item.kind.startsWith('question.')
        ? item.record
        : null;
  const text = ownText(item.args);
  const again = () =>
    saving.save(async () => client.value?.resolve(item.id, item.args)).then((ok) => ok && go('/kotak-keluar', true));
  const away = () => void client.value?.dismiss(item.id).then(() => go('/kotak-keluar', true));
  return (
    <>
      <Banner tone="bentrok">
        <p>{item.result?.message ?? q.pilihan.berubah}</p>
      </Banner>
      {text && <p class="kutip">{text}</p>}
      <NotSaved fault={saving.fault} text={text} />
      <Buttons stack>
        {question && (
          <LinkButton href={item.as ? `/kotak-masuk/${question}` : `/tanya/${question}`} kind="utama">
            {q.keluaran.bukaPercakapan}
          </LinkButton>
        )}
        <Button busy={saving.busy} icon="segar" onClick={() => void again()}>
          {q.pilihan.kirimLagi}
        </Button>
        {text && (
          <Button icon="salin" onClick={() => void copyText(text)}>
            {t.umum.salin}
          </Button>
        )}
        <Button onClick={away}>{q.pilihan.tutupKartu}</Button>
      </Buttons>
    </>
  );
}

export function Conflict({ parts }: { parts: string[] }): JSX.Element {
  const items = outbox.value;
  const item = items?.find(({ id, state }) => id === parts[1] && state === 'conflict');
  const back = { href: '/kotak-keluar', label: q.keluaran.judul };
  if (!item) {
    return (
      <Page title={q.keluaran.perluPilih} back={back}>
        {items === null ? <Loading /> : <p>{q.pilihan.selesai}</p>}
      </Page>
    );
  }
  const fields = (item.result?.conflicts ?? []).filter((field) => field in item.args);
  return (
    <Page title={q.pilihan.judul(kindName(item))} back={back} below={<p>{q.pilihan.keduanya}</p>}>
      {item.kind.startsWith('skp.') ? (
        <PlanConflict item={item} />
      ) : item.kind.startsWith('application.') ? (
        <CaseConflict item={item} />
      ) : fields.length ? (
        <FieldsConflict item={item} fields={fields} />
      ) : (
        <StepConflict item={item} />
      )}
    </Page>
  );
}
