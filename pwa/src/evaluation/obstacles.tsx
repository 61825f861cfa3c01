/** Obstacles of a quarter: any member of staff writes them, also without a signal; they go into the report as written. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { me, mutate, outbox, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { evaluasi } from '../strings/id_evaluasi';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Empty } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { dateTime } from '../ui/format';
import type { Obstacle } from './types';

const { hambatan } = evaluasi;
const LEAST = 10;
const LONGEST = 2000;

function Write({ period }: { period: string }): JSX.Element {
  const [text, setText] = useState('');
  const [effort, setEffort] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  async function send(): Promise<void> {
    const short = text.trim().length < LEAST;
    setError(short ? hambatan.pendek : undefined);
    if (short) return;
    const args = { period, text: text.trim(), effort: effort.trim() };
    const as = working.value?.id;
    if (!(await saving.save(() => mutate({ kind: 'evaluation.obstacle', args, ...(as && { as }) })))) return;
    setText('');
    setEffort('');
    tell(hambatan.tersimpan);
  }
  return (
    <section class="kartu">
      <TextArea label={hambatan.isi} value={text} onInput={setText} max={LONGEST} rows={3} error={error} required />
      <TextArea label={hambatan.upaya} hint={hambatan.upayaPetunjuk} value={effort} onInput={setEffort} max={LONGEST} rows={2} />
      <NotSaved fault={saving.fault} text={text} />
      <Buttons>
        <Button busy={saving.busy} onClick={() => void send()}>
          {hambatan.kirim}
        </Button>
      </Buttons>
    </section>
  );
}

function Withdraw({ id }: { id: string }): JSX.Element {
  const saving = useSave();
  const as = working.value?.id;
  const work = () => mutate({ kind: 'evaluation.withdraw', record: id, args: {}, ...(as && { as }) });
  return (
    <>
      <NotSaved fault={saving.fault} text={hambatan.tarik} />
      <Button busy={saving.busy} onClick={() => void saving.save(work).then((ok) => ok && tell(hambatan.ditarik))}>
        {hambatan.tarik}
      </Button>
    </>
  );
}

/** The obstacles of a quarter; `writes`: whoever works in the service adds to them. */
export function Obstacles({ period, title, writes }: { period: string; title: string; writes: boolean }): JSX.Element {
  const all = records<Obstacle>('evaluation_obstacle').value ?? [];
  const listed = all
    .filter(({ body }) => body.period === period && !body.withdrawn)
    .sort((a, b) => a.body.at.localeCompare(b.body.at));
  const waiting = (outbox.value ?? []).filter(
    (item) => item.kind === 'evaluation.obstacle' && item.args.period === period && isWaiting(item),
  );
  const leads = working.value?.role === 'KTM';
  return (
    <section class="bagian">
      <h2>{hambatan.daftar(title)}</h2>
      {writes && <p>{hambatan.pengantar}</p>}
      {!listed.length && !waiting.length && (
        <Empty>
          <p>{hambatan.kosong}</p>
        </Empty>
      )}
      <ul class="daftar">
        {listed.map(({ id, body }) => (
          <li key={id} class="kartu">
            <p>{body.text}</p>
            {body.effort && (
              <p>
                {hambatan.upaya}: {body.effort}
              </p>
            )}
            <p class="petunjuk">{hambatan.oleh(t.peran[body.role ?? ''] ?? body.authorName, dateTime(body.at))}</p>
            {writes && (leads || body.author === me.value?.account) && <Withdraw id={id} />}
          </li>
        ))}
        {waiting.map((item) => (
          <li key={item.id} class="kartu">
            <p>{String(item.args.text ?? '')}</p>
            <p class="petunjuk">{hambatan.menunggu}</p>
          </li>
        ))}
      </ul>
      {writes && <Write key={period} period={period} />}
    </section>
  );
}
