/** Home of every role: what needs me, one thing to do next, and the telephone. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { officeHours, servicePhone } from './forms/bundle';
import { closesAt, nextOpen, zoneOffset } from './forms/office_hours';
import { isHrAdmin, isQuestionDesk, verifies } from './identity/roles';
import { keepsPlans, me, mutate, now, outbox, records, status, takesQuestions, unread, working } from './identity/session';
import { NotYet } from './outbox/not_yet';
import { isQuiet, isWaiting, lostItems } from './outbox/state';
import { QuestionRow } from './questions/row';
import type { Message, Question, ReadMark } from './questions/types';
import { byActivity, grouped, isUnread, type Group, type QuestionView } from './questions/view';
import { go } from './router';
import { t } from './strings/id';
import { Button, Buttons, LinkButton } from './ui/button';
import { Banner, Empty, type Tone } from './ui/feedback';
import { dayOf, hour, longDate, promiseDate, time } from './ui/format';
import { Icon, type IconName } from './ui/icons';
import { canInstall, install } from './ui/install';
import { Page } from './ui/page';

interface Task {
  icon: IconName;
  tone: Tone;
  href: string;
  title: string;
  detail?: string;
}

type PlanHead = { employee: string; year: number; status: string; root: boolean; revisionReason?: string | null; review: string[]; start: string; end: string };

/** Whether the office has opening hours on the local day; unknown hours remind of nothing. */
function isWorkday(day: string): boolean {
  const hours = officeHours.value;
  const next = hours && nextOpen(hours, Date.parse(`${day}T00:00:00Z`) - zoneOffset(hours.zone));
  return typeof next === 'number' && dayOf(next) === day;
}

/** States in which what was done is written down day by day. */
const RUNNING = new Set(['persetujuan', 'evaluasi']);

/** What waits on work plans: those of the people below, and one's own that came back or whose ground moved. */
function planTasks(): Task[] {
  if (!keepsPlans.value) return [];
  const all = records<PlanHead>('skp').value ?? [];
  const mine = me.value?.account;
  const today = dayOf(now.value);
  const logs = records<{ plan: string; day: string }>('skp_log').value;
  // What was decided here without signal waits for the server, not for the person.
  const waiting = all.filter(
    ({ body, pending }) =>
      body.employee !== mine &&
      (body.status === 'diajukan' || (RUNNING.has(body.status) && body.revisionReason)) &&
      !pending.some(isWaiting),
  );
  const list: Task[] = [];
  // Plans of people below nobody are decided outside, and HR enters that.
  for (const [href, root] of [['/bawahan', false], ['/kelola/skp', true]] as const) {
    if (root && !isHrAdmin(working.value)) continue;
    const here = waiting.filter(({ body }) => body.root === root);
    const submitted = here.filter(({ body }) => body.status === 'diajukan').length;
    if (submitted) list.push({ href, title: t.beranda.skpMenunggu(submitted), icon: 'catatan', tone: 'ungu' });
    const asked = here.length - submitted;
    if (asked) list.push({ href, title: t.beranda.skpRevisi(asked), icon: 'pensil', tone: 'tunggu' });
  }
  for (const { id, body } of all) {
    if (body.employee !== mine) continue;
    const href = `/skp/${id}`;
    if (body.status === 'dikembalikan') {
      list.push({ href, title: t.beranda.skpKembali(body.year), icon: 'kembali', tone: 'tunggu' });
      continue;
    }
    if (body.review.length) list.push({ href, title: t.beranda.skpTinjau(body.year), icon: 'seru', tone: 'tunggu' });
    if (logs && RUNNING.has(body.status) && body.start <= today && today <= body.end && isWorkday(today))
      if (!logs.some((log) => log.body.plan === id && log.body.day === today))
        list.push({ href: `${href}/harian`, title: t.beranda.skpHarian, icon: 'seru', tone: 'tunggu' });
  }
  return list;
}

type CaseHead = { state: string; subject: string; account: string; subjectKind: string; subjectName: string; title: string; reopened: unknown[]; claimedBy?: string | null };

