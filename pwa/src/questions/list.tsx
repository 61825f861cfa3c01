/** The asker's own questions and the draft that waits on the phone. */
import type { JSX } from 'preact';
import { drafts, me, records, unread } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import { Badge, Empty, Stepped } from '../ui/feedback';
import { LinkButton } from '../ui/button';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { ASK_DRAFT, type AskDraft } from './ask_draft';
import { QuestionRow } from './row';
import { StatusCheck } from './status_check';
import type { Message, Question, ReadMark } from './types';
import { byActivity, isUnread } from './view';

export function Questions(): JSX.Element {
  const all = records<Question>('question').value;
  const messages = records<Message>('message').value ?? [];
  const marks = records<ReadMark>('read_mark').value ?? [];
  const own = (all ?? []).filter(({ body }) => body.askerId === me.value?.account).sort(byActivity);
  const draft = drafts.value.find(({ key }) => key === ASK_DRAFT)?.value as AskDraft | undefined;
  return (
    <Page title={q.tanya.daftar}>
      <div class="tombol-baris">
        <LinkButton href="/tanya/baru" kind="utama" icon="tambah">
          {t.beranda.tanyaPetugas}
        </LinkButton>
        <LinkButton href="/tanya/menu" icon="menu">
          {q.tanya.menuJawaban}
        </LinkButton>
      </div>
      <StatusCheck own={own} />
      {draft?.text && (
        <ul class="daftar">
          <li>
            <a class="kartu-tautan" href="/tanya/baru">
              <span class="isi">
                <span class="utama-teks potong">{draft.text}</span>
                <Badge tone="netral" icon="pensil">
                  {q.tanya.draf}
                </Badge>
                <span class="petunjuk">{q.tanya.lanjutkan}</span>
              </span>
              <Icon name="panah" />
            </a>
          </li>
        </ul>
      )}
      {all === null || (unread.value && !own.length) ? (
        <NotYet />
      ) : own.length ? (
        <Stepped
          items={own}
          render={(view) => <QuestionRow key={view.id} view={view} unread={view.body.state === 'dijawab' && isUnread(view.id, messages, marks)} />}
        />
      ) : (
        <Empty>
          <p>{q.tanya.daftarKosong}</p>
        </Empty>
      )}
    </Page>
  );
}
