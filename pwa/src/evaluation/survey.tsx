/** The two surveys: an asker's after a closed question, and the team's of a quarter. Saved on the phone, sent later. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, outbox, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { evaluasi } from '../strings/id_evaluasi';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Choice, TextArea } from '../ui/fields';
import type { SurveyDone } from './types';

const ASPECTS = ['ease', 'speed', 'clarity', 'overall'] as const;
const LONGEST = 2000;
const { survei } = evaluasi;

type Marks = Partial<Record<(typeof ASPECTS)[number], string>>;

/** Whether this person's survey about something was filled in, or waits to be sent. */
function isFilled(survey: SurveyDone['survey'], about: string): boolean {
  const kind = survey === 'tim' ? 'survey.team' : 'survey.answer';
  const sent = (records<SurveyDone>('service_survey').value ?? []).some(
    ({ body }) => body.survey === survey && body.about === about,
  );
  const key = survey === 'tim' ? 'period' : 'question';
  return sent || (outbox.value ?? []).some((item) => item.kind === kind && item.args[key] === about && isWaiting(item));
}

export function Survey({ survey, about }: { survey: SurveyDone['survey']; about: string }): JSX.Element {
  const [marks, setMarks] = useState<Marks>({});
  const [comment, setComment] = useState('');
  const [tried, setTried] = useState(false);
  const saving = useSave();
  const team = survey === 'tim';
  const names = team ? survei.aspekTim : survei.aspek;
  if (isFilled(survey, about)) {
    return (
      <Banner tone="sukses" icon="centang">
        <p>{survei.sudah}</p>
      </Banner>
    );
  }
  async function send(): Promise<void> {
    setTried(true);
    if (ASPECTS.some((aspect) => !marks[aspect])) return;
    const given = Object.fromEntries(ASPECTS.map((aspect) => [aspect, Number(marks[aspect])]));
    const args = { ...given, comment: comment.trim(), ...(team ? { period: about } : { question: about }) };
    const as = team ? working.value?.id : undefined;
    const work = () => mutate({ kind: team ? 'survey.team' : 'survey.answer', args, ...(as && { as }) });
    if (await saving.save(work)) tell(survei.terima);
  }
  return (
    <section class="kartu survei">
      {!team && <h2>{survei.judul}</h2>}
      <p class="petunjuk">{team ? survei.pengantarTim : survei.pengantar}</p>
      {ASPECTS.map((aspect) => (
        <Choice
          key={aspect}
          label={names[aspect] ?? aspect}
          options={[4, 3, 2, 1].map((mark) => ({ value: String(mark), label: `${mark}: ${survei.nilai[mark]}` }))}
          value={marks[aspect] ?? ''}
          error={tried && !marks[aspect] ? survei.pilih : undefined}
          onChange={(mark) => setMarks({ ...marks, [aspect]: mark })}
        />
      ))}
      <TextArea
        label={survei.komentar}
        hint={survei.komentarPetunjuk}
        value={comment}
        onInput={setComment}
        max={LONGEST}
        rows={3}
      />
      <NotSaved fault={saving.fault} text={comment} />
      <Buttons>
        <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
          {survei.kirim}
        </Button>
      </Buttons>
    </section>
  );
}
