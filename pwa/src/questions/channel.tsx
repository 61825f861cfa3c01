/** At the desk, for questions from other channels: what is still to send there, what did not arrive, who the asker is. */
import type { JSX } from 'preact';
import { entersCalls } from '../identity/roles';
import { mutate, working } from '../identity/session';
import { NotSaved, copyText, useSave } from '../outbox/save';
import { pintu as s } from '../strings/id_pintu';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import type { Message } from './types';
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

/** Whether the officer types in what the asker says next: whoever enters that channel. */
export function relays(view: QuestionView): boolean {
  const { channel, byGateway, state } = view.body;
  if (channel === 'aplikasi' || byGateway || state === 'batal') return false;
  return (channel === 'telepon') === entersCalls(working.value) && ['TEL', 'LKT', 'ADM', 'OPR'].includes(working.value?.role ?? '');
}
