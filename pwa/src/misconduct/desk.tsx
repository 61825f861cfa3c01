/** "Laporan rahasia": what came without a name, for its recipients alone. Read online; nothing is kept on the device. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../graphql';
import { readsReports } from '../identity/roles';
import { working } from '../identity/session';
import { r } from '../strings/id_rahasia';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner, Empty, Stepped } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { date } from '../ui/format';
import { OnlineState, faultText, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';

interface Word {
  author: 'pelapor' | 'penerima';
  day: string;
  text: string;
  pictures: string[];
}

interface Report {
  id: string;
  day: string;
  closed: string | null;
  fresh: boolean;
  words: Word[];
}

const FIELDS = '{ id day closed fresh words { author day text pictures } }';
const LONGEST = 8000;
const HOME = '/kelola/laporan-rahasia';

const day = (text: string): string => date(`${text}T03:00:00Z`);

function State({ of }: { of: Report }): JSX.Element {
  if (of.fresh) return <Badge tone="tunggu" icon="jam">{r.baru}</Badge>;
  if (of.closed) return <Badge tone="sukses" icon="centang">{r.selesai(day(of.closed))}</Badge>;
  return <Badge tone="ungu" icon="orang">{r.berjalan}</Badge>;
}

/** A picture is fetched when it is asked for, shown from memory, and gone with the page. */
function Picture({ id, place }: { id: string; place: number }): JSX.Element {
  const [source, setSource] = useState('');
  const [fault, setFault] = useState('');
  async function show(): Promise<void> {
    const query = 'query($id: ID!) { misconductPicture(id: $id) { type content } }';
    try {
      const { misconductPicture: found } = await ask<{ misconductPicture: { type: string; content: string } }>(query, { id });
      setSource(`data:${found.type};base64,${found.content}`);
      setFault('');
    } catch (thrown) {
      setFault(faultText(thrown));
    }
  }
  if (source) return <img src={source} alt={r.foto(place)} style="max-width:100%" />;
  return (
    <>
      <Button icon="klip" onClick={() => void show()}>
        {r.foto(place)}
      </Button>
      {fault && <p role="status">{fault}</p>}
    </>
  );
}

function Reply({ of, onChange }: { of: Report; onChange: (report: Report) => void }): JSX.Element {
  const [text, setText] = useState('');
  const [word, setWord] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  async function run(query: string, variables: Record<string, unknown>, said: string): Promise<boolean> {
    setBusy(true);
    setFault('');
    try {
      const answer = await ask<Record<string, Report>>(query, { id: of.id, ...variables });
      for (const report of Object.values(answer)) onChange(report);
      tell(said);
      return true;
    } catch (thrown) {
      setFault(faultText(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  }
  async function send(event: Event): Promise<void> {
    event.preventDefault();
    setError(text.trim() ? undefined : r.isiBalasan);
    if (!text.trim() || busy) return;
    const query = `mutation($id: ID!, $word: ID!, $text: String!) { misconductReply(id: $id, word: $word, text: $text) ${FIELDS} }`;
    // The id stays until an answer came: sent again, it is the same reply.
    if (!(await run(query, { word, text }, r.terkirim))) return;
    setText('');
    setWord(crypto.randomUUID());
  }
  return (
    <form class="tulis" noValidate onSubmit={(event) => void send(event)}>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      <TextArea
        label={r.balas}
        hint={r.balasPetunjuk}
        value={text}
        onInput={setText}
        max={LONGEST}
        rows={4}
        error={error}
      />
      <Buttons>
        <Button type="submit" kind="utama" icon="keluar" busy={busy}>
          {r.kirim}
        </Button>
        {!of.closed && (
          <Button
            busy={busy}
            onClick={() => void run(`mutation($id: ID!) { misconductClose(id: $id) ${FIELDS} }`, {}, r.ditutup)}
          >
            {r.tutup}
          </Button>
        )}
      </Buttons>
    </form>
  );
}

function One({ id }: { id: string }): JSX.Element {
  const read = () =>
    ask<{ misconductOpen: Report }>(`mutation($id: ID!) { misconductOpen(id: $id) ${FIELDS} }`, { id }).then(
      ({ misconductOpen }) => misconductOpen,
    );
  const found = useOnline(read, id);
  const [report, setReport] = useState<Report | null>(null);
  useEffect(() => setReport(found.data), [found.data]);
  return (
    <Page
      title={report ? r.laporan(day(report.day)) : r.judul}
      back={{ href: HOME, label: r.kembali }}
      below={report ? <State of={report} /> : undefined}
    >
      <OnlineState of={found} />
      {report && (
        <>
          <div class="percakapan">
            {report.words.map((word, place) => (
              <article key={place} class={`pesan ${word.author === 'penerima' ? 'sendiri' : ''}`}>
                <p class="oleh">
                  <strong>{r[word.author]}</strong>
                  <span>{day(word.day)}</span>
                </p>
                <p class="teks">{word.text}</p>
                {word.pictures.map((picture, index) => (
                  <Picture key={picture} id={picture} place={index + 1} />
                ))}
              </article>
            ))}
          </div>
          <Reply of={report} onChange={setReport} />
        </>
      )}
    </Page>
  );
}

function List(): JSX.Element {
  const list = useOnline(
    () => ask<{ misconductReports: Report[] }>(`{ misconductReports ${FIELDS} }`).then((found) => found.misconductReports),
    '',
  );
  return (
    <Page title={r.judul}>
      <p>{r.pengantar}</p>
      <OnlineState of={list} />
      {list.data && !list.data.length && (
        <Empty>
          <p>{r.kosong}</p>
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <Stepped
          items={list.data}
          render={(report) => (
            <li key={report.id}>
              <a class="kartu-tautan" href={`${HOME}/${report.id}`}>
                <span class="isi">
                  <span class="utama-teks potong">{report.words[0]?.text}</span>
                  <span class="petunjuk">{r.laporan(day(report.day))}</span>
                  <span>
                    <State of={report} />
                  </span>
                </span>
              </a>
            </li>
          )}
        />
      )}
    </Page>
  );
}

export function Reports({ parts }: { parts: string[] }): JSX.Element {
  if (!readsReports(working.value)) return <OtherRole />;
  const id = parts[1] ?? '';
  return id ? <One id={id} /> : <List />;
}
