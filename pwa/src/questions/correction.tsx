/** A new version of a sent answer: the asker receives it, the first one stays readable. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { l } from '../strings/id_lampiran';
import { t } from '../strings/id';
import { q } from '../strings/id_tanya';
import { uuid7 } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { MAX_TEXT } from './types';
import type { QuestionView } from './view';

export type CorrectionProps = { view: QuestionView; message: string; text: string; onDone: () => void };

export function Correction({ view, message, text, onDone }: CorrectionProps): JSX.Element {
  const key = `desk:${view.id}:perbaiki:${message}`;
  const draft = useDraft<string>(key, text, (value) => value === text);
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const value = draft.value ?? text;

  async function send(): Promise<void> {
    const next = value.trim();
    const fault = !next ? q.meja.isiJawaban : next === text.trim() ? l.samaSaja : next.length > MAX_TEXT ? q.percakapan.pesanPanjang : undefined;
    setError(fault);
    if (fault) return;
    const work = () =>
      mutate({
        kind: 'question.correct',
        record: view.id,
        draft: key,
        args: { text: next, messageId: uuid7(), versionOf: message },
        ...(working.value && { as: working.value.id }),
      });
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(l.terkirimPerbaikan);
    onDone();
  }

  return (
    <Dialog title={l.perbaiki} onClose={onDone} closable={false}>
      <p>{l.perbaikiIsi}</p>
      <NotSaved fault={saving.fault} text={value} onRetry={() => void send()} />
      <TextArea label={l.jawabanBaru} value={value} onInput={draft.set} max={MAX_TEXT} rows={6} error={error} />
      <Buttons stack>
        <Button kind="utama" icon="keluar" busy={saving.busy} onClick={() => void send()}>
          {l.kirimPerbaikan}
        </Button>
        <Button onClick={onDone}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}
