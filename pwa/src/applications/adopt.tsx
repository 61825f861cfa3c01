/** A draft keeps its version of the service until its owner has read what is different and moves it. */
import type { JSX } from 'preact';
import { NotSaved, useSave } from '../outbox/save';
import { b } from '../strings/id_usul_bagian';
import { j } from '../strings/id_usul_jalan';
import type { RecordView } from '../sync';
import { Button } from '../ui/button';
import { step } from './steps';
import { fieldsOf, itemsOf, type Service } from './definition';
import type { ServiceBody } from './types';
import { isUnderWay } from './under_way';
import type { Whole } from './view';

interface Row {
  key: string;
  label: string;
}

/** What is asked for in one version and not, or otherwise, in the other. */
function differences(old: Service, next: Service): string[] {
  const rows = (service: Service): Map<string, Row & { text: string }> =>
    new Map([
      ...fieldsOf(service).map((one): [string, Row & { text: string }] => [`i:${one.key}`, { key: one.key, label: one.label, text: JSON.stringify(one) }]),
      ...itemsOf(service).map((one): [string, Row & { text: string }] => [`d:${one.code}`, { key: one.code, label: one.label, text: JSON.stringify(one) }]),
    ]);
  const [before, after] = [rows(old), rows(next)];
  return [
    ...[...after].filter(([key]) => !before.has(key)).map(([, { label }]) => j.beda.baru(label)),
    ...[...before].filter(([key]) => !after.has(key)).map(([, { label }]) => j.beda.hilang(label)),
    ...[...after].filter(([key, { text }]) => before.has(key) && before.get(key)!.text !== text).map(([, { label }]) => j.beda.lain(label)),
  ];
}

export function Adopt({ whole, newer }: { whole: Whole; newer: RecordView<ServiceBody> }): JSX.Element | null {
  const saving = useSave();
  if (isUnderWay(whole.view, 'application.adopt_version')) return null;
  const list = differences(whole.service, newer.body.definition);
  return (
    <section class="kartu" aria-label={b.langkah.lihatBeda}>
      <p>{b.langkah.versiBaru(newer.body.version)}</p>
      <p class="petunjuk">{b.langkah.versiBaruIsi}</p>
      <ul class="butir">
        {(list.length ? list : [j.beda.kata]).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <NotSaved fault={saving.fault} text={b.langkah.pindah} />
      <div>
        <Button busy={saving.busy} onClick={() => void saving.save(() => step('application.adopt_version', whole, { service: newer.id }))}>
          {b.langkah.pindah}
        </Button>
      </div>
    </section>
  );
}
