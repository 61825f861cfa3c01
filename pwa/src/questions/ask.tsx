/** Asking in two steps: the text, then kind, topic and the promise. The draft survives everything but sending. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FileField } from '../attachments/field';
import { filesOf } from '../attachments/written';
import { categorySet, promise } from '../forms/bundle';
import { useDraft } from '../forms/draft';
import { Offered } from '../forms/offered';
import { ASK_ABOUT, rescued } from '../forms/rescue';
import { suggest } from '../forms/suggest';
import { me, mutate, now, status } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go, place } from '../router';
import { q } from '../strings/id_tanya';
import { t } from '../strings/id';
import { Button, Buttons, LinkButton } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Choice, ErrorSummary, TextArea } from '../ui/fields';
import { number, promiseDate, size, time } from '../ui/format';
import { Icon } from '../ui/icons';
import { Banner, Loading } from '../ui/feedback';
import { afterFrame } from '../ui/frame';
import { Page } from '../ui/page';
import { ASK_DRAFT, type AskDraft } from './ask_draft';
import { MAX_TEXT, MIN_TEXT } from './types';

const EMPTY: AskDraft = { text: '', files: [] };

/** What is wrong with the text of a question, in words. */
export function textFault(text: string): string | undefined {
  const length = text.trim().length;
  if (length < MIN_TEXT) return q.tanya.terlaluPendek;
  return text.length > MAX_TEXT ? q.tanya.terlaluPanjang(number(text.length)) : undefined;
}

/** The answer was enough: what was typed goes, and can be had back. */
function Helped({ text, onBack }: { text: string; onBack: () => void }): JSX.Element {
  return (
    <Page key="cukup" title={q.tanya.judul}>
      <Banner tone="sukses">
        <p>{q.tanya.terjawab}</p>
      </Banner>
      <p class="kutip">{text}</p>
      <Buttons stack>
        <LinkButton kind="utama" href="/beranda">
          {t.umum.keBeranda}
        </LinkButton>
        <Button icon="tanya" onClick={onBack}>
          {q.tanya.tetapTanya}
        </Button>
      </Buttons>
    </Page>
  );
}

function PromiseLine(): JSX.Element {
  const found = promise(now.value);
  const offline = status.value !== null && status.value.link !== 'ok' && status.value.link !== 'unknown';
  return (
    <div class="banner info">
      <Icon name="jam" />
      <div>
        <p>{found ? q.tanya.janji(promiseDate(found.due), found.outside) : q.tanya.janjiTanpa}</p>
        {offline && <p>{q.tanya.luring}</p>}
      </div>
    </div>
  );
}

type StepProps = { draft: AskDraft; set: (draft: AskDraft) => void };

function Second({ draft, set }: StepProps): JSX.Element {
  const { kinds, categories } = categorySet.value;
  const kind = draft.kind ?? suggest(draft.text, kinds)?.code ?? kinds[0]?.code ?? 'pertanyaan';
  const category = draft.category ?? suggest(draft.text, categories)?.code ?? 'lainnya';
  return (
    <>
      <section class="kartu" aria-labelledby="isi-tanya">
        <h2 id="isi-tanya" class="judul-kecil">
          {q.tanya.pertanyaan}
        </h2>
        <p class="kutip">{draft.text}</p>
        {draft.files?.map((file) => (
          <p key={file.id} class="petunjuk">
            <Icon name="klip" /> {file.name}, {size(file.bytes)}
          </p>
        ))}
        <div>
          <Button icon="pensil" onClick={() => go('/tanya/baru')}>
            {q.tanya.ubah}
          </Button>
        </div>
      </section>
      <Choice
        label={q.tanya.jenis}
        options={kinds.map(({ code, label }) => ({ value: code, label }))}
        value={kind}
        onChange={(code) => set({ ...draft, kind: code })}
      />
      {categories.length > 0 && (
        <PickOne
          label={q.tanya.topik}
          hint={draft.category ? undefined : q.tanya.topikDitebak}
          options={categories.map(({ code, label }) => ({ value: code, label }))}
          value={category}
          onChange={(code) => set({ ...draft, category: code })}
        />
      )}
      <PromiseLine />
    </>
  );
}

