/** One question in a list of the asker. */
import type { JSX } from 'preact';
import { now, status } from '../identity/session';
import { t } from '../strings/id';
import { Badge } from '../ui/feedback';
import { when } from '../ui/format';
import { Icon } from '../ui/icons';
import { questionBadge, type QuestionView } from './view';

export function QuestionRow({ view, unread = false }: { view: QuestionView; unread?: boolean }): JSX.Element {
  const badge = questionBadge(view, status.value, now.value);
  const { body } = view;
  return (
    <li>
      <a class="kartu-tautan" href={`/tanya/${view.id}`}>
        <span class="isi">
          <span class="utama-teks potong">{body.text}</span>
          <Badge {...badge}>{badge.text}</Badge>
          <span class="petunjuk">
            {when(body.lastMessageAt ?? body.writtenAt, now.value)}
            {unread ? `, ${t.beranda.adaJawaban.toLowerCase()}` : ''}
          </span>
        </span>
        <Icon name="panah" />
      </a>
    </li>
  );
}
