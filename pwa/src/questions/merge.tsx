/** Letting a question go on in an earlier one of the same asker. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { l } from '../strings/id_lampiran';
import { Button } from '../ui/button';
import { PickOne } from '../ui/combobox';
import type { Option } from '../ui/fields';
import type { ActProps } from './desk_actions';
import type { Question } from './types';
import { shortTitle, type QuestionView } from './view';

/** Earlier questions of the same asker, the latest first: the one in which this goes on. */
function earlier(view: QuestionView): Option[] {
  const before = (one: QuestionView): string => one.body.arrivedAt ?? one.body.writtenAt;
  return (records<Question>('question').value ?? [])
    .filter(
      (one) =>
        one.id !== view.id &&
        one.version !== null &&
        one.body.askerId === view.body.askerId &&
        !one.body.mergedInto &&
        one.body.state !== 'batal' &&
        before(one) <= before(view),
    )
    .sort((a, b) => before(b).localeCompare(before(a)))
    .map(({ id, body }) => ({ value: id, label: `${body.number ?? ''} ${shortTitle(body.text)}`.trim() }));
}

export function Merge({ view, onSaved }: ActProps): JSX.Element {
  const [into, setInto] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  async function send(): Promise<void> {
    setError(into ? undefined : l.pilihGabungan);
    if (!into) return;
    const work = () =>
      mutate({
        kind: 'question.merge',
        record: view.id,
        sees: [into],
        args: { into },
        ...(working.value && { as: working.value.id }),
      });
    if (await saving.save(work)) onSaved();
  }
  return (
    <>
      <p class="petunjuk">{l.gabungkanIsi}</p>
      <PickOne label={l.gabungkanKe} empty="" options={earlier(view)} value={into} onChange={setInto} error={error} />
      <NotSaved fault={saving.fault} text={view.body.text} />
      <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
        {l.gabungkanTombol}
      </Button>
    </>
  );
}
