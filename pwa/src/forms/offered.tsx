/** Answers held on the phone that may fit what is being asked, before it is sent: "Sudah" or "Belum, tanya petugas". */
import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { l } from '../strings/id_lain';
import { q } from '../strings/id_tanya';
import { Button, Buttons } from '../ui/button';
import { useDeferred } from '../ui/deferred';
import { Icon } from '../ui/icons';
import { articles, type Article } from './bundle';
import { readAhead, searchArticles } from './search';

const OFFERED = 3;
/** Shorter texts say nothing yet. */
const LEAST = 4;

type OfferedProps = {
  text: string;
  /** The answer was enough. */
  onHelped: () => void;
  /** It was not: on to the officers. */
  onAsk: () => void;
};

function One({ article, onHelped, onAsk }: Omit<OfferedProps, 'text'> & { article: Article }): JSX.Element {
  const steps = article.steps ?? [];
  return (
    <details class="kartu">
      <summary>
        <Icon name="panah" class="panah" />
        {article.question}
      </summary>
      <div class="bagian">
        <p class="baca">{article.answer}</p>
        {steps.length > 0 && (
          <ol class="bernomor baca">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        )}
        {article.basis && (
          <p class="petunjuk">
            {l.jawaban.dasar}: {article.basis}
          </p>
        )}
        <p>
          <a href={`/jawaban/${encodeURIComponent(article.slug)}`}>{l.jawaban.lengkap}</a>
        </p>
        <p>{l.jawaban.menjawab}</p>
        <Buttons>
          <Button icon="centang" onClick={onHelped} about={article.question}>
            {l.jawaban.sudah}
          </Button>
          <Button icon="tanya" onClick={onAsk} about={article.question}>
            {l.jawaban.belum}
          </Button>
        </Buttons>
      </div>
    </details>
  );
}

export function Offered({ text, ...acts }: OfferedProps): JSX.Element | null {
  const all = articles.value;
  useEffect(() => void readAhead(all ?? []), [all]);
  const asked = useDeferred(text);
  const found = useMemo(
    () => (asked.trim().length < LEAST ? [] : searchArticles(asked, all ?? []).slice(0, OFFERED)),
    [asked, all],
  );
  if (!found.length) return null;
  return (
    <section class="bagian" aria-labelledby="mungkin">
      <h2 id="mungkin" class="judul-kecil">
        {q.tanya.mungkin}
      </h2>
      {found.map((article) => (
        <One key={article.slug} article={article} {...acts} />
      ))}
    </section>
  );
}
