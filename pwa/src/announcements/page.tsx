/** Announcements: everybody reads those that are shown; the team writes them once and copies the text of each place. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { writesAnnouncements } from '../identity/roles';
import { mutate, records, working } from '../identity/session';
import { NotSaved, copyText, useSave } from '../outbox/save';
import { pengumuman as s } from '../strings/id_pengumuman';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Empty } from '../ui/feedback';
import { TextArea, TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { Icon } from '../ui/icons';
import { Page } from '../ui/page';
import type { Announcement } from './kinds';

const TITLE_MAX = 120;
const TEXT_MAX = 1800;

interface Draft {
  title: string;
  text: string;
}

const as = (): { as: string } | Record<string, never> => (working.value ? { as: working.value.id } : {});

function Write({ of, onDone }: { of: RecordView<Announcement> | undefined; onDone: () => void }): JSX.Element | null {
  const key = `announcement:${of?.id ?? ''}`;
  const empty = { title: of?.body.title ?? '', text: of?.body.text ?? '' };
  const field = useDraft<Draft>(key, empty, ({ title, text }) => !(title + text).trim());
  const [tried, setTried] = useState(false);
  const saving = useSave();
  const draft = field.value;
  if (!draft) return null;
  const faults = {
    title: draft.title.trim() && draft.title.length <= TITLE_MAX ? undefined : s.isiJudul,
    text: draft.text.trim() && draft.text.length <= TEXT_MAX ? undefined : s.isiTeks,
  };
  async function save(): Promise<void> {
    setTried(true);
    if (!draft || faults.title || faults.text) return;
    const args = { title: draft.title.trim(), text: draft.text.trim() };
    const work = () => mutate({ kind: 'announcement.write', ...(of && { record: of.id }), args, draft: key, ...as() });
    if (!(await field.become(() => saving.save(work)))) return;
    setTried(false);
    tell(s.tersimpan);
    onDone();
  }
  return (
    <form
      class="kartu bagian"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{of ? s.ubah : s.tulis}</h2>
      <NotSaved fault={saving.fault} text={draft.text} onRetry={() => void save()} />
      <TextField label={s.judulIsi} required capitalize="sentences" value={draft.title} error={tried ? faults.title : undefined} onInput={(title) => field.set({ ...draft, title })} />
      <TextArea label={s.isi} required rows={6} max={TEXT_MAX} value={draft.text} error={tried ? faults.text : undefined} onInput={(text) => field.set({ ...draft, text })} />
      <Buttons>
        <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
          {s.simpan}
        </Button>
        {of && <Button onClick={onDone}>{s.batal}</Button>}
      </Buttons>
    </form>
  );
}

function Outputs({ body }: { body: Announcement }): JSX.Element {
  const list = Object.entries(s.tempat).filter(([name]) => body.outputs[name]);
  if (!list.length) return <p class="petunjuk">{s.menunggu}</p>;
  return (
    <>
      {list.map(([name, label]) => (
        <details key={name}>
          <summary>
            <Icon name="panah" class="panah" />
            {label}
          </summary>
          <p class="kutip">{body.outputs[name]}</p>
          <Button icon="salin" about={`${label}: ${body.title}`} onClick={() => void copyText(body.outputs[name] ?? '')}>
            {s.salinTeks}
          </Button>
        </details>
      ))}
    </>
  );
}

function Entry({ view, edit }: { view: RecordView<Announcement>; edit: (() => void) | undefined }): JSX.Element {
  const saving = useSave();
  const { body } = view;
  const show = () => mutate({ kind: 'announcement.publish', record: view.id, args: {}, ...as() });
  return (
      <article class="kartu">
        <h2>{body.title}</h2>
        <p class="petunjuk">{dateTime(body.publishedAt ?? body.at)}</p>
        <p class="kutip">{body.text}</p>
        {edit && (
          <>
            <p class="petunjuk">{s.keadaan(body.version, Boolean(body.publishedAt))}</p>
            <Outputs body={body} />
            <NotSaved fault={saving.fault} text={body.text} />
            <Buttons>
              {!body.publishedAt && (
                <Button busy={saving.busy} about={body.title} onClick={() => void saving.save(show).then((ok) => ok && tell(s.ditampilkan))}>
                  {s.tampilkan}
                </Button>
              )}
              <Button icon="pensil" about={body.title} onClick={edit}>
                {s.ubahTombol}
              </Button>
            </Buttons>
          </>
        )}
      </article>
  );
}

export function AnnouncementPage(): JSX.Element {
  const [chosen, setChosen] = useState('');
  const writes = writesAnnouncements(working.value);
  const all = records<Announcement>('announcement').value ?? [];
  const shown = all.filter(({ body }) => writes || body.publishedAt).sort((a, b) => b.body.at.localeCompare(a.body.at));
  const of = all.find(({ id }) => id === chosen);
  return (
    <Page title={s.judul} below={writes ? <p class="petunjuk">{s.pengantar}</p> : undefined}>
      {writes && <Write key={chosen} of={of} onDone={() => setChosen('')} />}
      {shown.length ? (
        <div class="bagian">
          {shown.map((view) => (
            <Entry key={view.id} view={view} edit={writes ? () => setChosen(view.id) : undefined} />
          ))}
        </div>
      ) : (
        <Empty>
          <p>{s.kosong}</p>
        </Empty>
      )}
    </Page>
  );
}
