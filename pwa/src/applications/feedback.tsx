/** `/usul/masukan`, `/permohonan/masukan`, `/verifikasi/masukan`: defects and wishes about a service, and what became of
 * them. Whoever tells one sees its follow-up here. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { mutate, records, unread, working } from '../identity/session';
import { verifies } from '../identity/roles';
import { NotYet } from '../outbox/not_yet';
import { NotSaved, useSave } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { place } from '../router';
import { k } from '../strings/id_usul_meja';
import { uuid7, type RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Empty, Loading, Stepped, type Tone } from '../ui/feedback';
import { Choice, Select, TextArea } from '../ui/fields';
import { dateTime } from '../ui/format';
import type { IconName } from '../ui/icons';
import { Page } from '../ui/page';
import { DeskNav } from './desk_nav';
import { KIND, type FeedbackBody, type ServiceBody } from './types';
import './usul.css';

const LEAST = 10;
const MOST = 4000;
const LOOK: Record<string, [Tone, IconName]> = { baru: ['tunggu', 'jam'], ditangani: ['ungu', 'orang'], selesai: ['sukses', 'centang'] };

interface Typed {
  code: string;
  text: string;
}
const EMPTY: Typed = { code: '', text: '' };

/** `room`: each offers services of its own. */
function Write({ room, services }: { room: string; services: readonly ServiceBody[] }): JSX.Element {
  const key = `usul:masukan:${room}`;
  const draft = useDraft<Typed>(key, EMPTY, ({ code, text }) => !code && !text.trim());
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  if (draft.value === null) return <Loading />;
  const { code, text } = draft.value;
  const chosen = services.some((one) => one.code === code) ? code : (services[0]?.code ?? '');
  async function send(): Promise<void> {
    const { length } = text.trim();
    const wrong = length < LEAST || length > MOST ? k.masukan.teksIsi : undefined;
    setError(wrong);
    if (wrong || saving.busy) return;
    const as = working.value?.id;
    const work = () => mutate({ kind: 'feedback.add', record: uuid7(Date.now()), args: { code: chosen, text: text.trim() }, draft: key, ...(as && { as }) });
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(k.masukan.tersimpan);
  }
  return (
    <form
      class="bagian"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {services.length > 1 && <Select label={k.masukan.layanan} options={services.map(({ code: value, title }) => ({ value, label: title }))} value={chosen} onChange={(next) => draft.set((now) => ({ ...now, code: next }))} />}
      <TextArea label={k.masukan.teks} value={text} onInput={(next) => draft.set((now) => ({ ...now, text: next }))} max={MOST} error={error} required />
      <NotSaved fault={saving.fault} text={text} onRetry={() => void send()} />
      <Buttons>
        <Button kind="utama" type="submit" busy={saving.busy}>
          {k.masukan.kirim}
        </Button>
      </Buttons>
    </form>
  );
}

interface Handled {
  status: string;
  text: string;
}

/** What a supervisor writes about one of them; a draft until it is saved. */
function Handle({ view, onClose }: { view: RecordView<FeedbackBody>; onClose: () => void }): JSX.Element {
  const key = `usul:tindak:${view.id}`;
  const draft = useDraft<Partial<Handled>>(key, {}, (typed) => !Object.keys(typed).length);
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  if (draft.value === null) return <Loading />;
  const stored = { status: view.body.status === 'baru' ? 'ditangani' : view.body.status, text: view.body.followUp };
  const { status, text } = { ...stored, ...draft.value };
  async function store(): Promise<void> {
    const wrong = text.trim() ? undefined : k.masukan.tindakIsi;
    setError(wrong);
    if (wrong) return;
    const as = working.value?.id;
    const work = () => mutate({ kind: 'feedback.handle', record: view.id, args: { status, followUp: text.trim() }, draft: key, ...(as && { as }) });
    if (!(await draft.become(() => saving.save(work)))) return;
    tell(k.masukan.tersimpan);
    onClose();
  }
  return (
    <div class="bagian">
      <Choice label={k.masukan.statusnya} options={['ditangani', 'selesai'].map((value) => ({ value, label: k.masukan.status[value]! }))} value={status} onChange={(next) => draft.set((now) => ({ ...now, status: next }))} />
      <TextArea label={k.masukan.tindak} value={text} onInput={(next) => draft.set((now) => ({ ...now, text: next }))} max={MOST} rows={3} error={error} required />
      <NotSaved fault={saving.fault} text={text} onRetry={() => void store()} />
      <Buttons>
        <Button kind="utama" busy={saving.busy} onClick={() => void store()}>
          {k.masukan.simpan}
        </Button>
      </Buttons>
    </div>
  );
}

function Told({ view, title }: { view: RecordView<FeedbackBody>; title: string }): JSX.Element {
  const { body, pending } = view;
  const [open, setOpen] = useState(false);
  const status = body.status || 'baru';
  const [tone, icon] = LOOK[status] ?? ['netral', 'jam'];
  const waits = pending.some(isWaiting);
  return (
    <li class="kartu">
      {title && <h3>{title}</h3>}
      <p class="nilai">{body.text}</p>
      <p class="petunjuk">{k.masukan.dari(body.reporterName, dateTime(body.at))}</p>
      <div class="lencana-baris">
        <Badge tone={tone} icon={icon}>
          {k.masukan.status[status] ?? status}
        </Badge>
      </div>
      {body.followUp && (
        <p>
          <strong>{k.masukan.tindak}:</strong> <span class="nilai">{body.followUp}</span>{' '}
          {body.handledAt && <span class="petunjuk">{k.masukan.oleh(body.handlerName, dateTime(body.handledAt))}</span>}
        </p>
      )}
      {working.value?.role === 'SUP' && !waits && (
        <div>
          <Button aria-expanded={open} about={body.text.slice(0, 40)} onClick={() => setOpen(!open)}>
            {k.masukan.tanggapi}
          </Button>
        </div>
      )}
      {open && <Handle view={view} onClose={() => setOpen(false)} />}
    </li>
  );
}

export function Feedback(): JSX.Element {
  const all = records<FeedbackBody>(KIND.feedback).value;
  const held = records<ServiceBody>(KIND.service).value ?? [];
  const room = place.value.path.split('/')[1] ?? 'usul';
  const desk = room === 'verifikasi' && verifies(working.value);
  const services = held.map(({ body }) => body).filter(({ current, subject }) => current && (desk || (subject === 'party') === (room === 'permohonan')));
  const known = new Set(services.map(({ code }) => code));
  const list = [...(all ?? [])].filter(({ body }) => known.has(body.code)).sort((a, b) => (a.body.at < b.body.at ? 1 : -1));
  const titles = new Map(services.map(({ code, title }) => [code, title]));
  return (
    <Page title={k.masukan.judul} tabTitle={`${k.masukan.judul}: ${k.pesan.dulu}`} layout="lebar" back={desk ? undefined : { href: `/${room}`, label: k.masukan.kembali }}>
      {desk && <DeskNav />}
      <p class="petunjuk">{k.masukan.isi}</p>
      {services.length > 0 && <Write room={room} services={services} />}
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : list.length ? (
        <section class="bagian" aria-labelledby="masukan-ada">
          <h2 id="masukan-ada">{k.masukan.daftar}</h2>
          <Stepped items={list} render={(view) => <Told key={view.id} view={view} title={services.length > 1 ? (titles.get(view.body.code) ?? '') : ''} />} />
        </section>
      ) : (
        <Empty>
          <p>{k.masukan.kosong}</p>
        </Empty>
      )}
    </Page>
  );
}
