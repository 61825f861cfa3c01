/** One case as the phone holds it, put together from its parts, what waits here laid over them. */
import { moving } from '../attachments/moving';
import { drafts, me, records, working } from '../identity/session';
import { u } from '../strings/id_usul';
import type { RecordView } from '../sync';
import { SEEN, type SeenSubject } from './seen';
import { isEmpty } from './conditions';
import { fieldsOf, itemsOf, type Field, type Service, type Values } from './definition';
import { fieldFault } from './field_fault';
import type { Fault } from './fault';
import { readiness, type Held, type Readiness } from './readiness';
import { changedHere, isOnItsWay, lacking, targetOf, within } from './openings';
import { actsOpen, mayWrite, partsToward, personalParts, type Looker, type Part } from './states';
import { refusedFiles, type RefusedFile } from './refused_files';
import { isUnderWay } from './under_way';
import { KIND, type Case, type CaseItem, type CaseView, type DocumentVersion, type GroupValues, type MarkBody, type Row, type ServiceBody } from './types';

export interface Whole {
  view: CaseView;
  service: Service;
  values: Values;
  rows: readonly RecordView<Row>[];
  groups: readonly RecordView<GroupValues>[];
  items: ReadonlyMap<string, RecordView<CaseItem>>;
  documents: ReadonlyMap<string, RecordView<DocumentVersion>>;
  /** Marks on the versions that the items point to now. */
  marks: ReadonlyMap<string, RecordView<MarkBody>>;
  /** Every mark of the case, those on older versions too. */
  stored: readonly RecordView<MarkBody>[];
  ready: Readiness;
  /** Files of it that the server will never take, and that still lie here. */
  refused: readonly RefusedFile[];
  /** Fields and items that are open after a return or request: those named, and what stands in the way beside them. */
  reopened: readonly string[];
  /** Those that nobody answered, here neither. */
  unanswered: ReadonlySet<string>;
  acts: ReadonlySet<string>;
  /** The person can write here: it is their own case. */
  own: boolean;
  /** The person applies as who they are, whatever role they hold besides: such acts are done under no grant. */
  personal: boolean;
}

const all = <Body>(kind: string): readonly RecordView<Body>[] => records<Body>(kind).value ?? [];
const of = <Body extends { application: string }>(kind: string, id: string): RecordView<Body>[] =>
  all<Body>(kind).filter(({ body }) => body.application === id);

/** Where the pages of a case lie: employees' cases and parties' have their own rooms. */
export const baseOf = (body: Pick<Case, 'subjectKind'>): string => (body.subjectKind === 'party' ? '/permohonan' : '/usul');

/** The published services that the phone holds. */
export const services = (): readonly RecordView<ServiceBody>[] => all<ServiceBody>(KIND.service);

/** Services that new cases are begun with. */
export const currentServices = (): readonly RecordView<ServiceBody>[] => services().filter(({ body }) => body.current);

/** Role codes that count now: the grant that is worked under, and what everybody is. */
export function roles(): string[] {
  const grant = working.value?.role;
  const party = all(KIND.party).some(({ id }) => id === me.value?.account);
  return [...(grant ? [grant] : []), party ? 'PMH' : 'PEG'];
}

const looker = (): Looker => ({ account: me.value?.account, role: working.value?.role });

/** Parts towards one case, of the person who works here. */
export const partsIn = (service: Service, body: Case): Set<Part> => partsToward(service, body, looker());

/** Rows of a field in their order, without those removed. */
export const rowsOf = (rows: readonly RecordView<Row>[], field: string): RecordView<Row>[] =>
  rows
    .filter(({ body }) => body.field === field && !body.removed)
    .sort((a, b) => (a.body.order ?? 0) - (b.body.order ?? 0) || (a.id < b.id ? -1 : 1));

export function valuesOf(service: Service, body: Case, groups: readonly RecordView<GroupValues>[], rows: readonly RecordView<Row>[]): Values {
  const written = Object.assign({}, ...groups.map((group) => group.body.values ?? {})) as Record<string, unknown>;
  const listed = fieldsOf(service).filter(({ type }) => type === 'rows');
  const tables = Object.fromEntries(listed.map(({ key }) => [key, rowsOf(rows, key).map(({ id, body: row }) => ({ id, ...row.cells }))]));
  const values: Record<string, unknown> = { ...body.imported, ...written, ...tables };
  // An empty field with a fact counts as that fact; the subject is the employee.
  for (const { key, type, fact } of fieldsOf(service)) {
    if (type === 'employee') values[key] = body.subject;
    else if (fact && isEmpty(values[key]) && !isEmpty(body.facts?.[fact])) values[key] = body.facts[fact];
  }
  return values;
}

/** What does not fit, field by field. */
export const valueFaults = (service: Service, values: Values): Fault[] =>
  fieldsOf(service).flatMap((one) => {
    const text = isEmpty(values[one.key]) ? undefined : fieldFault(one, values[one.key], values);
    return text ? [{ path: `fields.${one.key}`, code: 'VALUE', text }] : [];
  });

/** The case; one that only this phone knows shows what was seen of its subject. */
function caseOf(id: string): CaseView | undefined {
  const view = all<Case>(KIND.case).find((one) => one.id === id);
  return view && view.version === null ? { ...view, body: shownBody(view) } : view;
}

