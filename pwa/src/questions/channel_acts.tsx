/** Acts on a question from another channel that are seldom needed: what the asker said next, and proof of who they are. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { pintu as s } from '../strings/id_pintu';
import { Button } from '../ui/button';
import { Choice, ErrorText, TextArea, TextField } from '../ui/fields';
import { MAX_TEXT } from './types';
import type { QuestionView } from './view';

const as = (): { as: string } | Record<string, never> => (working.value ? { as: working.value.id } : {});

type ActProps = { view: QuestionView; onSaved: () => void };

/** What the asker said next on their channel. */
export function Relay({ view, onSaved }: ActProps): JSX.Element {
  const [text, setText] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  async function send(): Promise<void> {
    const fault = !text.trim() ? s.isiTeks : text.length > MAX_TEXT ? s.isiPanjang : undefined;
    setError(fault);
    if (fault) return;
    const work = () => mutate({ kind: 'question.relay', args: { question: view.id, text: text.trim() }, ...as() });
    if (!(await saving.save(work))) return;
    setText('');
    onSaved();
  }
  return (
    <>
      <TextArea label={s.lanjutanIsi} value={text} onInput={setText} max={MAX_TEXT} rows={3} error={error} />
      <NotSaved fault={saving.fault} text={text} />
      <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
        {s.lanjutanTombol}
      </Button>
    </>
  );
}

/** How the asker proved who they are. The birth date is checked by the server, and kept nowhere here. */
export function Identify({ view, onSaved }: ActProps): JSX.Element {
  const [identifier, setIdentifier] = useState('');
  const [birthDate, setBirthDate] = useState('');
  const [means, setMeans] = useState('hubungi_balik');
  const [tried, setTried] = useState(false);
  const saving = useSave();
  const id = useId();
  const noDate = tried && !birthDate;
  async function send(): Promise<void> {
    setTried(true);
    if (!identifier.trim() || !birthDate) return;
    const args = { identifier: identifier.trim(), birthDate, means };
    if (await saving.save(() => mutate({ kind: 'question.identify', record: view.id, args, ...as() }))) onSaved();
  }
  return (
    <>
      <p class="petunjuk">{s.identitasIsi}</p>
      <TextField label={s.nip} value={identifier} onInput={setIdentifier} error={tried && !identifier.trim() ? s.isiNip : undefined} />
      <div class="isian">
        <label for={id}>{s.lahir}</label>
        <ErrorText id={`${id}-salah`} text={noDate ? s.isiLahir : undefined} />
        <input
          id={id}
          type="date"
          value={birthDate}
          aria-invalid={noDate ? 'true' : undefined}
          aria-describedby={noDate ? `${id}-salah` : undefined}
          onInput={(event) => setBirthDate(event.currentTarget.value)}
        />
      </div>
      <Choice
        label={s.cara}
        options={Object.entries(s.caraPilihan).map(([value, label]) => ({ value, label }))}
        value={means}
        onChange={setMeans}
      />
      <NotSaved fault={saving.fault} text={identifier} />
      <Button kind="utama" busy={saving.busy} onClick={() => void send()}>
        {s.buktikan}
      </Button>
    </>
  );
}
