/** One employee as a service sees them, and the button that begins a case for them. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useDraft } from '../forms/draft';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { u } from '../strings/id_usul';
import { j } from '../strings/id_usul_jalan';
import type { RecordView } from '../sync';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { ErrorText, TextField } from '../ui/fields';
import { date } from '../ui/format';
import { createCase } from './acts';
import { fieldsOf, type Service } from './definition';
import { groupId } from './ids';
import type { Candidate } from './search';
import type { SeenSubject } from './seen';
import type { ServiceBody } from './types';

export interface Due {
  kind: string;
  period: string;
}

/** Writes what the list of a period already knows. */
async function fillIn(service: Service, application: string, { kind, period }: Due): Promise<void> {
  const known = new Map([[service.periods?.kind ?? 'kind', kind], [service.periods?.field ?? 'period', period]]);
  const groups = new Map<string, Record<string, string>>();
  for (const { key, group } of fieldsOf(service)) {
    const value = known.get(key);
    if (value) groups.set(group || key, { ...groups.get(group || key), [key]: value });
  }
  for (const [group, values] of groups)
    await mutate({ kind: 'application.write', record: await groupId(application, group), args: { application, group, values }, ...(working.value && { as: working.value.id }) });
}

/** What a case that begins without signal is filled in with. */
const seenOf = (service: Service, { name, unitName, facts }: Candidate): SeenSubject => ({
  subjectName: name,
  unitName,
  facts,
  imported: Object.fromEntries(fieldsOf(service).flatMap(({ key, owner, fact }) => (owner === 'import' && fact && fact in facts ? [[key, facts[fact]]] : []))),
});

type Props = { service: RecordView<ServiceBody>; one: Candidate; due?: Due; why?: string };

/** Somebody who can be proposed, with the dates that count. `due`: the kind and period that the case is begun with. */
export function Person({ service, one, due, why }: Props): JSX.Element {
  const { messages = {} } = service.body.definition;
  const [error, setError] = useState<string | undefined>();
  const key = `usul:alasan:${service.body.code}:${one.id}`;
  const draft = useDraft(key, '', (text) => !text.trim());
  const reason = draft.value ?? '';
  /** Begun by an attempt that did not come to its end: the next one goes on with it. */
  const begun = useRef('');
  const saving = useSave();
  const warns = one.warnings.length > 0;
  async function propose(): Promise<void> {
    const wrong = one.missing[0] ?? (warns && reason.trim().length < 10 ? j.cari.nipIsi : undefined);
    setError(wrong);
    if (wrong) return;
    const behalf = working.value && service.body.roles.atas_nama?.includes(working.value.role) ? one.unitName : '';
    const work = async (): Promise<void> => {
      begun.current ||= await createCase({ service: service.id, subject: one.id, ...(behalf && { behalf }), ...(warns && { reason: reason.trim() }) }, false, seenOf(service.body.definition, one), key);
      if (due) await fillIn(service.body.definition, begun.current, due);
    };
    if (await draft.become(() => saving.save(work))) go(`/usul/${begun.current}`);
  }
  return (
    <li class="kartu">
      <h3>{one.name}</h3>
      {why && <p class="petunjuk">{why}</p>}
      <dl class="data">
        <dt>{j.cari.jabatan}</dt>
        <dd>{one.position ?? u.form.kosong}</dd>
        <dt>{j.cari.unit}</dt>
        <dd>{one.unitName}</dd>
        <dt>{j.cari.golongan}</dt>
        <dd>{one.rank ?? u.form.kosong}</dd>
        <dt>{j.cari.tmt}</dt>
        <dd>{one.tmtRank ? date(one.tmtRank) : u.form.kosong}</dd>
      </dl>
      {one.warnings.map((text) => (
        <Banner key={text} tone="tunggu">
          <p>{text}</p>
        </Banner>
      ))}
      {warns && <TextField label={j.cari.nipAlasan} value={reason} onInput={draft.set} capitalize="sentences" required />}
      <ErrorText text={error} />
      <NotSaved fault={saving.fault} text={[one.name, reason].filter(Boolean).join('\n')} />
      <div class="tombol-kiri">
        <Button kind="utama" about={one.name} busy={saving.busy} onClick={() => void propose()}>
          {messages.propose ?? j.cari.usulkan}
        </Button>
      </div>
    </li>
  );
}
