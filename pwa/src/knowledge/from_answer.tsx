/** "Jadikan jawaban umum": one press makes a draft of an answered thread, with everything personal replaced by marks. */
import type { JSX } from 'preact';
import { mutate, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import type { Message } from '../questions/types';
import type { QuestionView } from '../questions/view';
import { go } from '../router';
import { p } from '../strings/id_pusat';
import type { RecordView } from '../sync';
import { Button } from '../ui/button';
import { scrub } from './personal';
import { QUESTION_MOST } from './form';

/** The latest answer of a person of the office, in its latest version. */
function latestAnswer(view: QuestionView, messages: readonly RecordView<Message>[]): string {
  const said = messages
    .filter(({ body }) => body.question === view.id && body.author === 'petugas' && body.origin === 'manusia')
    .sort((a, b) => a.body.at.localeCompare(b.body.at));
  return said.at(-1)?.body.text ?? '';
}

export function MakeArticle({ view }: { view: QuestionView }): JSX.Element | null {
  const saving = useSave();
  const { body } = view;
  const answer = latestAnswer(view, records<Message>('message').value ?? []);
  const as = working.value?.id;
  const unit = body.unit;
  if (!answer || !as || !unit || !body.answeredAt) return null;
  async function make(): Promise<void> {
    const names = [body.askerName];
    let record = '';
    const work = async (): Promise<void> => {
      const args = {
        question: scrub(body.text, names).replace(/\s+/g, ' ').slice(0, QUESTION_MOST),
        answer: scrub(answer, names),
        category: body.category ?? '',
        unit,
        source: view.id,
      };
      ({ record } = await mutate({ kind: 'article.draft', args, ...(as && { as }) }));
    };
    if (await saving.save(work)) go(`/jawaban/tulis/${record}`);
  }
  return (
    <div>
      <NotSaved fault={saving.fault} text={answer} />
      <Button icon="buku" busy={saving.busy} onClick={() => void make()}>
        {p.jadikan}
      </Button>
    </div>
  );
}
