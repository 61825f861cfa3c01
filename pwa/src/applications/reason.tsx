/** A step that needs a sentence: the sentence is a draft until the step is stored. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { b } from '../strings/id_usul_bagian';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';

const LEAST = 10;
const MOST = 4000;

type Props = {
  /** Key of the draft. */
  draft: string;
  title: string;
  explain?: string;
  done: string;
  dangerous?: boolean;
  /** Stores the step; the draft goes with it. */
  work: (reason: string, draft: string) => Promise<unknown>;
  onClose: () => void;
};

export function ReasonDialog({ draft: key, title, explain, done, dangerous, work, onClose }: Props): JSX.Element {
  const draft = useDraft(key, '', (text) => !text.trim());
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const text = draft.value ?? '';
  async function send(): Promise<void> {
    const { length } = text.trim();
    const wrong = length < LEAST || length > MOST ? b.langkah.alasanIsi : undefined;
    setError(wrong);
    if (wrong || !(await draft.become(() => saving.save(() => work(text.trim(), key))))) return;
    tell(done);
    onClose();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {explain && <p>{explain}</p>}
      <NotSaved fault={saving.fault} text={text} onRetry={() => void send()} />
      <TextArea label={b.langkah.alasan} value={text} onInput={draft.set} max={MOST} error={error} required />
      <Buttons stack>
        <Button kind={dangerous ? 'bahaya' : 'utama'} busy={saving.busy} onClick={() => void send()}>
          {title}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}
