/** The messages of a question in order, with day lines; notes of the desk among them when the viewer has them. */
import { Fragment, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { FileList } from '../attachments/list';
import type { FileBody } from '../attachments/named';
import { me, now, status } from '../identity/session';
import { isWaiting, itemBadge } from '../outbox/state';
import { l } from '../strings/id_lampiran';
import { q } from '../strings/id_tanya';
import type { RecordView } from '../sync';
import { Badge } from '../ui/feedback';
import { Button } from '../ui/button';
import { clock, date, dateTime, longDate } from '../ui/format';
import type { Message, Note, Question } from './types';
import type { QuestionView } from './view';

interface Line {
  id: string;
  at: string;
  text: string;
  who: string;
  look: '' | 'sendiri' | 'otomatis' | 'intern';
  label?: string;
  pending: RecordView['pending'];
  sentByMe: boolean;
  files?: FileBody[] | null | undefined;
  /** What stood here before, the first one first. */
  earlier?: { at: string; text: string; files?: FileBody[] | null | undefined }[];
  /** A person of the desk wrote it. */
  officer?: boolean;
}

function messageLine(view: RecordView<Message>, asker: boolean): Line {
  const { body } = view;
  const mine = asker ? body.author === 'penanya' : body.author === 'petugas' && view.pending.length > 0;
  const automatic = body.origin !== 'manusia';
  const name = body.authorName || (body.author === 'petugas' ? q.percakapan.petugas : q.percakapan.penanya);
  return {
    id: view.id,
    at: body.at,
    text: body.text,
    who: automatic
      ? body.origin === 'otomatis'
        ? q.percakapan.otomatis
        : q.percakapan.sistem
      : mine && asker
        ? q.percakapan.anda
        : name,
    look: automatic ? 'otomatis' : (asker ? body.author === 'penanya' : body.author === 'petugas') ? 'sendiri' : '',
    pending: view.pending,
    sentByMe: asker && body.author === 'penanya',
    files: body.files,
    officer: body.author === 'petugas' && !automatic,
  };
}

/** A corrected message stands where its latest version came, with the earlier ones folded into it. */
function withVersions(own: readonly RecordView<Message>[], asker: boolean): Line[] {
  const chains = new Map<string, RecordView<Message>[]>();
  for (const message of own) {
    const root = message.body.versionOf ?? message.id;
    chains.set(root, [...(chains.get(root) ?? []), message]);
  }
  return [...chains.values()].map((chain) => {
    const [latest, ...before] = chain.sort((a, b) => b.body.at.localeCompare(a.body.at));
    const earlier = before.reverse().map(({ body: { at, text, files } }) => ({ at, text, files }));
    return { ...messageLine(latest!, asker), ...(earlier.length && { earlier }) };
  });
}

function noteLine(view: RecordView<Note>): Line {
  const { body } = view;
  return {
    id: view.id,
    at: body.at,
    text: body.text,
    who: body.authorName || q.percakapan.petugas,
    look: 'intern',
    label: q.meja.hanyaPetugas,
    pending: view.pending,
    sentByMe: false,
  };
}

/** The question's own text as first line, unless the feed carries it as a message too. */
function firstLine(view: QuestionView, messages: readonly RecordView<Message>[], asker: boolean): Line[] {
  const { body } = view;
  const already = messages.some((message) => message.body.author === 'penanya' && message.body.text === body.text);
  if (already) return [];
  return [
    {
      id: `${view.id}-0`,
      at: body.arrivedAt ?? body.writtenAt,
      text: body.text,
      look: asker ? 'sendiri' : '',
      who: asker ? q.percakapan.anda : body.askerName,
      sentByMe: asker,
      pending: view.pending.filter((item) => item.kind === 'question.ask'),
      files: body.files,
    },
  ];
}

function lines(
  view: QuestionView,
  messages: readonly RecordView<Message>[],
  notes: readonly RecordView<Note>[],
  asker: boolean,
): Line[] {
  const own = messages.filter(({ body }) => body.question === view.id);
  const about = notes.filter(({ body }) => body.question === view.id);
  return [
    ...firstLine(view, own, asker),
    ...withVersions(own, asker),
    ...about.map(noteLine),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function MessageState({ line }: { line: Line }): JSX.Element | null {
  const open = line.pending.find((item) => isWaiting(item) || item.state === 'conflict' || item.state === 'rejected');
  if (open) {
    const badge = itemBadge(open, status.value, now.value);
    return <Badge {...badge}>{badge.text}</Badge>;
  }
  return line.sentByMe ? <span class="petunjuk">{q.percakapan.terkirim}</span> : null;
}

type ThreadProps = {
  view: QuestionView;
  messages: readonly RecordView<Message>[];
  notes?: readonly RecordView<Note>[];
  /** Seen by the asker: own messages on the right. Else by the desk: the officers' on the right. */
  asker: boolean;
  /** Lets the desk stand by a new version of what it wrote. */
  onCorrect?: ((message: string, text: string) => void) | undefined;
};

export function Thread({ view, messages, notes = [], asker, onCorrect }: ThreadProps): JSX.Element {
  const [live, setLive] = useState(false);
  // A log role from the start would read the whole history aloud; only new lines are wanted.
  useEffect(() => setLive(true), []);
  let day = '';
  return (
    <div class="percakapan" role={live ? 'log' : undefined} aria-label={q.percakapan.isi}>
      {lines(view, messages, notes, asker).map((line) => {
        const newDay = date(line.at) !== day;
        day = date(line.at);
        return (
          <Fragment key={line.id}>
            {newDay && <p class="hari">{longDate(line.at)}</p>}
            <article class={`pesan ${line.look}`}>
              <p class="oleh">
                <strong>{line.who}</strong>
                <span>{clock(line.at)}</span>
                {line.label && <span>{line.label}</span>}
              </p>
              {line.text && <p class="teks">{line.text}</p>}
              <FileList files={line.files} />
              {line.earlier && (
                <details>
                  <summary>
                    {l.diperbaiki(clock(line.at))}. {l.semula}
                  </summary>
                  {line.earlier.map(({ at, text, files }) => (
                    <Fragment key={at}>
                      <p class="petunjuk">{dateTime(at)}</p>
                      <p class="teks">{text}</p>
                      <FileList files={files} />
                    </Fragment>
                  ))}
                </details>
              )}
              <MessageState line={line} />
              {onCorrect && line.officer && !line.pending.length && (
                <div>
                  <Button kind="polos" icon="pensil" onClick={() => onCorrect(line.id, line.text)}>
                    {l.perbaiki}
                  </Button>
                </div>
              )}
            </article>
          </Fragment>
        );
      })}
    </div>
  );
}

/** The latest instant in the thread, for the read mark; null when there is nothing from the officers. */
export function latestFromOfficers(question: string, messages: readonly RecordView<Message>[]): string | null {
  const times = messages
    .filter(({ body }) => body.question === question && body.author !== 'penanya')
    .map(({ body }) => body.at)
    .sort();
  return times.at(-1) ?? null;
}

export const isMine = (body: Question): boolean => body.askerId === me.value?.account;
