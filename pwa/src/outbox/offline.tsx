/** "Siapkan untuk luring": what this phone holds for its person and kecamatan, how large, how fresh, and that it stays. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Employee } from '../identity/kinds';
import { client, records, status } from '../identity/session';
import { place } from '../router';
import { l } from '../strings/id_lain';
import type { Holding, Holdings } from '../sync';
import { Button, Buttons, LinkButton } from '../ui/button';
import { Banner, Loading } from '../ui/feedback';
import { dateTime, number, size } from '../ui/format';
import { Icon } from '../ui/icons';
import { canInstall, install, installed } from '../ui/install';
import { Page } from '../ui/page';
import { lookAtRoom, room } from '../ui/storage';
import { t } from '../strings/id';

const FORMS = ['form', 'category_set', 'office_hours'];
const OWN = ['question', 'message', 'note', 'read_mark', 'employee', 'preference'];
const PLANS = ['skp', 'skp_rhk', 'skp_indicator', 'skp_lead', 'skp_lead_rhk', 'skp_version', 'skp_log', 'skp_dialogue', 'skp_realisation', 'skp_evidence', 'skp_evaluation', 'skp_feedback'];

const CASES = ['service', 'application', 'application_values', 'application_row', 'application_item', 'application_mark', 'application_submission', 'application_history', 'document_version', 'application_output'];

const sum = (parts: (Holding | undefined)[]): Holding =>
  parts.reduce<Holding>(
    (all, part) => ({ records: all.records + (part?.records ?? 0), bytes: all.bytes + (part?.bytes ?? 0) }),
    {
      records: 0,
      bytes: 0,
    },
  );

interface Row {
  label: string;
  holding: Holding;
}

function rows(held: Holdings, area: string): Row[] {
  const local = sum(Object.values(held.areas));
  const answers = sum([held.kinds.article]);
  const list: Row[] = [
    { label: l.luring.formulir, holding: sum(FORMS.map((kind) => held.kinds[kind])) },
    {
      label: l.luring.jawabanInstansi,
      holding: { records: answers.records - local.records, bytes: answers.bytes - local.bytes },
    },
    { label: l.luring.jawabanUntuk(area), holding: local },
    { label: l.luring.milikSaya, holding: sum(OWN.map((kind) => held.kinds[kind])) },
    ...(PLANS.some((kind) => held.kinds[kind]) ? [{ label: l.luring.skp, holding: sum(PLANS.map((kind) => held.kinds[kind])) }] : []),
    ...(CASES.some((kind) => held.kinds[kind]) ? [{ label: l.luring.usul, holding: sum(CASES.map((kind) => held.kinds[kind])) }] : []),
    { label: l.luring.belumTerkirim, holding: held.outbox },
  ];
  return list.filter(({ holding }, index) => holding.records > 0 || index === 0);
}

export function Offline(): JSX.Element {
  const [held, setHeld] = useState<Holdings | null>(null);
  const [state, setState] = useState<'' | 'busy' | 'ready' | 'partial'>('');
  const employee = records<Employee>('employee').value?.[0]?.body;
  const storage = room.value;
  const fresh = place.value.query.get('baru') === '1';
  const pulledAt = status.value?.lastPullAt;

  async function look(): Promise<void> {
    void lookAtRoom(true);
    const found = await client.value?.holdings((kind, body) =>
      kind === 'article' ? ((body.area as string | null) ?? null) : null,
    );
    if (found) setHeld(found);
  }
  useEffect(() => {
    void look();
  }, [pulledAt]);

  async function fetchAll(): Promise<void> {
    setState('busy');
    // Without this promise of the browser, the phone may clear the copy when it runs short of space.
    await navigator.storage?.persist?.().catch(() => false);
    const answered = await client.value?.pull(true).catch(() => false);
    await look();
    setState(answered ? 'ready' : 'partial');
  }
  useEffect(() => {
    if (fresh) void fetchAll();
  }, []);

  const total = held ? sum([...Object.values(held.kinds), held.outbox]) : null;
  const free = storage ? storage.quota - storage.usage : 0;
  return (
    <Page title={l.luring.judul} below={<p class="petunjuk">{l.luring.pengantar}</p>}>
      {!held || !total ? (
        <Loading />
      ) : (
        <section class="bagian">
          <ul class="daftar">
            {rows(held, employee?.kecamatanName ?? l.luring.wilayahSaya).map(({ label, holding }) => (
              <li class="kartu-tautan" key={label}>
                <Icon name="centang" />
                <span class="isi">
                  {label}
                  <span class="petunjuk">{l.luring.catatan(number(holding.records))}</span>
                </span>
                <span>{size(holding.bytes)}</span>
              </li>
            ))}
          </ul>
          <p>
            <strong>{l.luring.jumlah(size(total.bytes))}</strong>
            {free > 0 && l.luring.sisa(size(free))}
            <br />
            <span class="petunjuk">
              {held.updatedAt ? l.luring.diperbarui(dateTime(held.updatedAt)) : l.luring.belum}
            </span>
          </p>
        </section>
      )}
      <div role="status">
        {state === 'busy' && <p>{l.luring.menyimpan}</p>}
        {state === 'ready' && (
          <Banner tone="sukses">
            <p>{l.luring.siap}</p>
          </Banner>
        )}
        {state === 'partial' && (
          <Banner tone="tunggu">
            <p>{l.luring.belumLengkap}</p>
          </Banner>
        )}
      </div>
      <Buttons stack>
        <Button kind="utama" icon="simpan" busy={state === 'busy'} onClick={() => void fetchAll()}>
          {l.luring.simpan}
        </Button>
        {fresh && state === 'ready' && <LinkButton href="/beranda">{t.umum.keBeranda}</LinkButton>}
      </Buttons>
      {storage?.persisted ? (
        <p class="petunjuk">{l.luring.tetap}</p>
      ) : (
        !installed() && (
          <Banner tone="tunggu" icon="unduh">
            <p>{l.luring.bisaHilang}</p>
            {canInstall() && (
              <div>
                <Button onClick={() => void install()}>{l.luring.pasang}</Button>
              </div>
            )}
          </Banner>
        )
      )}
    </Page>
  );
}