/** What waits on applications: those that came back, and for verifiers those that nobody has taken. */
function caseTasks(): Task[] {
  const all = records<CaseHead>('application').value ?? [];
  const list: Task[] = [];
  if (verifies(working.value)) {
    const waiting = all.filter(({ body, pending }) => body.state === 'diajukan' && !pending.some(isWaiting)).length;
    return waiting ? [{ href: '/verifikasi', title: t.beranda.usulMenunggu(waiting), icon: 'centang', tone: 'ungu' }] : [];
  }
  for (const { id, body, pending } of all)
    if (body.reopened.length && !pending.some(isWaiting)) {
      const party = body.subjectKind === 'party';
      list.push({ href: `${party ? '/permohonan' : '/usul'}/${id}`, title: t.beranda.usulKembali(body.reopened.length, party), detail: body.subjectName, icon: 'kembali', tone: 'tunggu' });
    }
  return list;
}

/** What waits for the asker: questions asked back, unread answers, conflicts and rejections. */
function tasks(own: readonly QuestionView[]): Task[] {
  const messages = records<Message>('message').value ?? [];
  const marks = records<ReadMark>('read_mark').value ?? [];
  const items = (outbox.value ?? []).filter((item) => !isQuiet(item));
  const conflicts = items.filter((item) => item.state === 'conflict').length;
  const rejected = items.filter((item) => item.state === 'rejected').length;
  const list: Task[] = [];
  const lost = lostItems(status.value);
  if (lost) list.push({ href: '/kotak-keluar', title: t.beranda.hilang(lost), icon: 'seru', tone: 'galat' });
  if (conflicts)
    list.push({ href: '/kotak-keluar', title: t.beranda.perluDipilih(conflicts), icon: 'dua', tone: 'bentrok' });
  if (rejected) list.push({ href: '/kotak-keluar', title: t.beranda.ditolak(rejected), icon: 'seru', tone: 'galat' });
  for (const view of own) {
    const href = `/tanya/${view.id}`;
    const detail = view.body.text;
    if (view.body.state === 'menunggu_penanya')
      list.push({ href, title: t.beranda.tanyaBalik, detail, icon: 'tanya', tone: 'tunggu' });
    else if (view.body.state === 'dijawab' && isUnread(view.id, messages, marks))
      list.push({ href, title: t.beranda.adaJawaban, detail, icon: 'balon', tone: 'sukses' });
  }
  return [...list, ...planTasks(), ...caseTasks()];
}

