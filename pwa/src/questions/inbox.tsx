/** The desk's inbox: a list in groups of urgency; on desks the chosen thread beside it, on phones one after the other. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { categoryLabel, categorySet, officeHours } from '../forms/bundle';
import { fold } from '../forms/suggest';
import { entersCalls, entersQuestions, isQuestionDesk, seesInbox } from '../identity/roles';
import { me, now, records, status, unread, working } from '../identity/session';
import { lookedAt } from '../notifications/seen';
import { NotYet } from '../outbox/not_yet';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import { Button, LinkButton } from '../ui/button';
import { Empty } from '../ui/feedback';
import { PickOne } from '../ui/combobox';
import { TextField } from '../ui/fields';
import { dateTime, minutes, time, when } from '../ui/format';
import { Icon } from '../ui/icons';
import { OtherRole, Page } from '../ui/page';
import { visible } from '../ui/visible';
import { Desk } from './desk';
import { usePresence } from './presence';
import type { Question } from './types';
import { GROUPS, groupOf, grouped, minutesLeft, shortTitle, type Group, type QuestionView } from './view';

interface Filter {
  text: string;
  kind: string;
  category: string;
  holder: string;
}

const NOBODY = '-';
const NO_FILTER: Filter = { text: '', kind: '', category: '', holder: '' };
/** Groups that wait for somebody else stay folded. */
const FOLDED = new Set<Group>(['lain', 'penanya', 'dijawab', 'selesai']);
const PAGE = 25;
/** What notices of the desk are about: one thread for all that waits, one for all that is late. */
const INBOX_THREADS = ['kotak-masuk', 'lewat-batas'];

function passes({ body }: QuestionView, filter: Filter): boolean {
  if (filter.kind && body.kind !== filter.kind) return false;
  if (filter.category && body.category !== filter.category) return false;
  if (filter.holder && (body.holderId ?? NOBODY) !== filter.holder) return false;
  if (!filter.text.trim()) return true;
  const within = fold(
    [body.number, body.text, body.askerName, body.askerUnitName, body.receipt].filter(Boolean).join(' '),
  );
  return fold(filter.text)
    .trim()
    .split(' ')
    .every((word) => within.includes(word));
}

function Urgency({ body }: { body: Question }): JSX.Element | null {
  if (!body.dueAt || body.answeredAt) return null;
  const left = minutesLeft(body.dueAt, now.value, officeHours.value);
  if (left < 0)
    return (
      <strong class="lencana galat">
        <Icon name="seru" />
        <span>{q.meja.lewat(minutes(-left))}</span>
      </strong>
    );
  return <span class={left <= 30 ? 'lencana tunggu' : 'petunjuk'}>{q.meja.sisa(minutes(left))}</span>;
}

function Row({ view, current }: { view: QuestionView; current: boolean }): JSX.Element {
  const { body } = view;
  const urgent = body.state === 'baru' || body.state === 'disaring' || body.state === 'diteruskan';
  return (
    <li>
      <a class="kartu-tautan" href={`/kotak-masuk/${view.id}`} aria-current={current ? 'true' : undefined}>
        <span class="isi">
          <span class="utama-teks potong">{body.text}</span>
          <span class="petunjuk">
            {body.askerName}, {categoryLabel(body.category)}, {when(body.lastMessageAt ?? body.writtenAt, now.value)}
          </span>
          {urgent && <Urgency body={body} />}
          {body.holderName && (
            <span class="petunjuk">
              {q.meja.pemegang} {body.holderId === me.value?.account ? q.meja.saya : body.holderName}
            </span>
          )}
        </span>
      </a>
    </li>
  );
}

function GroupList({ group, list, current }: { group: Group; list: QuestionView[]; current: string }): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  return (
    <details class="kelompok" open={!FOLDED.has(group) || list.some(({ id }) => id === current)}>
      <summary>
        <span>{q.meja.kelompok[group]}</span>
        <span class={`lencana ${group === 'lewat' ? 'galat' : group === 'hampir' ? 'tunggu' : ''}`}>{list.length}</span>
      </summary>
      <ul class="daftar">
        {list.slice(0, shown).map((view) => (
          <Row key={view.id} view={view} current={view.id === current} />
        ))}
      </ul>
      {list.length > shown && <Button onClick={() => setShown(shown + PAGE)}>{t.umum.lagi}</Button>}
    </details>
  );
}

