/** What the desk has to do in "pusat jawaban": drafts, and notes that are to be looked at again. */
import type { JSX } from 'preact';
import { articles } from '../forms/bundle';
import { now, records } from '../identity/session';
import { p } from '../strings/id_pusat';
import { LinkButton } from '../ui/button';
import { date, dateTime, number } from '../ui/format';
import { Icon } from '../ui/icons';
import type { ArticleDraft } from './types';

/** The calendar day at an instant, as dates of notes are written. */
const day = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

interface Line {
  href: string;
  title: string;
  below: string;
}

function List({ title, lines }: { title: string; lines: Line[] }): JSX.Element | null {
  if (!lines.length) return null;
  return (
    <section class="bagian" aria-label={title}>
      <h2 class="judul-kecil">{title}</h2>
      <ul class="daftar">
        {lines.map(({ href, title: name, below }) => (
          <li key={href}>
            <a class="kartu-tautan" href={href}>
              <span class="isi">
                <span class="utama-teks">{name}</span>
                <span class="petunjuk">{below}</span>
              </span>
              <Icon name="panah" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function DeskLists(): JSX.Element {
  const drafts = records<ArticleDraft>('article_draft').value ?? [];
  const today = day(now.value);
  const due = (articles.value ?? [])
    .filter(({ body }) => body.reviewOn && body.reviewOn <= today)
    .sort((a, b) => String(a.body.reviewOn).localeCompare(String(b.body.reviewOn)));
  return (
    <div class="bagian tanpa-cetak">
      <div>
        <LinkButton icon="tambah" href="/jawaban/tulis">
          {p.tulis}
        </LinkButton>
      </div>
      <List
        title={p.draf(number(drafts.length))}
        lines={drafts.map(({ id, body }) => ({
          href: `/jawaban/tulis/${id}`,
          title: body.question || p.belumBerjudul,
          below: body.updatedAt ? p.olehPada(body.updatedByName ?? '', dateTime(body.updatedAt)) : p.menunggu,
        }))}
      />
      <List
        title={p.perluDiperiksa(number(due.length))}
        lines={due.map(({ body }) => ({
          href: `/jawaban/${encodeURIComponent(body.slug)}`,
          title: body.question,
          below: p.sejak(date(String(body.reviewOn))),
        }))}
      />
    </div>
  );
}
