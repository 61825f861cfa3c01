/** Whether a case could be sent, computed without signal: "siap", or "{k} dari {m} belum ada" with reasons. The twin of the
 * server's judgement, by the same vectors; the server judges again when it arrives. */
import { isEmpty, judge, UNKNOWN, waitsFor, type Truth } from './conditions';
import { fieldsOf, itemsOf, type Condition, type Facts, type Field, type Item, type Service, type Values } from './definition';
import { wordOf } from './fact_words';
import { sorted, type Fault } from './fault';
import { entryFaults, guardFaults } from './placeholders';

export type Standing = 'ada' | 'dipakai ulang' | 'belum ada' | 'boleh dilampirkan' | 'tidak perlu' | typeof UNKNOWN;

export interface Held {
  version: string;
  /** Taken from an earlier case with its mark. */
  reused?: boolean;
}

export interface Row {
  code: string;
  label: string;
  standing: Standing;
  /** One of the m that must be there. */
  counts: boolean;
}

export interface Readiness {
  rows: Row[];
  /** Everything that blocks, by place. */
  faults: Fault[];
  /** What a verifier would have to do: send back (curable), or refuse what no document cures. */
  prediction: '' | 'BTL' | 'TMS';
  required: number;
  missing: number;
  ready: boolean;
  /** The one line of the screen. */
  label: string;
}

type Documents = Readonly<Record<string, Held | undefined>>;

export function readiness(service: Service, values: Values, facts: Facts, held: Documents, valueFaults: readonly Fault[] = []): Readiness {
  const found = [...valueFaults, ...entryFaults(service, values), ...guardFaults(service, values)];
  for (const one of fieldsOf(service)) found.push(...fieldFaults(service, one, values, facts));
  const rows: Row[] = [];
  let broken = false;
  for (const item of itemsOf(service)) {
    const needed = judge(item.when, values, facts);
    rows.push(rowOf(item, needed, held));
    if (needed === 'tidak') continue;
    found.push(...itemFaults(service, item, needed, held, values, facts));
    const rule = needed === 'ya' ? judge(item.must, values, facts) : 'ya';
    if (rule === 'tidak') {
      broken = true;
      found.push({ path: `items.${item.code}`, code: 'RULE_NOT_MET', text: `${item.must_text ?? ''} (TMS)` });
    } else if (rule === UNKNOWN) found.push(unknown(service, `items.${item.code}`, item.label, item.must, values, facts));
  }
  const faults = sorted(found);
  const required = rows.filter(({ counts }) => counts).length;
  const missing = rows.filter(({ counts, standing }) => counts && standing === 'belum ada').length;
  const ready = !faults.length;
  const label = missing ? `${missing} dari ${required} belum ada` : ready ? 'siap' : `${faults.length} hal belum beres`;
  return { rows, faults, prediction: broken ? 'TMS' : missing ? 'BTL' : '', required, missing, ready, label };
}

const unknown = (service: Service, path: string, label: string, condition: Condition | undefined, values: Values, facts: Facts): Fault => ({
  path,
  code: 'UNKNOWN',
  text: `${label}: ${[...new Set(waitsFor(condition, values, facts).map((name) => wordOf(service, name)))].join(', ')} ${UNKNOWN}.`,
});

function fieldFaults(service: Service, one: Field, values: Values, facts: Facts): Fault[] {
  if (one.owner === 'officer' || !one.required || !isEmpty(values[one.key])) return [];
  const asked = judge(one.when, values, facts);
  const path = `fields.${one.key}`;
  if (asked === 'tidak') return [];
  if (asked === UNKNOWN) return [unknown(service, path, one.label, one.when, values, facts)];
  const text = one.owner === 'import' ? `${one.label} kosong. Minta petugas melengkapi.` : `Isi ${one.label}. Isian lain aman.`;
  return [{ path, code: 'MISSING', text }];
}

function rowOf(item: Item, needed: Truth, held: Documents): Row {
  const document = held[item.code];
  const required = item.required !== false;
  const standing: Standing =
    needed === UNKNOWN
      ? UNKNOWN
      : needed === 'tidak'
        ? 'tidak perlu'
        : document
          ? document.reused
            ? 'dipakai ulang'
            : 'ada'
          : required
            ? 'belum ada'
            : 'boleh dilampirkan';
  return { code: item.code, label: item.label, standing, counts: required && needed === 'ya' };
}

function itemFaults(service: Service, item: Item, needed: Truth, held: Documents, values: Values, facts: Facts): Fault[] {
  if (item.required === false) return [];
  const path = `items.${item.code}`;
  if (needed === UNKNOWN) return [unknown(service, path, item.label, item.when, values, facts)];
  return held[item.code] ? [] : [{ path, code: 'MISSING', text: `${item.label} belum ada.` }];
}
