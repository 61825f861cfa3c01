/** One answer: text, steps, basis; read aloud, printed, or asked further about. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { writesAnswers } from '../identity/roles';
import { now, working } from '../identity/session';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner, Loading } from '../ui/feedback';
import { date } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { Page } from '../ui/page';
import { articles, type Article } from './bundle';

const StaffTools = lazyPart(() => import('../knowledge/staff_tools').then((module) => module.StaffTools));

/** Reads text aloud with the phone's own voice. */
function ReadAloud({ text }: { text: string }): JSX.Element | null {
  const [reading, setReading] = useState(false);
  const voice = typeof speechSynthesis === 'undefined' ? null : speechSynthesis;
  useEffect(() => () => voice?.cancel(), []);
  if (!voice) return null;
  const toggle = () => {
    voice.cancel();
    if (reading) return setReading(false);
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = 'id-ID';
    speech.onend = () => setReading(false);
    speech.onerror = () => setReading(false);
    voice.speak(speech);
    setReading(true);
  };
  return <Button onClick={toggle}>{reading ? l.jawaban.berhenti : l.jawaban.bacakan}</Button>;
}

function Origin({ article }: { article: Article }): JSX.Element {
  const facts: [string, string | null | undefined][] = [
    [l.jawaban.dasar, article.basis],
    [l.jawaban.berlaku, article.validFrom && date(article.validFrom)],
    [
      l.jawaban.diperiksaOleh,
      [article.checkedAt && date(article.checkedAt), article.checkedBy].filter(Boolean).join(', '),
    ],
  ];
  return (
    <dl class="rincian kartu redup">
      {facts.flatMap(([name, value]) =>
        value ? [<dt key={name}>{name}</dt>, <dd key={`${name}-isi`}>{value}</dd>] : [],
      )}
    </dl>
  );
}

export function ArticlePage({ parts }: { parts: string[] }): JSX.Element {
  const all = articles.value;
  const view = all?.find(({ body }) => body.slug === parts[0]);
  const article = view?.body;
  const [helped, setHelped] = useState(false);
  const back = { href: '/jawaban', label: l.jawaban.semua };
  if (!view || !article) {
    return (
      <Page title={all === null ? t.umum.memuat : l.jawaban.tidakAda} back={back}>
        {all === null && <Loading />}
      </Page>
    );
  }
  const steps = article.steps ?? [];
  return (
    <Page title={article.question} back={back} above={article.version ? l.jawaban.versi(article.version) : undefined}>
      <p class="baca jawaban-utama">{article.answer}</p>
      {steps.length > 0 && (
        <section class="bagian">
          <h2>{l.jawaban.langkah}</h2>
          <ol class="bernomor baca">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
      )}
      <Origin article={article} />
      {article.reviewOn && Date.parse(article.reviewOn) < now.value && (
        <p class="petunjuk">{l.jawaban.lamaTakDiperiksa}</p>
      )}
      <section class="kartu tanpa-cetak">
        <h2>{l.jawaban.menjawab}</h2>
        {helped ? (
          <Banner tone="sukses">
            <p>{l.jawaban.terimaKasih}</p>
          </Banner>
        ) : (
          <Buttons stack>
            <Button kind="utama" icon="centang" onClick={() => setHelped(true)}>
              {l.jawaban.sudah}
            </Button>
            <LinkButton href={`/tanya/baru?tentang=${encodeURIComponent(`${article.question} `)}`}>
              {l.jawaban.belum}
            </LinkButton>
          </Buttons>
        )}
      </section>
      <div class="tanpa-cetak">
        <Buttons>
          <ReadAloud text={[article.question, article.answer, ...steps].join('. ')} />
          <Button onClick={() => print()}>{l.jawaban.cetak}</Button>
        </Buttons>
      </div>
      {writesAnswers(working.value) && <StaffTools view={view} />}
    </Page>
  );
}