function Filters({
  filter,
  set,
  all,
}: {
  filter: Filter;
  set: (filter: Filter) => void;
  all: readonly QuestionView[];
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const holders = new Map<string, string>();
  for (const { body } of all) if (body.holderId && body.holderName) holders.set(body.holderId, body.holderName);
  return (
    <div class="saringan" role="search">
      <TextField
        type="search"
        label={q.meja.cari}
        hint={q.meja.cariIsi}
        value={filter.text}
        onInput={(text) => set({ ...filter, text })}
        inputmode="search"
      />
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Icon name="panah" class="panah" />
          {q.tanya.jenis}, {q.meja.topik.toLowerCase()}, {q.meja.petugas.toLowerCase()}
        </summary>
        <div class="saringan">
          <PickOne
            label={q.tanya.jenis}
            empty={q.meja.semuaJenis}
            options={categorySet.value.kinds.map(({ code, label }) => ({ value: code, label }))}
            value={filter.kind}
            onChange={(kind) => set({ ...filter, kind })}
          />
          <PickOne
            label={q.meja.topik}
            empty={q.meja.semuaTopik}
            options={categorySet.value.categories.map(({ code, label }) => ({ value: code, label }))}
            value={filter.category}
            onChange={(category) => set({ ...filter, category })}
          />
          <PickOne
            label={q.meja.petugas}
            empty={q.meja.semuaPetugas}
            options={[
              { value: NOBODY, label: q.meja.belumDiambil },
              ...[...holders].map(([value, label]) => ({ value, label })),
            ]}
            value={filter.holder}
            onChange={(holder) => set({ ...filter, holder })}
          />
        </div>
      </details>
    </div>
  );
}

export function Inbox({ parts }: { parts: string[] }): JSX.Element {
  const current = parts[0] ?? '';
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const all = records<Question>('question').value;
  const view = all?.find(({ id }) => id === current);
  const onDesk = seesInbox(working.value);
  // Who looks at the list can be asked; an open conversation holds the seat itself.
  usePresence(isQuestionDesk(working.value) && !view ? null : '', '');
  const latest = (all ?? []).reduce((newest, { body }) => (body.lastMessageAt ?? '') > newest ? body.lastMessageAt! : newest, '');
  const seen = onDesk && visible.value;
  useEffect(() => void (seen && lookedAt(INBOX_THREADS)), [seen, latest]);
  if (!onDesk) return <OtherRole />;
  const desk = (all ?? []).filter(({ version }) => version !== null);
  const found = desk.filter((one) => passes(one, filter));
  const groups = grouped(found, me.value?.account ?? '', now.value, officeHours.value);
  const filtering = filter.text || filter.kind || filter.category || filter.holder;
  return (
    <Page
      title={view ? shortTitle(view.body.text) : q.meja.judul}
      tabTitle={view ? `${q.meja.judul}: ${dateTime(view.body.writtenAt)}` : undefined}
      back={current ? { href: '/kotak-masuk', label: q.meja.kembaliKeDaftar } : undefined}
      layout="lebar penuh"
    >
      <div class={current ? 'meja terbuka' : 'meja'}>
        <div class="daftar-meja bagian">
          {entersQuestions(working.value) && (
            <div>
              <LinkButton href="/catat" icon={entersCalls(working.value) ? 'telepon' : 'tambah'}>
                {entersCalls(working.value) ? q.meja.catatTelepon : t.nav.catat}
              </LinkButton>
            </div>
          )}
          <Filters filter={filter} set={setFilter} all={desk} />
          {(all === null || (unread.value && !desk.length)) && <NotYet />}
          {all !== null && !unread.value && !desk.length && (
            <Empty>
              <p>{q.meja.kosong(time(status.value?.lastPullAt ?? now.value))}</p>
            </Empty>
          )}
          {desk.length > 0 && !found.length && (
            <Empty>
              <p>{q.meja.tidakCocok}</p>
              <div>
                <Button onClick={() => setFilter(NO_FILTER)}>{q.meja.hapusSaring}</Button>
              </div>
            </Empty>
          )}
          {GROUPS.map((group) => {
            const list = groups.get(group);
            return list && <GroupList key={group} group={group} list={list} current={current} />;
          })}
          {filtering && found.length > 0 && <Button onClick={() => setFilter(NO_FILTER)}>{q.meja.hapusSaring}</Button>}
        </div>
        <section class="rinci bagian" aria-label={view ? q.percakapan.isi : q.meja.pilih}>
          {view ? (
            <Desk
              key={view.id}
              view={view}
              group={groupOf(view.body, me.value?.account ?? '', now.value, officeHours.value)}
            />
          ) : (
            <Empty>
              <p>{all === null ? t.umum.memuat : current ? q.percakapan.tidakAda : q.meja.pilih}</p>
            </Empty>
          )}
        </section>
      </div>
    </Page>
  );
}
