/** `/verifikasi/pesan`: texts about cases that wait for the gateway or have no usable number; nothing stops for them. */
import type { JSX } from 'preact';
import { verifies } from '../identity/roles';
import { records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { k } from '../strings/id_usul_meja';
import type { RecordView } from '../sync';
import { Badge, Empty, Stepped, type Tone } from '../ui/feedback';
import { dateTime } from '../ui/format';
import type { IconName } from '../ui/icons';
import { OtherRole, Page } from '../ui/page';
import { DeskNav } from './desk_nav';
import { KIND, type Case, type NoticeBody } from './types';

const LOOK: Record<string, [Tone, IconName]> = {
  antre: ['tunggu', 'jam'],
  tanpa_nomor: ['tunggu', 'seru'],
  gagal: ['galat', 'seru'],
  diserahkan: ['info', 'naik'],
  terkirim: ['sukses', 'centang'],
};
const HELD = new Set(['antre', 'tanpa_nomor', 'gagal']);

function Text({ body, about }: { body: NoticeBody; about: string }): JSX.Element {
  const [tone, icon] = LOOK[body.status] ?? ['netral', 'jam'];
  return (
    <li class="kartu">
      <h3>{body.toName}</h3>
      <div class="lencana-baris">
        <Badge tone={tone} icon={icon}>
          {k.pesan.status[body.status] ?? body.status}
        </Badge>
      </div>
      {body.problem && <p>{body.problem}</p>}
      {body.status === 'tanpa_nomor' && <p class="petunjuk">{k.pesan.nomor}</p>}
      <p class="petunjuk">{[about, dateTime(body.at)].filter(Boolean).join(', ')}</p>
      <p>
        <a href={`/verifikasi/${body.application}`} aria-label={`${k.pesan.tentang}: ${body.toName}`}>
          {k.pesan.tentang}
        </a>
      </p>
    </li>
  );
}

export function Notices(): JSX.Element {
  const all = records<NoticeBody>(KIND.notice).value;
  const cases = new Map((records<Case>(KIND.case).value ?? []).map(({ id, body }) => [id, body]));
  if (!verifies(working.value)) return <OtherRole />;
  const sorted = [...(all ?? [])].sort((a, b) => (a.body.at < b.body.at ? 1 : -1));
  const held = sorted.filter(({ body }) => HELD.has(body.status));
  const gone = sorted.filter(({ body }) => !HELD.has(body.status));
  const row = ({ id, body }: RecordView<NoticeBody>): JSX.Element => <Text key={id} body={body} about={cases.get(body.application)?.title ?? ''} />;
  return (
    <Page title={k.pesan.judul} tabTitle={`${k.pesan.judul}: ${k.pesan.dulu}`} layout="lebar">
      <DeskNav />
      <p class="petunjuk">{k.pesan.isi}</p>
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : !sorted.length ? (
        <Empty>
          <p>{k.pesan.kosong}</p>
        </Empty>
      ) : (
        <>
          <section class="bagian" aria-labelledby="pesan-perlu">
            <h2 id="pesan-perlu">{k.pesan.perlu}</h2>
            {held.length ? <Stepped items={held} render={row} /> : <p>{k.pesan.kosongPerlu}</p>}
          </section>
          {gone.length > 0 && (
            <section class="bagian" aria-labelledby="pesan-sudah">
              <h2 id="pesan-sudah">{k.pesan.sudah}</h2>
              <Stepped items={gone} render={row} />
            </section>
          )}
        </>
      )}
    </Page>
  );
}
