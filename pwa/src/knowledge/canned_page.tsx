/** "Jawaban baku": `/jawaban-baku` lists them with a search, `/jawaban-baku/ID` and `/jawaban-baku/baru` write one. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { categoryLabel, categorySet } from '../forms/bundle';
import { useDraft } from '../forms/draft';
import { writesAnswers } from '../identity/roles';
import { mutate, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { go } from '../router';
import { t } from '../strings/id';
import { p } from '../strings/id_pusat';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { PickOne, matching } from '../ui/combobox';
import { Badge, Dialog, Empty, Loading, Stepped } from '../ui/feedback';
import { ErrorSummary, TextArea, TextField } from '../ui/fields';
import { Icon } from '../ui/icons';
import { OtherRole, Page } from '../ui/page';
import { fill, placeholderList, PLACEHOLDERS, unknownPlaceholder } from './canned';
import { TEXT_MOST } from './form';
import type { CannedAnswer } from './types';

type View = RecordView<CannedAnswer>;
type Text = Pick<CannedAnswer, 'title' | 'text'> & { category: string };

const EDITORS = new Set(['ADM', 'KTM', 'BID']);
const MOST_TITLE = 200;
const EMPTY: Text = { title: '', text: '', category: '' };

/** Those whose title, text and topic hold every word that was typed; drafts first, then by title. */
function found(all: readonly View[], typed: string): View[] {
  const options = all.map(({ id, body }) => ({
    value: id,
    label: `${body.title} ${body.text} ${body.category ? categoryLabel(body.category) : ''}`,
  }));
  const fits = new Set(matching(options, typed).map(({ value }) => value));
  return all
    .filter(({ id }) => fits.has(id))
    .sort((a, b) => a.body.version - b.body.version || a.body.title.localeCompare(b.body.title));
}

function State({ view }: { view: View }): JSX.Element {
  if (view.pending.some(isWaiting))
    return (
      <Badge tone="netral" icon="hp">
        {p.menunggu}
      </Badge>
    );
  return view.body.state === 'draf' ? (
    <Badge tone="tunggu" icon="pensil">
      {p.baku.draf}
    </Badge>
  ) : (
    <Badge tone="sukses" icon="centang">
      {p.baku.dipakai(view.body.version)}
    </Badge>
  );
}

function CannedList({ all }: { all: View[] | null }): JSX.Element {
  const [typed, setTyped] = useState('');
  const shown = found(all ?? [], typed);
  return (
    <Page title={p.baku.judul} below={<p class="petunjuk">{p.baku.pengantar}</p>}>
      <div>
        <LinkButton icon="tambah" href="/jawaban-baku/baru" kind="utama">
          {p.baku.baru}
        </LinkButton>
      </div>
      {all === null && <Loading />}
      {all !== null && all.length > 0 && (
        <div role="search">
          <TextField type="search" label={p.baku.cari} value={typed} onInput={setTyped} inputmode="search" />
        </div>
      )}
      {all !== null && !shown.length && (
        <Empty>
          <p role="status">{all.length ? p.baku.tidakCocok(typed) : p.baku.kosong}</p>
        </Empty>
      )}
      {shown.length > 0 && (
        <Stepped
          items={shown}
          render={(view) => (
            <li key={view.id}>
              <a class="kartu-tautan" href={`/jawaban-baku/${view.id}`}>
                <span class="isi">
                  <span class="utama-teks">{view.body.title}</span>
                  <span class="petunjuk">{view.body.text.slice(0, 120)}</span>
                  <State view={view} />
                </span>
                <Icon name="panah" />
              </a>
            </li>
          )}
        />
      )}
    </Page>
  );
}

function faults(text: Text): Record<string, string | undefined> {
  const length = text.text.trim().length;
  const unknown = unknownPlaceholder(text.text);
  const open = PLACEHOLDERS.map((name) => `{${name}}`).join(', ');
  return {
    'baku-judul': text.title.trim().length < 3 || text.title.length > MOST_TITLE ? p.baku.salahJudul : undefined,
    'baku-teks':
      length < 10 || text.text.length > TEXT_MOST
        ? p.baku.salahTeks
        : unknown === undefined
          ? undefined
          : p.baku.salahIsian(unknown, open),
  };
}

