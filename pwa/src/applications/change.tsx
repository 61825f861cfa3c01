/** A finished case is changed by a new one that names it: begun with what the old one says, so that nobody types it twice. */
import type { JSX } from 'preact';
import { mutate, records, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { go } from '../router';
import { k } from '../strings/id_usul_meja';
import { uuid7 } from '../sync';
import { Button, LinkButton } from '../ui/button';
import { createCase } from './acts';
import { isEmpty } from './conditions';
import { fieldsOf } from './definition';
import { groupId } from './ids';
import { FINAL } from './states';
import { KIND, type Case } from './types';
import { baseOf, currentServices, rowsOf, type Whole } from './view';

/** Writes what the old case said into the new one, as far as the version in force still asks for it. */
async function carryOver({ groups, rows, service: old }: Whole, next: Whole['service'], application: string): Promise<void> {
  const as = working.value ? { as: working.value.id } : {};
  const said = Object.assign({}, ...groups.map(({ body }) => body.values)) as Record<string, unknown>;
  const wanted = new Map<string, Record<string, unknown>>();
  for (const { key, type, owner, group } of fieldsOf(next)) {
    if ((owner ?? 'applicant') !== 'applicant' || type !== fieldsOf(old).find((one) => one.key === key)?.type) continue;
    if (type === 'rows')
      for (const [order, { body }] of rowsOf(rows, key).entries())
        await mutate({ kind: 'application.row', record: uuid7(Date.now()), args: { application, field: key, cells: body.cells ?? {}, order }, ...as });
    else if (type !== 'employee' && !isEmpty(said[key])) wanted.set(group || key, { ...wanted.get(group || key), [key]: said[key] });
  }
  for (const [group, values] of wanted) await mutate({ kind: 'application.write', record: await groupId(application, group), args: { application, group, values }, ...as });
}

export function Change({ whole }: { whole: Whole }): JSX.Element | null {
  const { view } = whole;
  const saving = useSave();
  const service = currentServices().find(({ body }) => body.code === view.body.code);
  const running = (records<Case>(KIND.case).value ?? []).find(({ body }) => body.previous === view.id && !FINAL.has(body.state));
  const base = baseOf(view.body);
  if (running)
    return (
      <>
        <p class="petunjuk">{k.ganti.sudah}</p>
        <div class="tombol-kiri">
          <LinkButton href={`${base}/${running.id}`}>{k.ganti.buka}</LinkButton>
        </div>
      </>
    );
  if (!service) return null;
  async function begin(): Promise<void> {
    let id = '';
    const work = async (): Promise<void> => {
      id = await createCase({ service: service!.id, previous: view.id }, view.body.subjectKind === 'party');
      await carryOver(whole, service!.body.definition, id);
    };
    if (!saving.busy && (await saving.save(work))) go(`${base}/${id}/isian`);
  }
  return (
    <>
      <p class="petunjuk">{k.ganti.isi}</p>
      <NotSaved fault={saving.fault} text={k.ganti.tombol} />
      <div class="tombol-kiri">
        <Button icon="tambah" busy={saving.busy} onClick={() => void begin()}>
          {k.ganti.tombol}
        </Button>
      </div>
    </>
  );
}