export function Ask(): JSX.Element {
  const field = useDraft<AskDraft>(ASK_DRAFT, EMPTY, ({ text, files }) => !text.trim() && !files?.length);
  const [prefill] = useState(
    () => rescued<string>(me.value?.account ?? '', ASK_ABOUT) ?? place.value.query.get('tentang'),
  );
  const second = place.value.query.get('langkah') === '2';
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const [kept, setKept] = useState(false);
  const [helped, setHelped] = useState<AskDraft | null>(null);
  // A photo takes a while to be kept; what was typed meanwhile stays.
  const latest = useRef<AskDraft>(EMPTY);
  useEffect(() => {
    // What is shown after saving should not be fetched and read only then.
    if (second) import('./conversation').catch(() => undefined);
  }, [second]);
  if (kept) {
    return (
      <Page key="dua" title={q.tanya.periksa} above={q.tanya.langkah(2)}>
        <Banner tone="sukses">
          <p>{q.tanya.tersimpan}</p>
        </Banner>
      </Page>
    );
  }
  if (helped) {
    return (
      <Helped
        text={helped.text}
        onBack={() => {
          field.set(helped);
          setHelped(null);
        }}
      />
    );
  }
  const draft = field.value && !field.value.text && prefill ? { ...field.value, text: prefill } : field.value;
  if (!draft) {
    return (
      <Page title={q.tanya.judul}>
        <Loading />
      </Page>
    );
  }

  latest.current = draft;

  async function send(): Promise<void> {
    if (!draft) return;
    const { kinds, categories } = categorySet.value;
    let record = '';
    const work = async (): Promise<void> => {
      const item = await mutate({
        kind: 'question.ask',
        draft: ASK_DRAFT,
        args: {
          text: draft.text.trim(),
          kind: draft.kind ?? suggest(draft.text, kinds)?.code ?? 'pertanyaan',
          category: draft.category ?? suggest(draft.text, categories)?.code ?? null,
          channel: 'aplikasi',
          ...filesOf(draft.files),
        },
      });
      record = item.record;
    };
    if (!(await field.become(() => saving.save(work)))) return;
    setKept(true);
    const { visit } = place.value;
    // Said at once; drawing the conversation takes a slow phone longer than saving did.
    afterFrame(() => place.value.visit === visit && go(`/tanya/${record}?baru=1`, true));
  }

  function submit(event?: Event): void {
    event?.preventDefault();
    const found = textFault(draft?.text ?? '');
    setError(found);
    if (found || !draft) return;
    if (second) return void send();
    field.set(draft);
    go('/tanya/baru?langkah=2');
  }

  const onSecond = second && !textFault(draft.text);
  return (
    <Page
      key={onSecond ? 'dua' : 'satu'}
      title={onSecond ? q.tanya.periksa : q.tanya.judul}
      above={q.tanya.langkah(onSecond ? 2 : 1)}
      faulty={Boolean(error)}
      back={onSecond ? undefined : { href: '/tanya', label: q.tanya.daftar }}
    >
      <ErrorSummary errors={{ 'tanya-teks': error }} />
      <NotSaved fault={saving.fault} text={draft.text} onRetry={() => void send()} />
      <form class="bagian" onSubmit={submit} noValidate>
        {onSecond ? (
          <Second draft={draft} set={field.set} />
        ) : (
          <>
            <TextArea
              id="tanya-teks"
              label={q.tanya.apa}
              hint={q.tanya.petunjuk}
              required
              rows={5}
              max={MAX_TEXT}
              value={draft.text}
              error={error}
              onInput={(text) => field.set({ ...draft, text })}
            />
            <FileField files={draft.files ?? []} set={(files) => field.set({ ...latest.current, files })} />
          </>
        )}
        <Buttons stack>
          <Button type="submit" kind="utama" icon={onSecond ? 'keluar' : undefined} busy={saving.busy}>
            {onSecond ? q.tanya.kirim : q.tanya.lanjut}
          </Button>
          {!onSecond && draft.text && <Button onClick={() => void field.clear()}>{q.tanya.hapusDraf}</Button>}
        </Buttons>
        {/* Both come while the person is writing: above the button they would move it away under the finger. */}
        {!onSecond && (
          <>
            <p class="petunjuk">{field.savedAt > 0 ? q.tanya.drafTersimpan(time(field.savedAt)) : '\u00a0'}</p>
            <Offered
              text={draft.text}
              onAsk={() => submit()}
              onHelped={() => {
                setHelped(draft);
                void field.clear();
              }}
            />
          </>
        )}
      </form>
    </Page>
  );
}
