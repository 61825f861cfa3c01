/** "Pusat jawaban": search in what the phone holds. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { writesAnswers } from '../identity/roles';
import { me, working } from '../identity/session';
import { l } from '../strings/id_lain';
import { q } from '../strings/id_tanya';
import { t } from '../strings/id';
import { LinkButton } from '../ui/button';
import { Empty, Loading, Stepped } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { date, number } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import { articles, type Article } from './bundle';
import { ASK_ABOUT, rescue } from './rescue';
import { readAhead, searchArticles } from './search';
import { lazyPart } from '../ui/lazy';

const DeskLists = lazyPart(() => import('../knowledge/desk_lists').then((module) => module.DeskLists));

function Row({ article }: { article: Article }): JSX.Element {
  return (
    <li>
      <a class="kartu-tautan" href={`/jawaban/${encodeURIComponent(article.slug)}`}>
        <span class="isi">
          <span class="utama-teks">{article.question}</span>
          <span class="petunjuk">
            {article.checkedAt && l.jawaban.diperiksa(date(article.checkedAt))}
            {article.area && `${article.checkedAt ? ', ' : ''}${l.jawaban.untukWilayah}`}
          </span>
        </span>
        <Icon name="panah" />
      </a>
    </li>
  );
}

export function Answers(): JSX.Element {
  const [word, setWord] = useState('');
  const all = articles.value;
  useEffect(() => void readAhead(all ?? []), [all]);
  const found = useMemo(() => {
    const held = all ?? [];
    if (word.trim()) return searchArticles(word, held);
    return held
      .map(({ body }) => body)
      .sort((a, b) => Number(!a.area) - Number(!b.area) || a.question.localeCompare(b.question));
  }, [word, all]);
  return (
    <Page title={l.jawaban.judul}>
      <div role="search">
        <TextField
          type="search"
          label={l.jawaban.cari}
          hint={all?.length ? l.jawaban.jumlah(number(all.length)) : undefined}
          value={word}
          onInput={setWord}
          inputmode="search"
        />
      </div>
      {writesAnswers(working.value) && !word.trim() && <DeskLists />}
      {all === null && <Loading />}
      {all !== null && !all.length && (
        <Empty>
          <p>{l.jawaban.belumTurun}</p>
        </Empty>
      )}
      {all !== null && all.length > 0 && !found.length && (
        <Empty>
          <p role="status">{l.jawaban.kosong(word)}</p>
          <div>
            <LinkButton
              kind="utama"
              icon="tanya"
              href="/tanya/baru"
              onClick={() => rescue(me.value?.account ?? '', ASK_ABOUT, word)}
            >
              {q.percakapan.bicara}
            </LinkButton>
          </div>
        </Empty>
      )}
      {found.length > 0 && <Stepped items={found} render={(article) => <Row key={article.slug} article={article} />} />}
      {found.length > 0 && (
        <div>
          <LinkButton icon="tanya" href="/tanya/baru">
            {t.beranda.tanyaPetugas}
          </LinkButton>
        </div>
      )}
    </Page>
  );
}
