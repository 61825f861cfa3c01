/** One conversation as its asker sees it: where it is, what was said, and what can be done next. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { filesOf, isNothing, NOTHING, written, type Written } from '../attachments/written';
import { promise, servicePhone } from '../forms/bundle';
import { useDraft } from '../forms/draft';
import { mutate, now, outbox, records, status } from '../identity/session';
import { NotifyOffer } from '../notifications/offer';
import { takeDown } from '../notifications/seen';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { place } from '../router';
import { t } from '../strings/id';
import { l } from '../strings/id_lampiran';
import { q } from '../strings/id_tanya';
import { announce } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Badge, Banner, Dialog, Loading } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { dateTime, promiseDate, receipt } from '../ui/format';
import { Icon } from '../ui/icons';
import { lazy, lazyPart } from '../ui/lazy';
import { Page } from '../ui/page';
import { visible } from '../ui/visible';
import { Beside, usePresence, useTyping } from './presence';
import { Relations } from './relations';
import { Thread, latestFromOfficers } from './thread';
import { Track } from './track';
import { MAX_TEXT, type Message, type Question, type ReadMark } from './types';
import { questionBadge, shortTitle, stop, type QuestionView } from './view';

const FileField = lazyPart(() => import('../attachments/field').then((module) => module.FileField));
const Survey = lazy(() => import('../evaluation/survey').then((module) => module.Survey));

/** Tells the other devices how far the thread was read; only when it moved. */
function useReadMark(view: QuestionView | undefined, messages: RecordViewList): void {
  const marks = records<ReadMark>('read_mark').value;
  const latest = view ? latestFromOfficers(view.id, messages) : null;
  const mark = marks?.find(({ body }) => body.question === view?.id);
  const sent = useRef('');
  const seen = visible.value;
  useEffect(() => {
    if (!seen || !view || !latest || !marks || sent.current === latest) return;
    void takeDown([view.id]);
    if (mark && Date.parse(mark.body.at) >= Date.parse(latest)) return;
    sent.current = latest;
    // A lost read mark costs a highlighted row, so a refusal of the storage is not worth a message.
    mutate({ kind: 'question.read', ...(mark && { record: mark.id }), args: { question: view.id, at: latest } }).catch(
      () => undefined,
    );
  }, [view?.id, latest, marks === null, seen]);
}

type RecordViewList = Parameters<typeof latestFromOfficers>[1];

function Head({ view }: { view: QuestionView }): JSX.Element {
  const { body } = view;
  const badge = questionBadge(view, status.value, now.value);
  const awaited = (body.files ?? []).filter(({ state }) => state === 'menunggu');
  const asked = (outbox.value ?? []).find(
    (item) => item.kind === 'question.ask' && item.record === view.id && item.state === 'accepted',
  );
  return (
    <>
      <Badge {...badge}>{badge.text}</Badge>
      {view.version !== null && awaited.length > 0 && (
        <Badge tone="tunggu" icon="klip">
          {l.terkirimMenyusul(awaited.length, body.files!.length)}
        </Badge>
      )}
      {badge.reason && <p class="petunjuk">{badge.reason}</p>}
      {body.state !== 'batal' && <Track at={stop(view)} />}
      <p class="petunjuk">
        {body.number && `${q.percakapan.nomor} ${body.number}`}
        {body.number && body.receipt && ', '}
        {body.receipt && q.percakapan.resi(receipt(body.receipt))}{' '}
        {asked && <a href={`/kotak-keluar/bukti/${asked.id}`}>{q.percakapan.lihatBukti}</a>}
      </p>
    </>
  );
}

/** Right after asking: saved here, or already arrived; either way the app may be closed. */
function Sent({ view }: { view: QuestionView }): JSX.Element | null {
  if (view.pending.some(isWaiting)) {
    return (
      <Banner tone="sukses">
        <p>{q.tanya.tersimpan}</p>
      </Banner>
    );
  }
  if (stop(view) === 3 || !view.body.receipt) return null;
  return (
    <Banner tone="sukses">
      <p>{q.percakapan.bolehTutup(t.kiriman.terkirimResi(receipt(view.body.receipt)))}</p>
    </Banner>
  );
}

/** The promise while nobody answered yet; afterwards what the state means for the asker. */
function Expectation({ view }: { view: QuestionView }): JSX.Element | null {
  const { body } = view;
  if (body.state === 'menunggu_penanya')
    return (
      <Banner tone="tunggu" icon="balon">
        <p>{q.percakapan.menungguAnda}</p>
      </Banner>
    );
  if (body.mergedInto) return null;
  if (body.state === 'selesai') return <p class="petunjuk">{q.percakapan.ditutup}</p>;
  if (body.state === 'batal') return <p class="petunjuk">{q.percakapan.dibatalkan}</p>;
  if (body.state === 'dijawab' || body.answeredAt) return null;
  const found = body.dueAt ? { due: Date.parse(body.dueAt), outside: false } : promise(now.value);
  return <p class="petunjuk">{found ? q.tanya.janji(promiseDate(found.due), found.outside) : q.tanya.janjiTanpa}</p>;
}

function Cancel({ view, onDone }: { view: QuestionView; onDone: () => void }): JSX.Element {
  const saving = useSave();
  return (
    <Dialog title={q.percakapan.batalkanTanya} onClose={onDone} closable={false}>
      <p>{q.percakapan.batalkanIsi}</p>
      <NotSaved fault={saving.fault} text={view.body.text} />
      <Buttons stack>
        <Button
          kind="bahaya"
          busy={saving.busy}
          onClick={() =>
            void saving
              .save(() => mutate({ kind: 'question.cancel', record: view.id, args: {} }))
              .then((ok) => ok && onDone())
          }
        >
          {q.percakapan.batalkanTombol}
        </Button>
        <Button onClick={onDone}>{q.percakapan.jangan}</Button>
      </Buttons>
    </Dialog>
  );
}