export function shownBody({ id, version, body }: CaseView): Case {
  if (version !== null) return body;
  const seen = drafts.value.find(({ key }) => key === SEEN + id)?.value as SeenSubject | undefined;
  const service = services().find((one) => one.id === body.service)?.body;
  return { ...body, ...(service && { title: service.title, code: service.code, version: service.version, subjectKind: service.subject }), ...seen };
}

export function wholeOf(id: string): Whole | undefined {
  const view = caseOf(id);
  const service = view && services().find((one) => one.id === view.body.service)?.body.definition;
  if (!view || !service) return undefined;
  const groups = of<GroupValues>(KIND.values, id);
  const rows = of<Row>(KIND.row, id);
  const items = new Map(of<CaseItem>(KIND.item, id).map((one) => [one.body.item, one]));
  const documents = new Map(all<DocumentVersion>(KIND.document).map((one) => [one.id, one]));
  const stored = of<MarkBody>(KIND.mark, id);
  const marks = new Map(stored.map((one) => [one.body.item, one]));
  for (const [code, mark] of marks) if (!mark.body.mark || mark.body.version !== items.get(code)?.body.version) marks.delete(code);
  const values = valuesOf(service, view.body, groups, rows);
  const facts = view.body.facts ?? {};
  const { state } = view.body;
  const refused = refusedFiles({ service, values, items, documents }, moving.value);
  const lost = new Set(refused.map(({ target }) => target));
  const held: Record<string, Held> = {};
  for (const [code, { body }] of items) if (body.version && !lost.has(code)) held[code] = { version: body.version, reused: body.reused };
  const asked = (view.body.reopened ?? []).map(({ target }) => target);
  const parts = partsIn(service, view.body);
  const acts = actsOpen(service, view.body.state, parts);
  const whole = readiness(service, values, facts, held, [...valueFaults(service, values), ...refusedFaults(service, refused)]);
  const judged = state === 'perbaikan' ? within(whole, asked) : whole;
  const reopened = [...asked, ...lacking(judged.faults)];
  // It was open when it was changed here, and stays so until the server says the same.
  for (const { key } of fieldsOf(service)) if (groups.some((one) => changedHere(key, one))) reopened.push(key);
  for (const [code, item] of items) if (item.pending.some(isOnItsWay)) reopened.push(code);
  const unanswered = unansweredOf(view.body, { items, groups, rows });
  const ready = withUnanswered(judged, service, unanswered);
  const own = parts.has('pemohon') || parts.has('atas_nama');
  const personal = personalParts(service, view.body, looker()).has('pemohon');
  return { view, service, values, rows, groups, items, documents, marks, stored, ready, refused, reopened, unanswered: new Set(unanswered), acts, own, personal };
}

/** A file that never arrives stands in the way of whatever stands on it, required or not. */
const refusedFaults = (service: Service, refused: readonly RefusedFile[]): Fault[] =>
  refused.map(({ target, text }) => ({ path: `${itemsOf(service).some(({ code }) => code === target) ? 'items' : 'fields'}.${target}`, code: 'FILE_REFUSED', text: `${labelOf(service, target)}: ${text}` }));

type Parts = Pick<Whole, 'items' | 'groups' | 'rows'>;

/** What was asked for and not changed since. Own work that waits here counts as the answer. */
function unansweredOf({ reopened = [] }: Case, { items, groups, rows }: Parts): string[] {
  const waits = ({ pending }: Pick<RecordView, 'pending'>): boolean => pending.some(isOnItsWay);
  const written = (key: string): boolean =>
    groups.some((one) => key in one.body.values && waits(one)) || rows.some((one) => one.body.field === key && waits(one));
  const open = reopened.filter(({ target, answered }) => {
    const item = items.get(target);
    return !answered && !(item ? waits(item) : written(target));
  });
  return open.map(({ target }) => target);
}

/** What was asked for and not changed stands in the way too. */
function withUnanswered(ready: Readiness, service: Service, open: readonly string[]): Readiness {
  if (!open.length) return ready;
  const added = open.map((target): Fault => ({ path: `items.${target}`, code: 'NOT_ANSWERED', text: u.ditolak.belumDiganti(labelOf(service, target)) }));
  const faults = [...ready.faults, ...added];
  return { ...ready, faults, ready: false, label: ready.missing ? ready.label : u.siap.belumBeres(faults.length) };
}

/** What stands in the way, in the order of the form and the checklist, each sentence once and short. */
export function inOrder({ service, ready }: Whole): Fault[] {
  const places = [...fieldsOf(service).map(({ key }) => key), ...itemsOf(service).map(({ code }) => code)];
  const at = (one: Fault): number => places.indexOf(targetOf(one));
  return [...ready.faults].sort((a, b) => at(a) - at(b)).map((one) => ({ ...one, text: one.text.replace(/ Isian lain aman\.$/, '') }));
}

export const canWrite = ({ view, reopened, own }: Whole, target: string): boolean =>
  own && !isUnderWay(view, 'application.submit', 'application.resend') && mayWrite(view.body.state, target, reopened);

/** Fields that people write on this screen, in the definition's order. */
export const shownFields = (service: Service, office: boolean): Field[] => fieldsOf(service).filter(({ owner }) => office || owner !== 'officer');

export const labelOf = (service: Service, target: string): string =>
  itemsOf(service).find(({ code }) => code === target)?.label ?? fieldsOf(service).find(({ key }) => key === target)?.label ?? target;
