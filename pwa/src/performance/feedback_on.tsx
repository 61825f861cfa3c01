/** Feedback on one RHK or one value: a sentence, a picture, or both; the last one counts. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { NOTHING, filesOf, isNothing, type Written } from '../attachments/written';
import { useDraft } from '../forms/draft';
import { mutate } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { s } from '../strings/id_skp';
import { n } from '../strings/id_skp_nilai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Loading } from '../ui/feedback';
import { TextArea } from '../ui/fields';
import { lazyPart } from '../ui/lazy';
import { Files } from './files';
import { TEXT_MOST } from './limits';
import type { Feedback, Value } from './types';

const FileField = lazyPart(() => import('../attachments/field').then((module) => module.FileField));

type Props = {
  evaluation: string;
  rhk?: string;
  value?: Value;
  title: string;
  detail?: string;
  held: RecordView<Feedback> | undefined;
};

export function FeedbackOn({ evaluation, rhk, value, title, detail, held }: Props): JSX.Element {
  const key = `skp:umpan:${evaluation}:${rhk ?? value}`;
  const draft = useDraft<Written>(key, NOTHING, isNothing);
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const typed = draft.value;
  if (!typed) return <Loading />;
  const writing = !held || open || !isNothing(typed);

  async function save(): Promise<void> {
    if (!typed) return;
    const wrong = isNothing(typed) ? n.umpanKosong : typed.text.length > TEXT_MOST ? s.salahPanjang('4.000') : undefined;
    setError(wrong);
    if (wrong) return;
    const args = { evaluation, ...(rhk ? { rhk } : { value }), text: typed.text.trim(), ...filesOf(typed.files) };
    if (!(await draft.become(() => saving.save(() => mutate({ kind: 'skp.feedback', args, draft: key }))))) return;
    setOpen(false);
    tell(n.umpanTersimpan);
  }

  return (
    <section class="kartu" aria-label={title}>
      <div>
        <h3>{title}</h3>
        {detail && <p class="petunjuk">{detail}</p>}
      </div>
      {held && (
        <div class="bagian">
          {held.body.text && <p class="kutip">{held.body.text}</p>}
          <Files files={held.body.files} />
          {held.pending.some(isWaiting) && (
            <div>
              <Badge tone="netral" icon="hp">
                {t.kiriman.tersimpan}
              </Badge>
            </div>
          )}
        </div>
      )}
      {writing ? (
        <>
          <TextArea
            label={`${n.umpanBalik}: ${title}`}
            value={typed.text}
            onInput={(text) => draft.set({ ...typed, text })}
            max={TEXT_MOST}
            rows={2}
            error={error}
          />
          <FileField files={typed.files} set={(files) => draft.set({ ...typed, files })} />
          <NotSaved fault={saving.fault} text={typed.text} onRetry={() => void save()} />
          <Buttons>
            <Button icon="simpan" busy={saving.busy} about={title} onClick={() => void save()}>
              {n.simpanUmpan}
            </Button>
          </Buttons>
        </>
      ) : (
        <div>
          <Button icon="pensil" about={title} onClick={() => setOpen(true)}>
            {n.ubahUmpan}
          </Button>
        </div>
      )}
    </section>
  );
}
