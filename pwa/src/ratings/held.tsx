/** "Penilaian ditahan": the rating team confirms or voids what was held, one or many at once, always with a reason. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { decidesRatings } from '../identity/roles';
import { mutate, outbox, records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { kode } from '../strings/id_nilai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Dialog, Empty, Stepped } from '../ui/feedback';
import { Check, TextArea } from '../ui/fields';
import { dateTime, number } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import type { HeldRating } from './code_types';
import './codes.css';

type Act = 'sahkan' | 'batal';
type View = RecordView<HeldRating>;

interface Catalogue {
  services: { code: string; labelId?: string; label_id?: string }[];
}

const LEAST = 3;
const LONGEST = 1000;

function serviceName(code: string): string {
  const [catalogue] = records<Catalogue>('rating_catalogue').value ?? [];
  const found = catalogue?.body.services.find((service) => service.code === code);
  return found?.labelId ?? found?.label_id ?? code;
}

function scoreOf({ score, scores }: HeldRating): string {
  if (score) return kode.tahan.skor(score);
  return kode.tahan.skorV2(
    Object.entries(scores ?? {})
      .map(([code, value]) => `${code} ${value}`)
      .join(', '),
  );
}

function Decide({ act, views, onClose }: { act: Act; views: View[]; onClose: (done: boolean) => void }): JSX.Element {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const confirms = act === 'sahkan';
  async function send(): Promise<void> {
    const text = reason.trim();
    setError(text.length < LEAST ? kode.ubah.isiAlasan : undefined);
    if (text.length < LEAST) return;
    const as = working.value?.id;
    const work = async (): Promise<void> => {
      for (const { id } of views)
        await mutate({ kind: 'rating.decide', args: { rating: id, act, reason: text }, ...(as && { as }) });
    };
    if (!(await saving.save(work))) return;
    tell(kode.tahan.tersimpan);
    onClose(true);
  }
  return (
    <Dialog title={confirms ? kode.tahan.sahkanJudul : kode.tahan.batalkanJudul} onClose={() => onClose(false)}>
      <p>{confirms ? kode.tahan.sahkanIsi : kode.tahan.batalkanIsi}</p>
      <p class="petunjuk">{kode.tahan.terpilih(number(views.length))}</p>
      <TextArea
        label={kode.tahan.alasanLabel}
        hint={kode.ubah.alasanPetunjuk}
        value={reason}
        onInput={setReason}
        max={LONGEST}
        rows={3}
        error={error}
        required
      />
      <NotSaved fault={saving.fault} text={reason} />
      <Buttons stack>
        <Button kind={confirms ? 'utama' : 'bahaya'} busy={saving.busy} onClick={() => void send()}>
          {confirms ? kode.tahan.sahkan : kode.tahan.batalkan}
        </Button>
        <Button onClick={() => onClose(false)}>{t.umum.batal}</Button>
      </Buttons>
    </Dialog>
  );
}

function Row({ view, on, onPick }: { view: View; on: boolean; onPick: (on: boolean) => void }): JSX.Element {
  const { body } = view;
  const presence = body.presence === 'hadir' ? kode.tahan.bukti : kode.tahan.tanpaBukti;
  return (
    <li class="kartu kartu-kode">
      <Check
        checked={on}
        onChange={onPick}
        label={
          <>
            <strong>{body.officerName}</strong>, {serviceName(body.service)}
            <br />
            <span class="petunjuk">
              {kode.tahan.dinilai(dateTime(body.madeAt))}. {kode.tahan.tiba(dateTime(body.arrivedAt))}.
            </span>
          </>
        }
      />
      <span>
        {scoreOf(body)}
        {body.indicators?.length ? ` (${body.indicators.join(', ')})` : ''}, {presence},{' '}
        {kode.tahan.saluran[body.channel] ?? body.channel}
      </span>
      <span>
        <Badge tone="tunggu" icon="jam">
          {kode.tahan.alasan[body.reason ?? ''] ?? kode.tahan.alasan.lain}
        </Badge>
      </span>
    </li>
  );
}

export function HeldRatings(): JSX.Element {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [act, setAct] = useState<Act | null>(null);
  if (!decidesRatings(working.value)) return <OtherRole />;
  const all = records<HeldRating>('rating').value;
  const held = (all ?? [])
    .filter(({ body }) => body.status === 'ditahan')
    .sort((a, b) => a.body.arrivedAt.localeCompare(b.body.arrivedAt));
  const chosen = held.filter(({ id }) => picked.has(id));
  const waiting = (outbox.value ?? []).filter((item) => item.kind === 'rating.decide' && isWaiting(item)).length;
  return (
    <Page title={kode.tahan.judul} layout="lebar">
      <p>{kode.tahan.pengantar}</p>
      {waiting > 0 && (
        <p>
          <Badge tone="tunggu" icon="jam">
            {kode.tahan.menunggu}: {number(waiting)}
          </Badge>
        </p>
      )}
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : !held.length ? (
        <Empty>
          <p>{kode.tahan.kosong}</p>
        </Empty>
      ) : (
        <>
          <Check
            checked={chosen.length === held.length}
            onChange={(on) => setPicked(new Set(on ? held.map(({ id }) => id) : []))}
            label={kode.tahan.pilihSemua(number(held.length))}
          />
          <Stepped
            items={held}
            render={(view) => (
              <Row
                key={view.id}
                view={view}
                on={picked.has(view.id)}
                onPick={(on) => {
                  const next = new Set(picked);
                  if (on) next.add(view.id);
                  else next.delete(view.id);
                  setPicked(next);
                }}
              />
            )}
          />
          {chosen.length > 0 && (
            <div class="tombol-baris">
              <Button kind="utama" onClick={() => setAct('sahkan')}>
                {kode.tahan.sahkan}
              </Button>
              <Button kind="bahaya" onClick={() => setAct('batal')}>
                {kode.tahan.batalkan}
              </Button>
              <span class="petunjuk" role="status">
                {kode.tahan.terpilih(number(chosen.length))}
              </span>
            </div>
          )}
          {act && chosen.length > 0 && (
            <Decide
              act={act}
              views={chosen}
              onClose={(done) => {
                setAct(null);
                if (done) setPicked(new Set());
              }}
            />
          )}
        </>
      )}
    </Page>
  );
}
