/** One question at the desk: the thread, what to write, and beside it who asks and what can be done. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { filesOf, isNothing, NOTHING, written, type Written } from '../attachments/written';
import { categoryLabel, categorySet, kindLabel } from '../forms/bundle';
import { useDraft } from '../forms/draft';
import { me, mutate, now, records, status, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { pintu } from '../strings/id_pintu';
import { q } from '../strings/id_tanya';
import { uuid7 } from '../sync';
import { announce, tell } from '../ui/announce';
import { lazyPart } from '../ui/lazy';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Badge, Banner, Dialog } from '../ui/feedback';
import { Choice, TextArea } from '../ui/fields';
import { dateTime, receipt } from '../ui/format';
import { Icon } from '../ui/icons';
import { acts, type Acts } from './acts';
import { ChannelState } from './channel';
import type { CorrectionProps } from './correction';
import { DeskActions } from './desk_actions';
import { officerName } from './operators';
import { Beside, usePresence, useTyping } from './presence';
import { Thread } from './thread';
import { MAX_TEXT, type Message, type Note, type Question } from './types';
import { questionBadge, type Group, type QuestionView } from './view';

/** Not every reply needs these: they are fetched beside the page. */
const Relations = lazyPart(() => import('./relations').then((module) => module.Relations));
const FileField = lazyPart(() => import('../attachments/field').then((module) => module.FileField));
const CannedPicker = lazyPart(() => import('../knowledge/canned_picker').then((module) => module.CannedPicker));
const MakeArticle = lazyPart(() => import('../knowledge/from_answer').then((module) => module.MakeArticle));

type Writing = 'jawab' | 'balik' | 'intern';

const KIND: Record<Writing, string> = { jawab: 'question.answer', balik: 'question.ask_back', intern: 'question.note' };

function Blocked({ why, view }: { why: NonNullable<Acts['blocked']>; view: QuestionView }): JSX.Element | null {
  if (why === 'done') return null;
  if (why === 'filter') {
    return (
      <Banner tone="tunggu">
        <p>{q.meja.saringDulu}</p>
        <p>{q.meja.saringDuluIsi}</p>
      </Banner>
    );
  }
  return (
    <p class="petunjuk">
      {why === 'claim'
        ? q.meja.ambilDulu
        : q.meja.dipegangLain(view.body.holderName ?? officerName(view.body.holderId) ?? view.body.unitName ?? q.percakapan.petugas)}
    </p>
  );
}

