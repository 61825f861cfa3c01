/** What a case ends with: the draft to take through the signing system, then the signed file with its number and date. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { FileRef } from '../attachments/store';
import { moving } from '../attachments/moving';
import { useDraft } from '../forms/draft';
import { client, now } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { v } from '../strings/id_meja_usul';
import type { Fields } from '../sync';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorSummary, TextArea, TextField } from '../ui/fields';
import { dayOf, size } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { mine } from './acts';
import { hurry } from './attach';
import { chosenFile } from './chosen_file';
import { FileFault, fileFault } from './file_fault';
import { refusedOutput, type RefusedOutput } from './refused_output';
import { actName } from './states';
import { step } from './steps';
import { isUnderWay } from './under_way';
import type { Whole } from './view';

const DraftLink = lazyPart(() => import('./draft_link').then((module) => module.DraftLink));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const keyOf = (application: string): string => `usul:keluaran:${application}`;

interface Typed {
  number: string;
  date: string;
  confirmed: string;
}

export function Issue({ whole }: { whole: Whole }): JSX.Element | null {
  const { acts, service, view } = whole;
  const { letter } = service.output;
  const refused = view.pending.find(({ kind, state }) => kind === 'application.issue' && (state === 'rejected' || state === 'conflict'));
  const lost = refusedOutput(view.pending, moving.value);
  if (!acts.has('terbitkan') && !refused && !isUnderWay(view, 'application.issue')) return null;
  return (
    <section class="kartu" aria-labelledby="keluaran">
      <h2 id="keluaran">{v.keluaran.judul}</h2>
      {letter && acts.has('terbitkan') && <DraftLink application={view.id} letter={letter} label={service.messages?.draft_download ?? v.keluaran.draf} />}
      {refused?.result?.message && (
        <Banner tone="galat">
          <p>{refused.result.message}</p>
        </Banner>
      )}
      {lost ? <Another whole={whole} lost={lost} /> : isUnderWay(view, 'application.issue') ? <p class="petunjuk">{v.tersimpan}</p> : acts.has('terbitkan') && <Output whole={whole} before={refused?.args ?? {}} />}
    </section>
  );
}

/** The signed file was refused while the step waits for it: another one takes its place, and the step goes on. */
function Another({ whole, lost }: { whole: Whole; lost: RefusedOutput }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState('');
  const saving = useSave();
  async function replace(chosen: File): Promise<void> {
    setFault('');
    await saving.save(async () => {
      try {
        const { keepOutput } = await import('./scan');
        await keepOutput(mine(), `${whole.service.output.code}.pdf`, chosen, lost.file);
        hurry();
        tell(v.tersimpan);
      } catch (thrown) {
        setFault(await fileFault(thrown, false));
      }
    });
  }
  /** What was typed is a draft again, to be changed. */
  async function withdraw(): Promise<void> {
    const { number, dated, confirmed } = lost.args;
    const typed: Typed = { number: textOf(number), date: textOf(dated), confirmed: textOf(confirmed) };
    const done = await saving.save(async () => {
      await client.value?.drafts.put(keyOf(whole.view.id), typed);
      await client.value?.remove(lost.item);
    });
    if (done) tell(v.keluaran.ditarik);
  }
  return (
    <div class="bagian">
      <Banner tone="galat">
        <p>{lost.text}</p>
        <p>{v.keluaran.gantiIsi}</p>
      </Banner>
      <FileFault text={fault} />
      <NotSaved fault={saving.fault} text={textOf(lost.args.number)} />
      <input
        ref={input}
        hidden
        type="file"
        accept="application/pdf"
        data-keluaran
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (chosen) void replace(chosen);
        }}
      />
      <Buttons>
        <Button kind="utama" icon="klip" busy={saving.busy} onClick={() => input.current?.click()}>
          {v.keluaran.ganti}
        </Button>
        <Button icon="kembali" busy={saving.busy} onClick={() => void withdraw()}>
          {v.keluaran.tarik}
        </Button>
      </Buttons>
    </div>
  );
}

