/** The seven steps of a report: what was done, how long it took, and the act that is due, for whoever may take it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mutate, outbox, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { t } from '../strings/id';
import { laporan } from '../strings/id_laporan';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Banner } from '../ui/feedback';
import { Check, TextArea } from '../ui/fields';
import { dateTime, number } from '../ui/format';
import { comma } from '../ui/periods';
import type { Report } from './report_types';

const { langkah, rating } = laporan;
const ROLES: Record<number, readonly string[]> = {
  1: ['KOR'], 2: ['KOR', 'TRK'], 3: ['TRK'], 4: ['TRK'], 5: ['KSB'], 6: ['KPL'], 7: ['TRK'],
};
const KINDS: Record<number, string> = {
  1: 'rating.report_tick', 2: 'rating.report_tick', 3: 'rating.report_pull', 4: 'rating.report_draw',
  5: 'rating.report_verify', 6: 'rating.report_final', 7: 'rating.report_publish',
};
const STEPS = [1, 2, 3, 4, 5, 6, 7];
const LONGEST = 1000;

function Due({ id, body, step }: { id: string; body: Report; step: number }): JSX.Element | null {
  const [note, setNote] = useState('');
  const [below, setBelow] = useState(false);
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const role = working.value?.role ?? '';
  if (!ROLES[step]?.includes(role)) return null;
  const setHash = body.setHash ?? '';
  const mayReturn = step === 5 || step === 6;
  async function act(kind: string, args: Record<string, unknown>, needsReason: boolean): Promise<void> {
    const short = needsReason && note.trim().length < 3;
    setError(short ? langkah.isiAlasan : undefined);
    if (short) return;
    const work = () => mutate({ kind, record: id, args, ...(working.value && { as: working.value.id }) });
    if (await saving.save(work)) tell(langkah.tersimpan);
  }
  function go(): void {
    const kind = KINDS[step] ?? '';
    const text = note.trim();
    if (step <= 2) return void act(kind, { step, note: text }, false);
    if (step === 3) return void act(kind, {}, false);
    if (step === 6) return void act(kind, { setHash, note: text, showBelow: below }, below);
    return void act(kind, { setHash, note: text }, false);
  }
  return (
    <section class="kartu">
      {step !== 3 && (
        <TextArea
          label={mayReturn ? langkah.alasan : langkah.catatan}
          hint={mayReturn ? langkah.alasanPetunjuk : langkah.catatanPetunjuk}
          value={note}
          onInput={setNote}
          max={LONGEST}
          rows={3}
          error={error}
        />
      )}
      {step === 6 && <Check label={langkah.tampilkan(comma(body.floor ?? ''))} checked={below} onChange={setBelow} />}
      <NotSaved fault={saving.fault} text={note} />
      <Buttons>
        <Button kind="utama" busy={saving.busy} onClick={go}>
          {langkah.tombol[step]}
        </Button>
        {mayReturn && (
          <Button busy={saving.busy} onClick={() => void act('rating.report_return', { setHash, reason: note.trim() }, true)}>
            {langkah.kembalikan}
          </Button>
        )}
      </Buttons>
    </section>
  );
}

export function ReportPath({ id, body }: { id: string; body: Report }): JSX.Element {
  const waits = (outbox.value ?? []).some((item) => item.record === id && isWaiting(item));
  const due = body.due ?? null;
  return (
    <section class="bagian">
      <h2>{langkah.judul}</h2>
      <ol class="langkah-laporan">
        {body.steps.map((one, index) => (
          <li key={index} class="sudah">
            <strong>
              {one.step}. {one.act === 'kembali' ? langkah.dikembalikan : langkah.nama[one.step]}
            </strong>
            <span class="petunjuk">
              {langkah.oleh(one.name, t.peran[one.role ?? ''] ?? '', dateTime(one.at))}
              {one.minutes != null && `. ${langkah.menit(number(one.minutes), number(one.limit ?? 0))}`}
            </span>
            {one.reason && <span>{one.reason}</span>}
            {one.late && (
              <span>
                <Badge tone="tunggu" icon="jam">
                  {langkah.terlambat}
                </Badge>
              </span>
            )}
          </li>
        ))}
        {due !== null &&
          STEPS.filter((step) => step >= due).map((step) => (
            <li key={`due-${step}`}>
              {step}. {langkah.nama[step]}
              <span class="petunjuk">{langkah.peran[step]}</span>
            </li>
          ))}
      </ol>
      <p role="status">
        {due === null ? langkah.selesai : langkah.berikut(due, langkah.nama[due] ?? '', langkah.peran[due] ?? '')}
      </p>
      {waits ? (
        <Banner tone="tunggu">
          <p>{rating.menunggu}</p>
        </Banner>
      ) : (
        due !== null && <Due key={due} id={id} body={body} step={due} />
      )}
    </section>
  );
}