/** Answer, question back or internal note; one draft for each question. */
function Composer({ view, can }: { view: QuestionView; can: Acts }): JSX.Element {
  const key = `desk:${view.id}`;
  const draft = useDraft<Written | string>(key, NOTHING, (value) => isNothing(written(value)));
  const allowed: Writing[] = [
    ...(can.answer ? (['jawab'] as const) : []),
    ...(can.askBack ? (['balik'] as const) : []),
    'intern',
  ];
  const [chosen, setChosen] = useState<Writing>('jawab');
  const [error, setError] = useState<string | undefined>();
  const [done, setDone] = useState<Writing | null>(null);
  const saving = useSave();
  const writing = allowed.includes(chosen) ? chosen : (allowed[0] ?? 'intern');
  const typing = useTyping(view.id);
  const { text, files } = written(draft.value);
  const latest = useRef(NOTHING);
  latest.current = { text, files };
  const opening = categorySet.value.categories.find(({ code }) => code === view.body.category)?.opening;

  async function send(): Promise<void> {
    const fault = !text.trim() ? q.meja.isiJawaban : text.length > MAX_TEXT ? q.percakapan.pesanPanjang : undefined;
    setError(fault);
    setDone(null);
    if (fault) return;
    const as = working.value?.id;
    const common = { kind: KIND[writing], draft: key, ...(as && { as }) };
    const work = () =>
      writing === 'intern'
        ? mutate({ ...common, args: { question: view.id, text: text.trim() } })
        : mutate({ ...common, record: view.id, args: { text: text.trim(), messageId: uuid7(), ...filesOf(files) } });
    if (!(await draft.become(() => saving.save(work)))) return;
    typing('');
    setDone(writing);
    announce(q.meja.terkirim[writing]);
  }

  const labels: Record<Writing, string> = {
    jawab: q.meja.jawabPenanya,
    balik: q.meja.tanyaBalik,
    intern: q.meja.catatanIntern,
  };
  return (
    <form
      class="tulis"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {done && (
        <Banner tone="sukses">
          <p>{q.meja.terkirim[done]}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={text} onRetry={() => void send()} />
      {allowed.length > 1 && (
        <Choice
          label={q.meja.jenisTulisan}
          options={allowed.map((value) => ({
            value,
            label: labels[value],
            hint: value === 'intern' ? q.meja.hanyaPetugas : undefined,
          }))}
          value={writing}
          onChange={(value) => setChosen(value as Writing)}
        />
      )}
      <div class={writing === 'intern' ? 'pesan intern penuh' : undefined}>
        <TextArea
          id="tulisan"
          label={
            writing === 'intern'
              ? `${q.meja.tulisan.intern} (${q.meja.hanyaPetugas.toLowerCase()})`
              : q.meja.tulisan[writing]
          }
          value={text}
          onInput={(value) => {
            draft.set({ ...latest.current, text: value });
            // A note is nothing that an asker waits for.
            if (writing !== 'intern') typing(value);
          }}
          max={MAX_TEXT}
          rows={4}
          error={error}
        />
      </div>
      {writing !== 'intern' && <FileField files={files} set={(chosen) => draft.set({ ...latest.current, files: chosen })} />}
      <Buttons>
        <Button type="submit" kind="utama" icon="keluar" busy={saving.busy}>
          {q.percakapan.kirim}
        </Button>
        {writing !== 'intern' && (
          <CannedPicker view={view} onPick={(picked) => draft.set({ ...latest.current, text: text.trim() ? `${text.trim()}\n${picked}` : picked })} />
        )}
        {writing === 'jawab' && opening && !text && (
          <Button onClick={() => draft.set({ ...latest.current, text: `${opening} ` })}>{q.meja.awalan}</Button>
        )}
      </Buttons>
    </form>
  );
}

function Facts({ view }: { view: QuestionView }): JSX.Element {
  const { body } = view;
  const holder = body.holderId === me.value?.account ? q.meja.saya : (body.holderName ?? officerName(body.holderId) ?? q.meja.belumAdaPemegang);
  const first: Fact[] = [
    [q.meja.penanya, body.askerName],
    [q.meja.unit, body.askerUnitName],
    [pintu.lewat, body.channel === 'aplikasi' ? null : (pintu.nama_kanal[body.channel] ?? body.channel)],
    [pintu.alamat, body.address],
    [q.meja.pemegang, [holder, body.unitName].filter(Boolean).join(', ')],
  ];
  const more: Fact[] = [
    [q.meja.nip, body.askerNip],
    [q.tanya.jenis, kindLabel(body.kind)],
    [q.tanya.topik, categoryLabel(body.category)],
    [q.meja.masukPada, body.arrivedAt && dateTime(body.arrivedAt)],
    [q.meja.ditulis, dateTime(body.writtenAt)],
    [q.meja.batas, body.dueAt && dateTime(body.dueAt)],
    [q.percakapan.nomor, body.number],
    [q.bukti.nomor, body.receipt && receipt(body.receipt)],
    [q.meja.dibukaLagi, body.reopened ? q.meja.kali(body.reopened) : null],
  ];
  return (
    <>
      <FactList facts={first} />
      <details>
        <summary>
          <Icon name="panah" class="panah" />
          {q.meja.rincian}
        </summary>
        <FactList facts={more} />
      </details>
    </>
  );
}

type Fact = [string, string | null | undefined];

function FactList({ facts }: { facts: Fact[] }): JSX.Element {
  return (
    <dl class="rincian fakta">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** A conflict or a rejection of own acts on this question: what happened, where the text is. */
function Stuck({ view }: { view: QuestionView }): JSX.Element | null {
  const item = view.pending.find(({ state }) => state === 'conflict' || state === 'rejected');
  if (!item) return null;
  const conflict = item.state === 'conflict';
  return (
    <Banner tone={conflict ? 'bentrok' : 'galat'}>
      <p>{conflict ? t.kiriman.perluPilih : t.kiriman.ditolakSaja}</p>
      <p>{item.result?.message ?? q.meja.perluPilih}</p>
      <div>
        <LinkButton href={conflict ? `/kotak-keluar/pilih/${item.id}` : '/kotak-keluar'}>
          {t.nav.kotakKeluar}
        </LinkButton>
      </div>
    </Banner>
  );
}

type Wrong = Omit<CorrectionProps, 'view' | 'onDone'> & { Form: (props: CorrectionProps) => JSX.Element };

export function Desk({ view, group }: { view: QuestionView; group: Group }): JSX.Element {
  const messages = records<Message>('message').value ?? [];
  const notes = records<Note>('note').value ?? [];
  const [sheet, setSheet] = useState(false);
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const saving = useSave();
  const can = acts(view.body, working.value, me.value?.account ?? '');
  const beside = usePresence(view.version === null ? '' : view.id, `${view.body.holderId} ${view.body.unit}`);
  const badge = questionBadge(view, status.value, now.value);
  const as = working.value?.id;
  async function claim(): Promise<void> {
    const work = () => mutate({ kind: 'question.claim', record: view.id, args: {}, ...(as && { as }) });
    // The button is gone then; what comes next is writing.
    if (await saving.save(work)) setTimeout(() => document.getElementById('tulisan')?.focus());
  }
  async function correct(message: string, text: string): Promise<void> {
    // Seldom needed, so it is loaded then.
    const found = await import('./correction').catch(() => null);
    if (found) setWrong({ message, text, Form: found.Correction });
    else tell(t.umum.bagianBelumTurun);
  }
  const label = view.pending.length ? badge : { ...badge, text: q.keadaan[view.body.state] ?? badge.text };
  return (
    <>
      <div class="tombol-baris kepala-rinci">
        <Badge {...label}>
          {group === 'lewat' || group === 'hampir'
            ? `${label.text}, ${q.meja.kelompok[group].toLowerCase()}`
            : label.text}
        </Badge>
        <span class="hanya-hp">
          <Button icon="menu" onClick={() => setSheet(true)}>
            {q.meja.tindakan}
          </Button>
        </span>
      </div>
      <Stuck view={view} />
      <NotSaved fault={saving.fault} text={view.body.text} />
      <div class="isi-rinci">
        <div class="bagian">
          <Relations view={view} all={records<Question>('question').value} room="/kotak-masuk" />
          <Thread
            view={view}
            messages={messages}
            notes={notes}
            asker={false}
            onCorrect={can.correct ? (message, text) => void correct(message, text) : undefined}
          />
          <Beside of={beside} asker={false} />
          <ChannelState view={view} messages={messages} mine={can.answer} />
          {can.blocked && can.note && <Blocked why={can.blocked} view={view} />}
          {can.claim && (
            <div>
              <Button kind="utama" busy={saving.busy} onClick={() => void claim()}>
                {q.meja.ambil}
              </Button>
            </div>
          )}
          <MakeArticle view={view} />
          {can.note && <Composer view={view} can={can} />}
        </div>
        <aside class="bagian hanya-meja" aria-label={q.meja.tindakan}>
          <div class="kartu">
            <Facts view={view} />
          </div>
          <DeskActions view={view} can={can} />
        </aside>
      </div>
      {wrong && <wrong.Form view={view} message={wrong.message} text={wrong.text} onDone={() => setWrong(null)} />}
      {sheet && (
        <Dialog title={q.meja.tindakan} onClose={() => setSheet(false)}>
          <DeskActions view={view} can={can} onDone={() => setSheet(false)} />
          <Facts view={view} />
        </Dialog>
      )}
    </>
  );
}
