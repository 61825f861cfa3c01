/** The chat menu ASMIRANDA: topics, notes held on the phone, and on every level one step to a person. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { articles, categorySet, type Article } from '../forms/bundle';
import { suggest } from '../forms/suggest';
import { mutate } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { menu as s } from '../strings/id_menu';
import { q } from '../strings/id_tanya';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Empty, Loading } from '../ui/feedback';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';

const OTHER = 'lainnya';

interface Topic {
  code: string;
  label: string;
  notes: Article[];
}

/** The notes under their topics, in the topics' order; a topic without a note is not shown. */
function topicsOf(held: readonly Article[]): Topic[] {
  const { categories } = categorySet.value;
  const byTopic = new Map<string, Article[]>();
  for (const note of held) {
    const code = note.category || suggest(note.question, categories)?.code || OTHER;
    byTopic.set(code, [...(byTopic.get(code) ?? []), note]);
  }
  return categories.flatMap(({ code, label }) => {
    const notes = byTopic.get(code);
    return notes ? [{ code, label, notes }] : [];
  });
}

/** One question, whatever level it is chosen on; its thread opens at once. */
function Person({ topic }: { topic: Topic | undefined }): JSX.Element {
  const saving = useSave();
  const [done, setDone] = useState(false);
  const text = s.ingin(topic?.label ?? '');
  async function talk(): Promise<void> {
    if (done) return;
    let record = '';
    const work = async (): Promise<void> => {
      const args = { text, kind: 'pertanyaan', category: topic?.code ?? null, channel: 'aplikasi' };
      record = (await mutate({ kind: 'question.ask', args })).record;
    };
    if (!(await saving.save(work))) return;
    setDone(true);
    go(`/tanya/${record}?baru=1`, true);
  }
  return (
    <>
      <NotSaved fault={saving.fault} text={text} onRetry={() => void talk()} />
      <Buttons stack>
        <Button kind="utama" icon="orang" busy={saving.busy || done} onClick={() => void talk()}>
          {s.petugas}
        </Button>
      </Buttons>
    </>
  );
}

function Entry({ title, hint, onClick }: { title: string; hint?: string; onClick: () => void }): JSX.Element {
  return (
    <li>
      <button type="button" class="kartu-tautan" onClick={onClick}>
        <span class="isi">
          <span class="utama-teks">{title}</span>
          {hint && <span class="petunjuk">{hint}</span>}
        </span>
        <Icon name="panah" />
      </button>
    </li>
  );
}

function NoteText({ note }: { note: Article }): JSX.Element {
  return (
    <article class="kartu">
      <h2>{note.question}</h2>
      <p class="kutip">{note.answer}</p>
      <div>
        <LinkButton href={`/jawaban/${encodeURIComponent(note.slug)}`}>{s.lengkap}</LinkButton>
      </div>
    </article>
  );
}

export function ChatMenu(): JSX.Element {
  const held = articles.value;
  const [code, setCode] = useState('');
  const [slug, setSlug] = useState('');
  const topics = topicsOf((held ?? []).map(({ body }) => body));
  const topic = topics.find((one) => one.code === code);
  const note = topic?.notes.find((one) => one.slug === slug);
  const start = (): void => {
    setCode('');
    setSlug('');
  };
  return (
    <Page
      title={s.judul}
      back={{ href: '/tanya', label: q.tanya.daftar }}
      below={<p class="petunjuk">{s.pengantar}</p>}
    >
      {held === null && <Loading />}
      {held !== null && !topics.length && (
        <Empty>
          <p>{s.kosong}</p>
        </Empty>
      )}
      {note ? (
        <NoteText note={note} />
      ) : topic ? (
        <section class="bagian" aria-labelledby="topik">
          <h2 id="topik">{topic.label}</h2>
          <ul class="daftar">
            {topic.notes.map((one) => (
              <Entry key={one.slug} title={one.question} onClick={() => setSlug(one.slug)} />
            ))}
          </ul>
        </section>
      ) : (
        <ul class="daftar">
          {topics.map((one) => (
            <Entry key={one.code} title={one.label} hint={s.jumlah(one.notes.length)} onClick={() => setCode(one.code)} />
          ))}
        </ul>
      )}
      {topic && (
        <div>
          <Button onClick={start}>{s.kembali}</Button>
        </div>
      )}
      <Person key={code} topic={topic} />
    </Page>
  );
}
