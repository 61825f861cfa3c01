/** At the desk, for questions from other channels: what is still to send there, what did not arrive, who the asker is. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { entersCalls } from '../identity/roles';
import { mutate, working } from '../identity/session';
import { NotSaved, copyText, useSave } from '../outbox/save';
import { pintu as s } from '../strings/id_pintu';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Choice, ErrorText, TextArea, TextField } from '../ui/fields';
import { MAX_TEXT, type Message } from './types';
import type { QuestionView } from './view';

type MessageView = RecordView<Message>;

const as = (): { as: string } | Record<string, never> => (working.value ? { as: working.value.id } : {});

/** The one text that staff still have to send on the asker's channel. */
function Unsent({ view, message, mine }: { view: QuestionView; message: MessageView; mine: boolean }): JSX.Element {
  const saving = useSave();
  const { body } = view;
  const work = () => mutate({ kind: 'question.sent', record: view.id, args: { messageId: message.id }, ...as() });
  return (
    <Banner tone="tunggu">
      <p>
        <strong>{s.belumDikirim}</strong>
      </p>
      <p class="kutip">{message.body.text}</p>
      <p>{s.kirimDi(s.nama_kanal[body.channel] ?? body.channel, body.address ?? '')}</p>
      <NotSaved fault={saving.fault} text={message.body.text} />
      <Buttons>
        <Button icon="salin" onClick={() => void copyText(message.body.text)}>
          {s.salin}
        </Button>
        {mine && (
          <Button
            kind="utama"
            icon="centang"
            busy={saving.busy}
            onClick={() => void saving.save(work).then((ok) => ok && tell(s.dikirim))}
          >
            {s.sudahDikirim}
          </Button>
        )}
      </Buttons>
    </Banner>
  );
}

function Undelivered({ view, message, mine }: { view: QuestionView; message: MessageView; mine: boolean }): JSX.Element {
  const saving = useSave();
  const work = () => mutate({ kind: 'question.resend', record: view.id, args: { messageId: message.id }, ...as() });
  return (
    <Banner tone="galat">
      <p>
        <strong>{s.tidakSampai}</strong>
      </p>
      <p class="kutip">{message.body.text}</p>
      <Buttons>
        <Button onClick={() => void copyText(message.body.text)}>{s.salin}</Button>
        {mine && (
          <Button busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && tell(s.dikirimUlang))}>
            {s.kirimUlang}
          </Button>
        )}
      </Buttons>
    </Banner>
  );
}

/** What is to do on the asker's channel. `mine`: the officer may answer this question. */
export function ChannelState({ view, messages, mine }: { view: QuestionView; messages: readonly MessageView[]; mine: boolean }): JSX.Element | null {
  if (view.body.channel === 'aplikasi') return null;
  const own = messages.filter(({ body }) => body.question === view.id);
  const unsent = own.find(({ id }) => id === view.body.unsent);
  return (
    <>
      {own
        .filter(({ body }) => body.delivery === 'gagal')
        .map((message) => (
          <Undelivered key={message.id} view={view} message={message} mine={mine} />
        ))}
      {unsent && <Unsent key={unsent.id} view={view} message={unsent} mine={mine} />}
      {mine && ['telepon', 'loket'].includes(view.body.channel) && <p class="petunjuk">{s.lisan}</p>}
    </>
  );
}

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

/** Whether the officer types in what the asker says next: whoever enters that channel. */
export function relays(view: QuestionView): boolean {
  const { channel, byGateway, state } = view.body;
  if (channel === 'aplikasi' || byGateway || state === 'batal') return false;
  return (channel === 'telepon') === entersCalls(working.value) && ['TEL', 'LKT', 'ADM', 'OPR'].includes(working.value?.role ?? '');
}
