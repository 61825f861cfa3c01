/** `/usul/ID/syarat`: the documents of the checklist, photographed, chosen, or taken from what was checked before. */
import type { JSX } from 'preact';
import { moving } from '../attachments/moving';
import { records } from '../identity/session';
import { u } from '../strings/id_usul';
import { d } from '../strings/id_usul_berkas';
import type { RecordView } from '../sync';
import { Badge } from '../ui/feedback';
import { ErrorText } from '../ui/fields';
import { date, size } from '../ui/format';
import { itemsOf, type Item } from './definition';
import { CaseFrame } from './frame';
import { DraftLink, FileLink, Reuse, Upload } from './parts_checklist';
import { isComing } from './refused_files';
import { StandingBadge } from './standing';
import { KIND, type DocumentVersion } from './types';
import { canWrite, type Whole } from './view';

type Version = RecordView<DocumentVersion>;

/** A version that was marked Sesuai and still counts: it is offered, never asked for again. */
function offered(whole: Whole, item: Item, today: string): Version | undefined {
  if (!item.reusable) return undefined;
  const all = records<DocumentVersion>(KIND.document).value ?? [];
  return all
    .filter(({ body }) => body.item === item.code && body.subject === whole.view.body.subject && body.fineOn && (!body.validUntil || today <= body.validUntil))
    .sort((a, b) => (b.body.number ?? 0) - (a.body.number ?? 0))[0];
}

function Present({ version, label }: { version: Version; label: string }): JSX.Element {
  const { body } = version;
  const own = moving.value.get(body.file);
  if (isComing(version))
    return own?.refused ? (
      <Badge tone="galat" icon="seru">
        {own.refused}
      </Badge>
    ) : (
      <>
        <Badge tone="tunggu" icon="klip">
          {own?.sent ? d.sebagian(size(own.sent), size(own.bytes)) : d.menyusul}
        </Badge>
        {own && own.sent > 0 && <progress max={own.bytes} value={own.sent} aria-label={label} />}
      </>
    );
  return (
    <p>
      <FileLink plain file={body.file} name={body.name ?? ''} about={label}>
        {d.buka}
      </FileLink>{' '}
      <span class="petunjuk">{`${u.versi(body.number ?? 1)}, ${date(body.at)}, ${size(body.bytes ?? 0)}`}</span>
    </p>
  );
}

function Entry({ whole, item }: { whole: Whole; item: Item }): JSX.Element {
  const row = whole.ready.rows.find(({ code }) => code === item.code);
  const pointed = whole.items.get(item.code)?.body.version;
  const version = pointed ? whole.documents.get(pointed) : undefined;
  const mark = whole.marks.get(item.code)?.body;
  const asked = whole.view.body.reopened.find(({ target }) => target === item.code);
  const writable = canWrite(whole, item.code);
  // A sending that waits for it locks the rest, not this.
  const refused = whole.own && whole.refused.some(({ target }) => target === item.code);
  const offer = writable ? offered(whole, item, new Date().toISOString().slice(0, 10)) : undefined;
  return (
    <li class="kartu" id={`syarat-${item.code}`}>
      <h2>{item.label}</h2>
      <div class="lencana-baris">
        {row && <StandingBadge standing={row.standing} mark={whole.unanswered.has(item.code) ? 'perlu_diperbaiki' : mark?.mark} />}
      </div>
      {item.help && <p class="petunjuk">{item.help}</p>}
      {asked && <ErrorText text={`${u.form.diperbaiki}: ${asked.reason}`} />}
      {!asked && mark?.reason && <p class="kutip">{mark.reason}</p>}
      {version && <Present version={version} label={item.label} />}
      {offer && offer.id !== pointed && (
        <>
          <p class="petunjuk">{d.tawar}</p>
          <Reuse whole={whole} item={item} offer={offer} />
        </>
      )}
      {item.letter && <DraftLink application={whole.view.id} letter={item.letter} about={item.label} />}
      {(writable || refused) && <Upload whole={whole} item={item} />}
    </li>
  );
}

function Checklist({ whole }: { whole: Whole }): JSX.Element {
  const needed = new Map(whole.ready.rows.map((row) => [row.code, row.standing]));
  return (
    <ul class="daftar">
      {itemsOf(whole.service)
        .filter(({ code }) => needed.get(code) !== 'tidak perlu' || whole.items.get(code)?.body.version)
        .map((item) => (
          <Entry key={item.code} whole={whole} item={item} />
        ))}
    </ul>
  );
}

export function ChecklistPage({ parts: [id = ''] }: { parts: string[] }): JSX.Element {
  return (
    <CaseFrame id={id} section={u.syarat}>
      {(whole) => <Checklist whole={whole} />}
    </CaseFrame>
  );
}
