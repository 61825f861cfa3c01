/** What staff enter by hand: a counter visit, a call, a message from social media or e-mail. Works without signal. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { categorySet } from '../forms/bundle';
import { useDraft } from '../forms/draft';
import { entersCalls, entersQuestions } from '../identity/roles';
import { me, mutate, now, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { place } from '../router';
import { pintu as s } from '../strings/id_pintu';
import { announce } from '../ui/announce';
import { Button, Buttons, LinkButton } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Banner, Loading } from '../ui/feedback';
import { Choice, ErrorSummary, ErrorText, TextArea, TextField } from '../ui/fields';
import { OtherRole, Page } from '../ui/page';
import { EMPTY, TYPED, faultsOf, instantOf, isEmpty, type Entry, type Faults } from './entry_rules';
import { MAX_TEXT } from './types';

function When({ zone, value, error, onInput }: { zone: string; value: string; error?: string | undefined; onInput: (value: string) => void }): JSX.Element {
  const id = useId();
  return (
    <div class="isian">
      <label for={id}>{s.waktu(zone)}</label>
      <p class="petunjuk" id={`${id}-petunjuk`}>
        {s.waktuPetunjuk}
      </p>
      <ErrorText id={`${id}-salah`} text={error} />
      <input
        id={id}
        type="datetime-local"
        value={value}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={[`${id}-petunjuk`, error && `${id}-salah`].filter(Boolean).join(' ')}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </div>
  );
}

function argsOf(entry: Entry, at: string | null, visit: string | null): Record<string, unknown> {
  const common = {
    text: entry.text.trim(),
    name: entry.name.trim(),
    identifier: entry.identifier.trim() || null,
    category: entry.category || null,
    at,
  };
  if (entry.channel === 'telepon')
    return { ...common, number: entry.address.trim(), answer: entry.answer.trim(), callBack: entry.callBack };
  return { ...common, channel: entry.channel, address: entry.address.trim(), visit };
}

export function QuestionEntry(): JSX.Element {
  const grant = working.value;
  const calls = entersCalls(grant);
  const field = useDraft<Entry>(`entry:${grant?.role ?? ''}`, EMPTY, isEmpty);
  const [faults, setFaults] = useState<Faults>({});
  const [done, setDone] = useState(false);
  const saving = useSave();
  if (!entersQuestions(grant)) return <OtherRole />;
  if (!field.value) {
    return (
      <Page title={s.judul}>
        <Loading />
      </Page>
    );
  }
  const channels = calls ? ['telepon'] : ['loket', ...TYPED];
  const entry = { ...field.value, channel: channels.includes(field.value.channel) ? field.value.channel : (channels[0] ?? '') };
  const zone = me.value?.agency.zone ?? 'WIB';
  const set = (change: Partial<Entry>): void => {
    setDone(false);
    field.set({ ...entry, ...change });
  };
  const account = s.akun[entry.channel as keyof typeof s.akun] ?? s.nomor;

  async function send(): Promise<void> {
    // Pressed once more after it was saved: the form is empty, and nothing is missing in it.
    if (done && isEmpty(entry)) return;
    const at = instantOf(entry.at, zone);
    const found = faultsOf(entry, at, now.value);
    setFaults(found);
    setDone(false);
    if (Object.keys(found).length) return;
    const args = argsOf(entry, at, place.value.query.get('kunjungan'));
    const kind = calls ? 'question.call' : 'question.enter';
    const work = () => mutate({ kind, args, draft: `entry:${grant?.role ?? ''}`, ...(grant && { as: grant.id }) });
    if (!(await field.become(() => saving.save(work)))) return;
    setDone(true);
    announce(s.tersimpan);
  }

  return (
    <Page title={s.judul} faulty={Object.keys(faults).length > 0} below={<p class="petunjuk">{s.pengantar}</p>}>
      <ErrorSummary
        errors={{ 'catat-teks': faults.teks, 'catat-akun': faults.akun, 'catat-jawaban': faults.jawaban }}
      />
      {done && (
        <Banner tone="sukses">
          <p>{s.tersimpan}</p>
          <div>
            <LinkButton href="/kotak-masuk">{s.buka}</LinkButton>
          </div>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text={entry.text} onRetry={() => void send()} />
      <form
        class="bagian"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {!calls && (
          <Choice
            label={s.kanal}
            options={channels.map((value) => ({ value, label: s.nama_kanal[value] ?? value }))}
            value={entry.channel}
            onChange={(channel) => set({ channel })}
          />
        )}
        <TextArea
          id="catat-teks"
          label={s.isi}
          required
          rows={4}
          max={MAX_TEXT}
          value={entry.text}
          error={faults.teks}
          onInput={(value) => set({ text: value })}
        />
        <TextField label={s.nama} hint={s.namaPetunjuk} capitalize="sentences" value={entry.name} onInput={(name) => set({ name })} />
        {entry.channel !== 'loket' && (
          <TextField
            id="catat-akun"
            label={account}
            type={entry.channel === 'telepon' || entry.channel === 'whatsapp' ? 'tel' : 'text'}
            value={entry.address}
            error={faults.akun}
            onInput={(address) => set({ address })}
          />
        )}
        {calls && (
          <>
            <Choice
              label={s.hasil}
              options={[
                { value: '', label: s.dijawab },
                { value: 'ya', label: s.hubungi },
              ]}
              value={entry.callBack ? 'ya' : ''}
              onChange={(value) => set({ callBack: value === 'ya' })}
            />
            <TextArea
              id="catat-jawaban"
              label={s.jawaban}
              required={!entry.callBack}
              rows={3}
              max={MAX_TEXT}
              value={entry.answer}
              error={faults.jawaban}
              onInput={(answer) => set({ answer })}
            />
          </>
        )}
        <TextField label={s.nip} hint={s.nipPetunjuk} value={entry.identifier} onInput={(identifier) => set({ identifier })} />
        <When zone={zone} value={entry.at} error={faults.waktu} onInput={(at) => set({ at })} />
        <PickOne
          label={s.topik}
          hint={s.topikPetunjuk}
          empty=""
          options={categorySet.value.categories.map(({ code, label }) => ({ value: code, label }))}
          value={entry.category}
          onChange={(category) => set({ category })}
        />
        <Buttons stack>
          <Button type="submit" kind="utama" icon="simpan" busy={saving.busy}>
            {s.simpan}
          </Button>
        </Buttons>
      </form>
    </Page>
  );
}
