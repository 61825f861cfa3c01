/** The documents of a case at the desk: to read, and a verifier's mark on each. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { status } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { v } from '../strings/id_meja_usul';
import { u } from '../strings/id_usul';
import { d } from '../strings/id_usul_berkas';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Choice, TextField } from '../ui/fields';
import { mark } from './acts';
import { FINE, begunOn, isStored, shownMark, without, type Begun } from './begun';
import { itemsOf, type Item } from './definition';
import { FileLink } from './file_link';
import { newestOf } from './newest';
import { StandingBadge } from './standing';
import type { BegunDraft } from './use_begun';
import type { Whole } from './view';

const WORDS = [FINE, 'perlu_diperbaiki', 'tidak_memenuhi_syarat'];

type MarkingProps = { whole: Whole; item: Item; version: string; begun: BegunDraft };

/** The verifier's word on one document. A reason is stored with its mark, so a mark other than Sesuai waits for it. */
function Marking({ whole, item, version, begun: { all, change } }: MarkingProps): JSX.Element {
  const stored = whole.marks.get(item.code)?.body;
  const begun = begunOn(all ?? {}, item.code, version);
  const { word, reason } = shownMark(begun, stored);
  const [error, setError] = useState<string | undefined>();
  const saving = useSave();
  const { code } = item;
  const begin = (said: Omit<Begun, 'version'>): void => change((now) => ({ ...now, [code]: { ...said, version } }));
  // Let go of only when the records say so: before that the choice would jump back under the finger.
  useEffect(() => {
    if (begun?.kept && isStored(begun, stored)) change((now) => (now[code] === begun ? without(now, code) : now));
  }, [begun, stored?.mark, stored?.reason]);
  // What is chosen while the choice before is being stored follows it; shown alone it would never be stored.
  const keep = useRef(
    newestOf(async (said: Begun) => {
      const done = await saving.save(() => mark(whole, code, said.word ?? null, said.reason ?? ''));
      if (done) change((now) => (now[code]?.word === said.word && (now[code]?.reason ?? '').trim() === (said.reason ?? '') ? { ...now, [code]: { ...said, kept: true } } : now));
    }),
  );
  function store(next: string, why: string): void {
    const lacks = next !== FINE && !why.trim();
    setError(lacks ? v.alasanIsi(item.label) : undefined);
    if (lacks) return;
    const said = { word: next, reason: next === FINE ? '' : why.trim() };
    begin(said);
    void keep.current({ ...said, version });
  }
  return (
    <div class="bagian tanda-meja">
      <Choice
        id={`tanda-${code}`}
        label={v.tanda(item.label)}
        options={WORDS.map((value) => ({ value, label: u.tanda[value] ?? value }))}
        value={word}
        onChange={(next) => {
          if (next === FINE) store(next, '');
          else begin({ word: next, reason });
        }}
      />
      {word && word !== FINE && (
        <TextField label={`${v.alasan}: ${item.label}`} value={reason} onInput={(text) => begin({ word, reason: text })} error={error} capitalize="sentences" required />
      )}
      {word && (word !== FINE || (!saving.busy && !isStored(begun, stored))) && (
        <div>
          <Button about={item.label} busy={saving.busy} onClick={() => store(word, reason)}>
            {v.simpanTanda}
          </Button>
        </div>
      )}
      <NotSaved fault={saving.fault} text={reason} />
    </div>
  );
}

/** The file as the server shows it. A frame without signal is the browser's own error page, so then a sentence says it; what
 * is already shown stays. */
function Preview({ file, label }: { file: string; label: string }): JSX.Element {
  const linked = status.value?.link === 'ok';
  const [shown, setShown] = useState(linked);
  useEffect(() => {
    if (linked) setShown(true);
  }, [linked]);
  if (shown) return <iframe class="pratinjau" title={label} src={`/berkas/${file}/isi?lihat=1#view=FitH&navpanes=0`} />;
  return (
    <Banner tone="tunggu">
      <p>{d.unduhSinyal}</p>
    </Banner>
  );
}

type DocumentProps = { whole: Whole; item: Item; marking: boolean; begun: BegunDraft };

function Document({ whole, item, marking, begun }: DocumentProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const row = whole.ready.rows.find(({ code }) => code === item.code);
  const pointed = whole.items.get(item.code)?.body.version;
  const version = pointed ? whole.documents.get(pointed) : undefined;
  const marked = whole.marks.get(item.code)?.body;
  return (
    <li class="kartu berkas-meja">
      <div class="bagian">
        <h3>{item.label}</h3>
        <div class="lencana-baris">{row && <StandingBadge standing={row.standing} mark={marked?.mark} />}</div>
        {marked?.reason && <p class="kutip">{marked.reason}</p>}
        {version && (
          <>
            <div class="tombol-kiri">
              <Button icon="cari" about={item.label} aria-expanded={open} onClick={() => setOpen(!open)}>
                {open ? v.tutupPratinjau : v.pratinjau}
              </Button>
              <FileLink file={version.body.file} name={version.body.name ?? ''} about={item.label}>
                {d.unduhVersi(version.body.number ?? 1)}
              </FileLink>
            </div>
            {open && <Preview key={version.body.file} file={version.body.file} label={item.label} />}
          </>
        )}
      </div>
      {marking && version && pointed && begun.all && <Marking key={pointed} whole={whole} item={item} version={pointed} begun={begun} />}
    </li>
  );
}

export function DeskDocuments({ whole, marking, begun }: { whole: Whole; marking: boolean; begun: BegunDraft }): JSX.Element {
  return (
    <section class="bagian" aria-labelledby="dokumen">
      <h2 id="dokumen">{v.dokumen}</h2>
      <ul class="daftar">
        {itemsOf(whole.service)
          .filter(({ code }) => whole.items.get(code)?.body.version || whole.ready.rows.some((row) => row.code === code && row.counts))
          .map((item) => (
            <Document key={item.code} whole={whole} item={item} marking={marking} begun={begun} />
          ))}
      </ul>
    </section>
  );
}
