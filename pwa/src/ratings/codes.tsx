/** "Kode dan papan" for coordinators and the rating team: every code in force at their sites, and what has none yet. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { fold } from '../forms/suggest';
import { ask } from '../graphql';
import { keepsCodes } from '../identity/roles';
import { mutate, outbox, records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { useSave, NotSaved } from '../outbox/save';
import { isWaiting } from '../outbox/state';
import { kode } from '../strings/id_nilai';
import type { RecordView } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Badge, Empty, Stepped } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { date } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { ChangeCode, type Change } from './code_change';
import type { Code } from './code_types';
import './codes.css';
import { Sheets } from './my_code';
import { formPath, showToken } from './tokens';

interface Gap {
  kind: Code['kind'];
  site: string;
  siteName: string;
  person: string | null;
  personName: string | null;
}

const GAPS = '{ ratingCodeGaps { kind site siteName person personName } }';
const ORDER: Record<Code['kind'], number> = { board: 0, survey: 1, personal: 2 };

const nameOf = ({ kind, personName, unitName }: Code): string =>
  personName ?? `${kode.kelola.jenis[kind]}, ${unitName}`;

function Row({ view }: { view: RecordView<Code> }): JSX.Element {
  const [change, setChange] = useState<Change | null>(null);
  const [open, setOpen] = useState(false);
  const { body } = view;
  const name = nameOf(body);
  const waits = (outbox.value ?? []).some((item) => item.record === view.id && isWaiting(item));
  const path = body.kind === 'survey' ? `/survei/${body.token}` : formPath(body.token);
  return (
    <li class="kartu kartu-kode">
      <strong>{name}</strong>
      <span class="petunjuk">
        {[body.personName && body.unitName, showToken(body.token), kode.kelola.terbit(date(body.issued))]
          .filter(Boolean)
          .join(', ')}
      </span>
      {waits && (
        <Badge tone="tunggu" icon="jam">
          {kode.ubah.menunggu}
        </Badge>
      )}
      <Buttons>
        <Button aria-expanded={open} about={name} onClick={() => setOpen(!open)}>
          {kode.kelola.kelola}
        </Button>
      </Buttons>
      {open && (
        <>
          <a href={path} target="_blank" rel="noopener" class="kembali">
            {kode.kelola.buka}
          </a>
          <Sheets code={body} about={name} />
          <p class="petunjuk">{kode.kelola.berkas}</p>
          {!waits && (
            <Buttons>
              <Button about={name} onClick={() => setChange('ganti')}>
                {kode.saya.ganti}
              </Button>
              <Button kind="bahaya" about={name} onClick={() => setChange('cabut')}>
                {kode.saya.cabut}
              </Button>
            </Buttons>
          )}
        </>
      )}
      {change && <ChangeCode id={view.id} name={name} change={change} onClose={() => setChange(null)} />}
    </li>
  );
}

function Missing({ gap, onDone }: { gap: Gap; onDone: () => void }): JSX.Element {
  const saving = useSave();
  const name = gap.personName ?? `${kode.kelola.jenis[gap.kind]}, ${gap.siteName}`;
  async function issue(): Promise<void> {
    const work = () =>
      mutate({
        kind: 'rating.code_issue',
        args: { kind: gap.kind, site: gap.site, ...(gap.person && { person: gap.person }) },
        ...(working.value && { as: working.value.id }),
      });
    if (!(await saving.save(work))) return;
    tell(kode.kelola.tersimpan);
    onDone();
  }
  return (
    <li class="kartu kartu-kode">
      <strong>{name}</strong>
      {gap.personName && <span class="petunjuk">{gap.siteName}</span>}
      <NotSaved fault={saving.fault} text={name} />
      <Buttons>
        <Button busy={saving.busy} about={name} onClick={() => void issue()}>
          {kode.kelola.terbitkan}
        </Button>
      </Buttons>
    </li>
  );
}

/** What cannot be rated for want of a code; read from the server, because the phone does not know all officers. */
function Gaps(): JSX.Element {
  const [done, setDone] = useState<string[]>([]);
  const list = useOnline(() => ask<{ ratingCodeGaps: Gap[] }>(GAPS).then((found) => found.ratingCodeGaps), '');
  const key = (gap: Gap): string => gap.person ?? `${gap.kind}@${gap.site}`;
  const left = list.data?.filter((gap) => !done.includes(key(gap)));
  return (
    <section class="bagian" aria-labelledby="tanpa-kode">
      <h2 id="tanpa-kode">{kode.kelola.tanpaKode}</h2>
      <OnlineState of={list} />
      {left && !left.length && <p>{kode.kelola.semuaPunya}</p>}
      {left && left.length > 0 && (
        <>
          <p class="petunjuk">{kode.kelola.tanpaKodeIsi}</p>
          <Stepped
            items={left}
            render={(gap) => <Missing key={key(gap)} gap={gap} onDone={() => setDone([...done, key(gap)])} />}
          />
        </>
      )}
    </section>
  );
}

export function Codes(): JSX.Element {
  const [text, setText] = useState('');
  if (!keepsCodes(working.value)) return <OtherRole />;
  const all = records<Code>('rating_code').value;
  const words = fold(text).trim().split(' ');
  const found = (all ?? [])
    .filter(({ body }) => words.every((word) => fold(`${body.personName ?? ''} ${body.unitName}`).includes(word)))
    .sort((a, b) => ORDER[a.body.kind] - ORDER[b.body.kind] || nameOf(a.body).localeCompare(nameOf(b.body)));
  return (
    <Page title={kode.kelola.judul} layout="lebar">
      {all === null || (unread.value && !all.length) ? (
        <NotYet />
      ) : (
        <>
          <TextField type="search" label={kode.kelola.cari} value={text} onInput={setText} inputmode="search" />
          {found.length ? (
            <Stepped items={found} render={(view) => <Row key={view.id} view={view} />} />
          ) : (
            <Empty>
              <p>{text.trim() ? kode.kelola.kosong : kode.kelola.belum}</p>
            </Empty>
          )}
          <Gaps />
        </>
      )}
    </Page>
  );
}