function Editor({ view }: { view: View | undefined }): JSX.Element {
  const key = `canned:${view?.id ?? 'baru'}`;
  const from: Text = view ? { ...EMPTY, ...view.body } : EMPTY;
  const draft = useDraft<Partial<Text>>(key, {}, (typed) => !Object.keys(typed).length);
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const [ending, setEnding] = useState(false);
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const text: Text = {
    title: typed.title ?? from.title,
    text: typed.text ?? from.text,
    category: typed.category ?? from.category,
  };
  const as = working.value?.id;
  const edits = EDITORS.has(working.value?.role ?? '');
  const used = view?.body.state === 'berlaku';
  const dirty = text.title !== from.title || text.text !== from.text || text.category !== from.category;

  /** Saves one act and goes where it leads; the text typed here becomes part of it. */
  async function act(kind: string, args: Partial<Text>, said: string, then?: string): Promise<void> {
    const wrong = kind === 'canned.retire' ? {} : faults(text);
    setErrors(wrong);
    if (Object.values(wrong).some(Boolean)) return;
    let record = view?.id ?? '';
    const work = async (): Promise<void> => {
      ({ record } = await mutate({ kind, ...(view && { record: view.id }), args, draft: key, ...(as && { as }) }));
    };
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(said);
    go(then ?? `/jawaban-baku/${record}`, true);
  }

  return (
    <>
      <ErrorSummary errors={errors} />
      <NotSaved fault={saving.fault} text={`${text.title}\n${text.text}`} />
      <form
        class="bagian"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!used) void act('canned.draft', text, p.baku.tersimpan);
          else if (edits && dirty) void act('canned.revise', text, p.baku.tersimpan);
        }}
      >
        <TextField
          id="baku-judul"
          label={p.baku.namaJudul}
          value={text.title}
          onInput={(title) => draft.set({ ...typed, title })}
          error={errors['baku-judul']}
          required
        />
        <TextArea
          id="baku-teks"
          label={p.baku.teks}
          hint={p.baku.petunjuk(placeholderList)}
          value={text.text}
          onInput={(value) => draft.set({ ...typed, text: value })}
          max={TEXT_MOST}
          rows={6}
          error={errors['baku-teks']}
          required
        />
        <PickOne
          label={p.isian.category}
          empty={p.isian.tanpaTopik}
          options={categorySet.value.categories.map(({ code, label }) => ({ value: code, label }))}
          value={text.category}
          onChange={(category) => draft.set({ ...typed, category })}
        />
        {text.text.includes('{') && (
          <section class="kartu redup">
            <h2 class="judul-kecil">{p.baku.contoh}</h2>
            <p class="baca">{fill(text.text, p.contohNilai)}</p>
          </section>
        )}
        <Buttons stack>
          {!used && (
            <Button type="submit" kind={dirty || !view ? 'utama' : 'kedua'} icon="simpan" busy={saving.busy}>
              {p.baku.simpan}
            </Button>
          )}
          {used && edits && dirty && (
            <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
              {p.baku.versiBaru}
            </Button>
          )}
          {view && !used && edits && !dirty && (
            <Button kind="utama" icon="centang" busy={saving.busy} onClick={() => void act('canned.publish', {}, p.baku.tersimpan)}>
              {p.baku.pakai}
            </Button>
          )}
          {view && edits && <Button onClick={() => setEnding(true)}>{p.baku.hentikan}</Button>}
        </Buttons>
        {view && !used && !edits && <p class="petunjuk">{p.baku.menungguPenyetuju}</p>}
      </form>
      {ending && (
        <Dialog title={p.baku.hentikan} onClose={() => setEnding(false)}>
          <p>{p.baku.hentikanIsi}</p>
          <Buttons stack>
            <Button
              kind="bahaya"
              busy={saving.busy}
              onClick={() => void act('canned.retire', {}, p.baku.tersimpan, '/jawaban-baku')}
            >
              {p.baku.hentikan}
            </Button>
            <Button onClick={() => setEnding(false)}>{t.umum.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </>
  );
}

export function CannedAnswers({ parts }: { parts: string[] }): JSX.Element {
  const all = records<CannedAnswer>('canned_answer').value;
  if (!writesAnswers(working.value)) return <OtherRole />;
  const [id] = parts;
  if (!id) return <CannedList all={all} />;
  const view = all?.find((one) => one.id === id);
  const title = view?.body.title || p.baku.baru;
  return (
    <Page title={title} back={{ href: '/jawaban-baku', label: p.baku.semua }} above={view && <State view={view} />}>
      {id === 'baru' || view ? <Editor key={id} view={view} /> : all === null ? <Loading /> : <p>{p.baku.kosong}</p>}
    </Page>
  );
}
