/** A step that needs a sentence: the sentence is a draft until the step is stored. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Dialog } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { number } from '../ui/format';
import { TEXT_LEAST, TEXT_MOST } from './limits';

type Props = {
  /** Key of the draft. */
  draft: string;
  title: string;
  explain?: string;
  label: string;
  done: string;
  dangerous?: boolean;
  /** Stores the step; the draft goes with it. */
  work: (reason: string, draft: string) => Promise<unknown>;
  onClose: () => void;
};

export function ReasonDialog({ draft: key, title, explain, label, done, dangerous, work, onClose }: Props): JSX.Element {
  const draft = useDraft(key, '', (text) => !text.trim());
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const text = draft.value ?? '';
  async function send(): Promise<void> {
    const { length } = text.trim();
    const wrong = length < TEXT_LEAST ? s.alasanPendek : length > TEXT_MOST ? s.salahPanjang(number(TEXT_MOST)) : undefined;
    setError(wrong);
    if (wrong || !(await draft.become(() => saving.save(() => work(text.trim(), key))))) return;
    tell(done);
    onClose();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {explain && <p>{explain}</p>}
      <NotSaved fault={saving.fault} text={text} onRetry={() => void send()} />
      <TextArea label={label} value={text} onInput={draft.set} max={TEXT_MOST} rows={4} error={error} required />
      <Buttons stack>
        <Button kind={dangerous ? 'bahaya' : 'utama'} busy={saving.busy} onClick={() => void send()}>
          {title}
        </Button>
        <Button onClick={onClose}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}
