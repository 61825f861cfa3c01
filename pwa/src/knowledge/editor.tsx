/**
 * Writing a note: `/jawaban/tulis` begins one, `/jawaban/tulis/DRAFT` goes on with one, `/jawaban/ubah/SLUG` begins the next
 * version of one in force. What is typed stays on the phone; "Simpan draf" shows it to the desk, approval is another's.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { articles, categorySet } from '../forms/bundle';
import { useDraft } from '../forms/draft';
import { writesAnswers } from '../identity/roles';
import { me, mutate, records, working } from '../identity/session';
import { above, loadUnits } from '../identity/units';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import type { Question } from '../questions/types';
import { go } from '../router';
import { l } from '../strings/id_lain';
import { p } from '../strings/id_pusat';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Badge, Banner, Loading } from '../ui/feedback';
import { ErrorSummary, TextArea, TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import { Approval, Discard } from './approval';
import { Areas } from './areas';
import { BASIS_MOST, EMPTY, QUESTION_MOST, TEXT_MOST, changed, faults, noteOf, noteOfArticle, personal, pick, type Note } from './form';
import { PersonalFound } from './personal_found';
import type { ArticleDraft } from './types';

const BACK = { href: '/jawaban', label: l.jawaban.semua };

/** People of the thread that a draft was made from, as far as this phone holds it. */
function namesOf(draft: ArticleDraft | undefined): string[] {
  const source = records<Question>('question').value?.find(({ id }) => id === draft?.source);
  return source ? [source.body.askerName] : [];
}

type WritingProps = { view: RecordView<ArticleDraft> | undefined; slug: string | undefined; from: Note };

/** What was typed here and not saved, and over what: a colleague's word that came meanwhile is not written over unseen. */
interface Typed {
  edits: Partial<Note>;
  over?: Note;
  version?: number | null;
}

/** The unit in charge of a new note: the topic's, where the officer's role reaches it. */
function unitOf(category: string): string | undefined {
  const own = working.value?.unit;
  const named = categorySet.value.categories.find(({ code }) => code === category)?.unitId;
  return named && own && above(named)?.has(own) ? named : own;
}

function Writing({ view, slug, from }: WritingProps): JSX.Element {
  const key = `article:${view?.id ?? slug ?? 'baru'}`;
  const draft = useDraft<Typed>(key, { edits: {} }, ({ edits }) => !Object.keys(edits).length);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const as = working.value?.id;
  useEffect(loadUnits, []);
  const typed = draft.value;
  if (!typed) return <Loading />;
  const over = typed.over ?? from;
  const note: Note = { ...from, ...typed.edits };
  const args = changed(over, { ...over, ...typed.edits });
  const dirty = Object.keys(args).length > 0;
  const found = personal(note, namesOf(view?.body));
  const set = (part: Partial<Note>): void =>
    draft.set({ edits: { ...typed.edits, ...part }, over, version: typed.over ? (typed.version ?? null) : (view?.version ?? null) });

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const wrong = faults(note, false);
    setErrors(wrong);
    if (Object.values(wrong).some(Boolean)) return;
    let record = view?.id ?? '';
    const work = async (): Promise<void> => {
      const item = await mutate({
        kind: 'article.draft',
        ...(view
          ? { record: view.id, args, base: pick(over, args), ...(typed?.version && { baseVersion: typed.version }) }
          : { args: { ...note, unit: unitOf(note.category), ...(slug && { slug }) } }),
        draft: key,
        ...(as && { as }),
      });
      ({ record } = item);
    };
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(p.tersimpan);
    go(`/jawaban/tulis/${record}`, true);
  }

  return (
    <>
      <ErrorSummary errors={errors} />
      <NotSaved fault={saving.fault} text={`${note.question}\n${note.answer}\n${note.steps}`} />
      {view?.body.source && <p class="petunjuk">{p.dariPercakapan}</p>}
      <PersonalFound found={found} />
      <form class="bagian" onSubmit={(event) => void save(event)} noValidate>
        <TextArea
          id="tulis-question"
          label={p.isian.question}
          value={note.question}
          onInput={(question) => set({ question })}
          max={QUESTION_MOST}
          rows={2}
          error={errors['tulis-question']}
          required
        />
        <TextArea
          id="tulis-answer"
          label={p.isian.answer}
          value={note.answer}
          onInput={(answer) => set({ answer })}
          max={TEXT_MOST}
          rows={6}
          error={errors['tulis-answer']}
          required
        />
        <TextArea
          id="tulis-steps"
          label={p.isian.steps}
          hint={p.isian.stepsPetunjuk}
          value={note.steps}
          onInput={(steps) => set({ steps })}
          max={TEXT_MOST}
          rows={4}
          error={errors['tulis-steps']}
        />
        <TextArea
          id="tulis-basis"
          label={p.isian.basis}
          hint={p.isian.basisPetunjuk}
          value={note.basis}
          onInput={(basis) => set({ basis })}
          max={BASIS_MOST}
          rows={2}
          error={errors['tulis-basis']}
          required
        />
        <TextField
          id="tulis-validFrom"
          type="date"
          label={p.isian.validFrom}
          value={note.validFrom}
          onInput={(validFrom) => set({ validFrom })}
          error={errors['tulis-validFrom']}
          required
        />
        <PickOne
          label={p.isian.category}
          empty={p.isian.tanpaTopik}
          options={categorySet.value.categories.map(({ code, label }) => ({ value: code, label }))}
          value={note.category}
          onChange={(category) => set({ category })}
        />
        <Areas value={note.areas} onChange={(areas) => set({ areas })} />
        <Buttons stack>
          <Button type="submit" kind={dirty || !view ? 'utama' : 'kedua'} icon="simpan" busy={saving.busy}>
            {p.simpanDraf}
          </Button>
        </Buttons>
      </form>
      {view && (
        <Approval view={view} note={note} dirty={dirty} contacts={found.contacts.length > 0} onFaults={setErrors} />
      )}
      {view && <Discard view={view} />}
    </>
  );
}

export function ArticleEditor({ parts }: { parts: string[] }): JSX.Element {
  const [act, id] = parts;
  const drafts = records<ArticleDraft>('article_draft').value;
  const held = articles.value;
  if (!writesAnswers(working.value)) return <OtherRole />;
  const changes = act === 'ubah';
  const view = changes ? undefined : drafts?.find((one) => one.id === id);
  const article = changes ? held?.find(({ body }) => body.slug === id)?.body : undefined;
  const title = changes || view?.body.slug ? p.ubahJudul : p.tulisBaru;
  if (drafts === null || held === null)
    return (
      <Page title={title} back={BACK}>
        <Loading />
      </Page>
    );
  if (id && !view && !article)
    return (
      <Page title={title} back={BACK}>
        <p>{p.drafHilang}</p>
      </Page>
    );
  const from = view ? noteOf(view.body) : article ? noteOfArticle(article) : EMPTY;
  const waits = view?.pending.some(isWaiting);
  const mine = me.value && view?.body.authors.includes(me.value.account);
  return (
    <Page
      title={title}
      back={BACK}
      above={view?.body.updatedAt && p.olehPada(view.body.updatedByName ?? '', dateTime(view.body.updatedAt))}
    >
      {waits && (
        <Badge tone="netral" icon="hp">
          {p.menunggu}
        </Badge>
      )}
      {view && mine && (
        <Banner tone="info">
          <p>{p.menungguPersetujuan}</p>
        </Banner>
      )}
      <Writing key={view?.id ?? article?.slug} view={view} slug={article?.slug} from={from} />
    </Page>
  );
}
