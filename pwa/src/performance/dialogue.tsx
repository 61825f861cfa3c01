/** `/skp/PLAN/dialog`: dated notes of both sides, kept for both to read. */
import type { JSX } from 'preact';
import { mutate, now, records } from '../identity/session';
import { useDraft } from '../forms/draft';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { k } from '../strings/id_skp_kerja';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Empty, Loading, Stepped } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { dateTime, dayOf } from '../ui/format';
import { PlanFrame, partIn } from './frame';
import { LOG_MOST } from './limits';
import { KIND } from './names';
import type { DialogueNote } from './types';
import type { PlanView } from './view';

const { dialog: w } = k;

function Write({ plan }: { plan: PlanView }): JSX.Element {
  const key = `skp:dialog:${plan.id}`;
  const draft = useDraft(key, '', (text) => !text.trim());
  const saving = useSave();
  const text = draft.value ?? '';
  async function send(): Promise<void> {
    if (!text.trim() || text.length > LOG_MOST) return;
    const work = () => mutate({ kind: 'skp.dialogue', args: { plan: plan.id, day: dayOf(now.value), text: text.trim() }, draft: key });
    if (await draft.become(() => saving.save(work))) tell(w.tersimpan);
  }
  return (
    <section class="kartu">
      <TextArea label={w.isi} value={text} onInput={draft.set} max={LOG_MOST} rows={3} />
      <NotSaved fault={saving.fault} text={text} onRetry={() => void send()} />
      <Buttons stack>
        <Button kind="utama" icon="simpan" busy={saving.busy} onClick={() => void send()}>
          {w.kirim}
        </Button>
      </Buttons>
    </section>
  );
}

function Notes({ view }: { view: PlanView }): JSX.Element {
  const all = records<DialogueNote>(KIND.dialogue).value;
  if (all === null) return <Loading />;
  const notes = all.filter(({ body }) => body.plan === view.id).sort((a, b) => b.body.at.localeCompare(a.body.at));
  return (
    <>
      {partIn(view) !== 'reader' && <Write plan={view} />}
      <section class="bagian">
        <h2>{w.judul}</h2>
        {!notes.length && (
          <Empty>
            <p>{w.kosong}</p>
          </Empty>
        )}
        <Stepped
          items={notes}
          render={({ id, body, pending }) => (
            <li class="kartu" key={id}>
              <div>
                <p class="petunjuk">{[body.side && (body.side === 'penilai' ? w.penilai : w.pegawai), body.authorName, dateTime(body.at)].filter(Boolean).join(', ')}</p>
                <p>{body.text}</p>
              </div>
              {pending.some(isWaiting) && (
                <div>
                  <Badge tone="netral" icon="hp">
                    {t.kiriman.tersimpan}
                  </Badge>
                </div>
              )}
            </li>
          )}
        />
      </section>
    </>
  );
}

export function DialoguePage({ parts }: { parts: string[] }): JSX.Element {
  return (
    <PlanFrame id={parts[0] ?? ''} section={s.bab.dialog}>
      {(view) => <Notes view={view} />}
    </PlanFrame>
  );
}