function Reply({ view, focus }: { view: QuestionView; focus: number }): JSX.Element {
  const key = `question.message:${view.id}`;
  const draft = useDraft<Written | string>(key, NOTHING, (value) => isNothing(written(value)));
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const typing = useTyping(view.id);
  const { text, files } = written(draft.value);
  const latest = useRef(NOTHING);
  latest.current = { text, files };
  useEffect(() => {
    if (focus) document.getElementById('pesan')?.focus();
  }, [focus]);

  async function send(): Promise<void> {
    const fault = isNothing({ text, files }) ? q.percakapan.isiPesan : text.length > MAX_TEXT ? q.percakapan.pesanPanjang : undefined;
    setError(fault);
    if (fault) return;
    const work = () => mutate({ kind: 'question.message', draft: key, args: { question: view.id, text: text.trim(), ...filesOf(files) } });
    if (!(await draft.become(() => saving.save(work)))) return;
    typing('');
    announce(q.tanya.tersimpan);
  }

  return (
    <form
      class="tulis"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <NotSaved fault={saving.fault} text={text} onRetry={() => void send()} />
      <TextArea
        id="pesan"
        label={q.percakapan.tulis}
        value={text}
        onInput={(value) => {
          draft.set({ ...latest.current, text: value });
          typing(value);
        }}
        max={MAX_TEXT}
        rows={3}
        error={error}
      />
      <FileField files={files} set={(chosen) => draft.set({ ...latest.current, files: chosen })} />
      <div>
        <Button type="submit" kind="utama" icon="keluar" busy={saving.busy}>
          {q.percakapan.kirim}
        </Button>
      </div>
    </form>
  );
}

const CANCELLABLE = new Set(['baru', 'disaring', 'diteruskan', 'menunggu_penanya']);

export function Conversation({ parts }: { parts: string[] }): JSX.Element {
  const id = parts[0] ?? '';
  const all = records<Question>('question').value;
  const messages = records<Message>('message').value ?? [];
  const view = all?.find((found) => found.id === id);
  const fresh = place.value.query.get('baru') === '1';
  const [cancelling, setCancelling] = useState(false);
  const [focus, setFocus] = useState(0);
  const saving = useSave();
  useReadMark(view, messages);
  const alive = view && view.version !== null && view.body.state !== 'selesai' && view.body.state !== 'batal';
  const beside = usePresence(alive ? id : '', `${view?.body.holderId} ${view?.body.unit}`);
  const back = { href: '/tanya', label: q.tanya.daftar };

  if (!view) {
    return (
      <Page title={all === null ? t.umum.memuat : q.percakapan.tidakAda} back={back}>
        {all === null && <Loading />}
      </Page>
    );
  }
  const { body } = view;
  const waitsForClose = view.pending.some((item) => item.kind === 'question.close' && isWaiting(item));
  async function close(): Promise<void> {
    const work = () => mutate({ kind: 'question.close', record: id, args: {} });
    // The button is gone then; the heading stands above the new state.
    if (await saving.save(work)) document.querySelector<HTMLElement>('main h1')?.focus();
  }
  const behind =
    status.value && status.value.link !== 'ok' && status.value.link !== 'unknown' && status.value.lastPullAt;
  return (
    <Page
      title={shortTitle(body.text)}
      tabTitle={q.percakapan.judul(dateTime(body.writtenAt))}
      back={back}
      below={<Head view={view} />}
    >
      {fresh && <Sent view={view} />}
      <Relations view={view} all={all} room="/tanya" />
      <Thread view={view} messages={messages} asker />
      {alive && <Beside of={beside} asker />}
      <Expectation view={view} />
      {fresh && <NotifyOffer />}
      {behind && <p class="petunjuk">{q.percakapan.sampai(dateTime(behind))}</p>}
      <NotSaved fault={saving.fault} text={body.text} />
      {body.state === 'dijawab' && !waitsForClose && (
        <Buttons stack>
          <Button
            kind="utama"
            icon="centang"
            busy={saving.busy}
            onClick={() => void close()}
          >
            {q.percakapan.sudahJelas}
          </Button>
          <Button onClick={() => setFocus(focus + 1)}>{q.percakapan.belumJelas}</Button>
        </Buttons>
      )}
      {body.state === 'selesai' && !body.mergedInto && !waitsForClose && <Survey survey="pengguna" about={id} />}
      {body.state !== 'batal' && !body.mergedInto && <Reply view={view} focus={focus} />}
      <Buttons>
        {servicePhone.value && (
          <a class="tombol" href={`tel:${servicePhone.value.replace(/[^\d+]/g, '')}`}>
            <Icon name="telepon" />
            <span>{q.percakapan.telepon(servicePhone.value)}</span>
          </a>
        )}
        {CANCELLABLE.has(body.state) && !body.answeredAt && (
          <Button onClick={() => setCancelling(true)}>{q.percakapan.batalkan}</Button>
        )}
        {view.version !== null && <Button onClick={() => print()}>{q.percakapan.cetak}</Button>}
        {body.state === 'batal' && <LinkButton href="/tanya/baru">{t.beranda.tanyaPetugas}</LinkButton>}
      </Buttons>
      {cancelling && <Cancel view={view} onDone={() => setCancelling(false)} />}
    </Page>
  );
}