/** `before`: what was sent and refused; a refused file must not cost the number that was typed. */
function Output({ whole, before }: { whole: Whole; before: Fields }): JSX.Element {
  const { service, view } = whole;
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<FileRef | null>(null);
  const key = keyOf(view.id);
  const draft = useDraft<Partial<Typed>>(key, {}, (typed) => !Object.keys(typed).length);
  const typed = draft.value ?? {};
  const { number = textOf(before.number), date = textOf(before.dated) || dayOf(now.value), confirmed = textOf(before.confirmed) } = typed;
  const set = (change: Partial<Typed>): void => draft.set({ ...typed, ...change });
  const [fault, setFault] = useState('');
  const [errors, setErrors] = useState<Record<string, string | undefined>>({});
  const saving = useSave();
  const going = useRef(false);
  const asksNumber = service.output.number !== false;

  const signed = useRef(
    chosenFile<File, FileRef>(
      async (chosen) => (await import('./scan')).keepOutput(mine(), `${service.output.code}.pdf`, chosen),
      (kept, thrown) => {
        setFile(kept);
        if (thrown) void fileFault(thrown, Boolean(kept)).then(setFault);
      },
    ),
  );
  async function issue(): Promise<void> {
    const chosen = await signed.current.present();
    const wrong = {
      'keluaran-nomor': asksNumber && !number.trim() ? v.keluaran.isiNomor : undefined,
      'keluaran-tanggal': date ? undefined : v.keluaran.isiTanggal,
      'keluaran-berkas': chosen ? undefined : v.keluaran.isiBerkas,
    };
    setErrors(wrong);
    if (!chosen || Object.values(wrong).some(Boolean)) return;
    const args = { number: number.trim(), dated: date, upload: chosen.id, confirmed: confirmed.trim() };
    if (!(await draft.become(() => saving.save(() => step('application.issue', whole, args, { files: [chosen.id], draft: key }))))) return;
    hurry();
    tell(v.tersimpan);
  }
  /** Pressed twice while the file is being read it goes once. */
  async function press(): Promise<void> {
    if (going.current) return;
    going.current = true;
    try {
      await issue();
    } finally {
      going.current = false;
    }
  }
  const sent = file && moving.value.get(file.id)?.sent;
  return (
    <div class="bagian">
      <ErrorSummary errors={errors} />
      {asksNumber && <TextField id="keluaran-nomor" label={v.keluaran.nomor} value={number} onInput={(text) => set({ number: text })} error={errors['keluaran-nomor']} required />}
      <TextField id="keluaran-tanggal" label={v.keluaran.tanggal} type="date" value={date} onInput={(text) => set({ date: text })} error={errors['keluaran-tanggal']} required />
      <div class="isian">
        <span class="label">{v.keluaran.berkas}</span>
        <FileFault text={fault || (errors['keluaran-berkas'] ?? '')} />
        <input
          ref={input}
          hidden
          type="file"
          accept="application/pdf"
          data-keluaran
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            if (!chosen) return;
            setFault('');
            void signed.current.choose(chosen);
          }}
        />
        {file && <p role="status">{`${v.keluaran.terpilih}, ${size(file.bytes)}${sent ? `, ${size(sent)}` : ''}`}</p>}
        <div>
          <Button id="keluaran-berkas" icon="klip" onClick={() => input.current?.click()}>
            {service.messages?.signed_upload ?? v.keluaran.pilih}
          </Button>
        </div>
      </div>
      {service.output.signed && <TextArea label={v.keluaran.konfirmasi} hint={v.keluaran.konfirmasiIsi} value={confirmed} onInput={(text) => set({ confirmed: text })} max={1000} rows={2} />}
      <NotSaved fault={saving.fault} text={number} />
      <Buttons stack>
        <Button kind="utama" busy={saving.busy} onClick={() => void press()}>
          {service.output.signed ? v.keluaran.simpan : actName(service, 'terbitkan')}
        </Button>
      </Buttons>
    </div>
  );
}
