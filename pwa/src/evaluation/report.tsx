/** One evaluation report: its six parts as they would print, the texts that people write, and making it final. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { mutate, now, outbox, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { evaluasi } from '../strings/id_evaluasi';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Table } from '../ui/charts';
import { Banner, Dialog } from '../ui/feedback';
import { TextArea, TextField } from '../ui/fields';
import { OnlineState, useOnline } from '../ui/online';
import { Page } from '../ui/page';
import type { Evaluation, ReportContent, ReportPart } from './types';
import { day, isoDay } from './words';

const { laporan } = evaluasi;
const CONTENT = 'query($id: ID!) { evaluationReport(id: $id) }';
const WRITTEN = ['background', 'purpose', 'execution', 'recommendation', 'conclusion'];
const LONGEST = 6000;

function PartBody({ part, level }: { part: ReportPart; level: number }): JSX.Element {
  return (
    <>
      {part.paragraphs.map((paragraph, place) => (
        <p key={place}>{paragraph}</p>
      ))}
      {part.items.length > 0 && (
        <ol>
          {part.items.map((item, place) => (
            <li key={place}>{item}</li>
          ))}
        </ol>
      )}
      {part.tables.map((table) => (
        <Table
          key={table.title}
          caption={table.title}
          head={table.header}
          rows={table.rows.map((row) => row.map((cell) => cell ?? ''))}
          file={table.title.toLowerCase().replaceAll(' ', '-')}
          fold="named"
        />
      ))}
      {part.sections.map((section, place) => (
        <section key={section.title}>
          <h3>
            {'abcd'[place]}. {section.title}
          </h3>
          <PartBody part={section} level={level + 1} />
        </section>
      ))}
    </>
  );
}

function Content({ content }: { content: ReportContent }): JSX.Element {
  return (
    <article class="bagian laporan-evaluasi">
      {content.parts.map((part, place) => (
        <section key={part.title}>
          <h2>
            {place + 1}. {part.title}
          </h2>
          <PartBody part={part} level={2} />
        </section>
      ))}
      <section>
        <h2>{laporan.kesimpulan}</h2>
        {content.conclusion.map((paragraph, place) => (
          <p key={place}>{paragraph}</p>
        ))}
      </section>
      <p>
        {[content.place, content.date].filter(Boolean).join(', ')}
        <br />
        {laporan.ketuaTim} <strong>{content.chair}</strong>
      </p>
      <p class="petunjuk">{laporan.dibuat(content.made)}</p>
    </article>
  );
}

function Write({ id, texts }: { id: string; texts: Record<string, string> }): JSX.Element {
  const [written, setWritten] = useState(texts);
  const saving = useSave();
  const change = (name: string) => (value: string) => setWritten({ ...written, [name]: value });
  const as = working.value?.id;
  async function send(): Promise<void> {
    const names = [...WRITTEN, 'place', 'chair'];
    const args = Object.fromEntries(names.map((name) => [name, (written[name] ?? '').trim()]));
    const work = () => mutate({ kind: 'evaluation.write', record: id, args, ...(as && { as }) });
    if (await saving.save(work)) tell(laporan.tersimpan);
  }
  return (
    <details>
      <summary>{laporan.tulis}</summary>
      <div class="bagian">
        {WRITTEN.map((name) => (
          <TextArea
            key={name}
            label={laporan.bagian[name] ?? name}
            hint={laporan.petunjuk[name]}
            value={written[name] ?? ''}
            onInput={change(name)}
            max={LONGEST}
            rows={4}
          />
        ))}
        <TextField label={laporan.tempat} value={written.place ?? ''} onInput={change('place')} capitalize="sentences" />
        <TextField label={laporan.ketua} value={written.chair ?? ''} onInput={change('chair')} capitalize="sentences" />
        <NotSaved fault={saving.fault} text={WRITTEN.map((name) => written[name] ?? '').join('\n\n')} />
        <Buttons>
          <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
            {laporan.simpan}
          </Button>
        </Buttons>
      </div>
    </details>
  );
}

function Finish({ id, last }: { id: string; last: string }): JSX.Element {
  const [asked, setAsked] = useState(false);
  const saving = useSave();
  const as = working.value?.id;
  if (isoDay(now.value) <= last) return <p class="petunjuk">{laporan.finalBelum(day(last))}</p>;
  const work = () => mutate({ kind: 'evaluation.finish', record: id, args: {}, ...(as && { as }) });
  async function send(): Promise<void> {
    if (!(await saving.save(work))) return;
    setAsked(false);
    tell(laporan.finalTersimpan);
  }
  return (
    <>
      <Buttons>
        <Button icon="kunci" onClick={() => setAsked(true)}>
          {laporan.final}
        </Button>
      </Buttons>
      {asked && (
        <Dialog title={laporan.finalJudul} onClose={() => setAsked(false)}>
          <p>{laporan.finalIsi}</p>
          <NotSaved fault={saving.fault} text={laporan.final} />
          <Buttons stack>
            <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
              {laporan.final}
            </Button>
            <Button onClick={() => setAsked(false)}>{laporan.batal}</Button>
          </Buttons>
        </Dialog>
      )}
    </>
  );
}

export function ReportPage({ id, body }: { id: string; body: Evaluation }): JSX.Element {
  const found = useOnline(
    () => ask<{ evaluationReport: ReportContent }>(CONTENT, { id }).then(({ evaluationReport }) => evaluationReport),
    `${id} ${body.state} ${JSON.stringify(body.texts)}`,
  );
  const waits = (outbox.value ?? []).some((item) => item.record === id && isWaiting(item));
  const writes = working.value?.role === 'KTM' && body.state === 'draf';
  return (
    <Page
      title={`${laporan.daftar} ${body.title}`}
      layout="lebar"
      back={{ href: '/laporan/pertanyaan', label: laporan.kembali }}
      above={laporan.keadaan[body.state]}
    >
      {body.state === 'final' && (
        <Banner tone="info">
          <p>{laporan.terkunci}</p>
        </Banner>
      )}
      {waits && (
        <Banner tone="tunggu">
          <p>{laporan.menunggu}</p>
        </Banner>
      )}
      <Buttons>
        {(['pdf', 'xlsx'] as const).map((kind) => (
          <a class="tombol" key={kind} href={`/unduh/evaluasi/${id}/${kind}`} download>
            <span>{kind === 'pdf' ? laporan.unduhPdf : laporan.unduhXlsx}</span>
          </a>
        ))}
      </Buttons>
      {body.state === 'draf' && <p class="petunjuk">{laporan.konsep}</p>}
      {writes && <Write key={JSON.stringify(body.texts)} id={id} texts={body.texts} />}
      <OnlineState of={found} />
      {found.data && <Content content={found.data} />}
      {writes && found.data && !waits && <Finish id={id} last={found.data.figures.period.last} />}
    </Page>
  );
}