function Tasks({ list }: { list: Task[] }): JSX.Element {
  return (
    <section class="bagian" aria-labelledby="perlu">
      <h2 id="perlu">{t.beranda.perlu(list.length)}</h2>
      {list.length ? (
        <ul class="daftar">
          {list.map((task) => (
            <li key={task.href + task.title}>
              <a class="kartu-tautan" href={task.href}>
                <span class={`bulat ${task.tone}`}>
                  <Icon name={task.icon} />
                </span>
                <span class="isi">
                  <span class="utama-teks">{task.title}</span>
                  {task.detail && <span class="petunjuk potong">{task.detail}</span>}
                </span>
                <Icon name="panah" />
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <Empty>
          <p>{t.beranda.tidakAda}</p>
        </Empty>
      )}
    </section>
  );
}

const FIGURES: [Group, string, boolean][] = [
  ['lewat', t.beranda.lewatBatas, true],
  ['hampir', t.beranda.hampir, false],
  ['saring', t.beranda.perluSaring, false],
  ['saya', t.beranda.tugasSaya, false],
];

const ON_DESK = new Set(['disaring', 'diteruskan']);

/** The desk at a glance, and the next question to take. */
function Desk({ all }: { all: readonly QuestionView[] }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(false);
  const account = me.value?.account ?? '';
  const groups = grouped(all, account, now.value, officeHours.value);
  // What I hold, late or not: the groups show each question once, so a late one of mine stands under "Lewat batas".
  const mine = all.filter(({ body }) => body.holderId === account && ON_DESK.has(body.state)).length;
  const free = (['lewat', 'hampir', 'antrean'] as const)
    .flatMap((group) => groups.get(group) ?? [])
    .find(({ body }) => body.state === 'disaring' && !body.holderId);

  async function takeNext(): Promise<void> {
    if (!free || !working.value) return;
    setBusy(true);
    setFault(false);
    try {
      await mutate({ kind: 'question.claim', record: free.id, args: {}, as: working.value.id });
      go(`/kotak-masuk/${free.id}`);
    } catch {
      setFault(true);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section class="bagian" aria-labelledby="meja">
      <h2 id="meja">{t.beranda.meja}</h2>
      <ul class="angka-besar">
        {FIGURES.map(([group, label, urgent]) => {
          const count = group === 'saya' ? mine : (groups.get(group)?.length ?? 0);
          return (
            <li key={group}>
              <a href="/kotak-masuk" class={urgent && count ? 'mendesak' : undefined}>
                <strong>{count}</strong>
                <span>{label}</span>
              </a>
            </li>
          );
        })}
      </ul>
      {fault && (
        <Banner tone="galat">
          <p>{t.umum.belumTersimpan}</p>
        </Banner>
      )}
      <Buttons stack>
        {free && working.value?.role === 'OPR' && (
          <Button kind="utama" busy={busy} onClick={() => void takeNext()}>
            {t.beranda.ambilBerikutnya}
          </Button>
        )}
        <LinkButton href="/kotak-masuk" icon="masuk" kind={free && working.value?.role === 'OPR' ? 'kedua' : 'utama'}>
          {t.beranda.bukaKotakMasuk}
        </LinkButton>
      </Buttons>
    </section>
  );
}

function Office(): JSX.Element | null {
  const hours = officeHours.value;
  const phone = servicePhone.value;
  if (!hours && !phone) return null;
  const closes = hours && closesAt(hours, now.value);
  const next = hours && nextOpen(hours, now.value);
  return (
    <section class="kartu" aria-label={t.beranda.buka}>
      {closes === null && next !== null && <p>{t.beranda.sedangTutup(promiseDate(next))}</p>}
      {closes !== null && <p>{t.beranda.sedangBuka(time(closes))}</p>}
      {phone && (
        <a class="tombol" href={`tel:${phone.replace(/[^\d+]/g, '')}`}>
          <Icon name="telepon" />
          <span>{t.beranda.telepon(phone)}</span>
        </a>
      )}
    </section>
  );
}

function Install(): JSX.Element | null {
  if (!canInstall()) return null;
  return (
    <section class="kartu redup">
      <div>
        <h2>{t.beranda.pasang}</h2>
        <p class="petunjuk">{t.beranda.pasangIsi}</p>
      </div>
      <div>
        <Button icon="unduh" onClick={() => void install()}>
          {t.beranda.pasangTombol}
        </Button>
      </div>
    </section>
  );
}

/** Asking needs nothing of the server, so it is offered before anything was read from it. */
function Ask(): JSX.Element {
  return (
    <Buttons stack>
      {takesQuestions.value && (
        <LinkButton href="/tanya/baru" kind="utama" icon="tanya">
          {t.beranda.tanyaPetugas}
        </LinkButton>
      )}
      <LinkButton href="/jawaban" icon="cari">
        {t.beranda.cariJawaban}
      </LinkButton>
    </Buttons>
  );
}

export function Home(): JSX.Element {
  const all = records<Question>('question').value;
  const person = me.value;
  const desk = isQuestionDesk(working.value);
  const own = (all ?? []).filter(({ body }) => body.askerId === person?.account).sort(byActivity);
  const bare = all === null || (unread.value && !all.length);
  // What comes with the first pull stands below the button that a finger may be reaching for.
  const early = useRef(false);
  if (bare && all) early.current = true;
  return (
    <Page
      title={t.beranda.salam(hour(now.value), person?.name ?? '')}
      tabTitle={t.beranda.judul}
      above={longDate(now.value)}
      layout="lebar"
    >
      <div class="dua-kolom">
        <div class="bagian beranda-utama">
          {!desk && early.current && <Ask />}
          {bare ? (
            <NotYet />
          ) : (
            <>
              {desk && <Desk all={all} />}
              {(!desk || tasks(own).length > 0) && <Tasks list={tasks(own)} />}
            </>
          )}
          {!desk && !early.current && <Ask />}
        </div>
        {!bare && (
          <div class="bagian beranda-sisi">
            {own[0] && (
              <section class="bagian" aria-labelledby="terakhir">
                <h2 id="terakhir">{t.beranda.terakhir}</h2>
                <ul class="daftar">
                  <QuestionRow view={own[0]} />
                </ul>
                {own.length > 1 && (
                  <a class="kembali" href="/tanya">
                    {t.beranda.lihatSemua}
                  </a>
                )}
              </section>
            )}
            <Office />
            <Install />
          </div>
        )}
      </div>
    </Page>
  );
}
