/** Bodies of the record kinds of work plans, as the feed carries them. Instants ISO 8601 in UTC, days yyyy-mm-dd local. */
import type { FileBody } from '../attachments/named';

export type PlanStatus = 'draf' | 'diajukan' | 'dikembalikan' | 'persetujuan' | 'evaluasi' | 'final' | 'ditutup';
export type Approach = 'kuantitatif' | 'kualitatif';
export type Form = 'jpt' | 'ja_jf';

/** The seven values in their fixed order; *Loyal* is fifth. */
export const VALUES = [
  'berorientasi_pelayanan',
  'akuntabel',
  'kompeten',
  'harmonis',
  'loyal',
  'adaptif',
  'kolaboratif',
] as const;
export type Value = (typeof VALUES)[number];

/** Name of the field that holds the superior's expectation for a value. */
export const expectField = (value: Value): ExpectField =>
  `expect${value.split('_').map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')}` as ExpectField;
export type ExpectField =
  | 'expectBerorientasiPelayanan'
  | 'expectAkuntabel'
  | 'expectKompeten'
  | 'expectHarmonis'
  | 'expectLoyal'
  | 'expectAdaptif'
  | 'expectKolaboratif';

/** A year of plans. */
export interface Period {
  year: number;
  start: string;
  end: string;
  rhythm: 'tahunan' | 'triwulanan' | 'bulanan';
  gate: 'ajukan' | 'buat';
  dueOn: string;
  receiptDays: number;
  objectionDays: number;
  evidenceBytes: number;
}

export interface AgreementItem {
  unit: string;
  year: number;
  text: string;
  indicator: string;
  target: string;
  order: number;
  removed: boolean;
  fixed: boolean;
  changedBy?: string | null;
  changedByName?: string | null;
  changedAt?: string | null;
}

/** A plan without its rows; with the appendix and the superior's expectations. */
export interface Plan extends Partial<Record<ExpectField, string | null>> {
  period: string;
  year: number;
  turn: number;
  employee: string;
  employeeName: string;
  position: string;
  unit: string;
  unitName: string;
  form: Form;
  approach: Approach;
  superior?: string | null;
  superiorName?: string | null;
  root: boolean;
  status: PlanStatus;
  planVersion: number;
  approvedVersion?: number | null;
  start: string;
  end: string;
  resources?: string | null;
  accountability?: string | null;
  consequences?: string | null;
  submittedAt?: string | null;
  approvedAt?: string | null;
  approvedByName?: string | null;
  document?: string | null;
  documentDate?: string | null;
  returnedReason?: string | null;
  revisionReason?: string | null;
  closedReason?: string | null;
  review: string[];
  copiedFrom?: string | null;
}

/** How far the superior's plan is. */
export interface Lead {
  employee: string;
  employeeName: string;
  period: string;
  year: number;
  status: PlanStatus;
  planVersion: number;
  approvedVersion?: number | null;
}

/** What an RHK of the superior's plan says, as the direct subordinates read it. */
export interface LeadResult {
  rhk: string;
  plan: string;
  employee: string;
  order?: number | null;
  text?: string | null;
}

/** One RHK. What was never written is missing. */
export interface Result {
  plan: string;
  employee: string;
  order?: number | null;
  kind: 'utama' | 'tambahan';
  superiorRhk?: string | null;
  superiorText?: string | null;
  provisional?: string | null;
  assignedBy?: string | null;
  text?: string | null;
  perspective?: string | null;
  agreementItem?: string | null;
  unchangedSince?: number | null;
  ticked?: boolean | null;
  removed?: boolean | null;
  /** Name of who wrote last, and when. */
  changedBy?: string | null;
  changedAt?: string | null;
}

/** One indicator row of an RHK; with the approach *kualitatif* its narrative. */
export interface Indicator {
  plan: string;
  rhk: string;
  order?: number | null;
  approach?: Approach | null;
  aspect?: string | null;
  indicator?: string | null;
  target?: string | null;
  unit?: string | null;
  narrative?: string | null;
  removed?: boolean | null;
}

/** A version of a plan as it was read. */
export interface Version {
  plan: string;
  planVersion: number;
  content: Record<string, unknown>;
  submittedAt: string;
  approvedAt: string;
  approvedByName: string;
}

export interface LogEntry {
  plan: string;
  rhk: string;
  day: string;
  text: string;
  amount?: string | null;
  files?: FileBody[] | null;
}

export interface DialogueNote {
  plan: string;
  rhk?: string | null;
  side?: 'pegawai' | 'penilai';
  authorName: string;
  day: string;
  text: string;
  at: string;
}

/** What was achieved, per indicator row, or per RHK with the approach *kualitatif*. */
export interface Realisation {
  plan: string;
  rhk: string;
  indicator?: string | null;
  round: string;
  value?: string | null;
  note?: string | null;
}

/** A file or an https address that stands behind an RHK. */
export interface Evidence {
  plan: string;
  rhk: string;
  round: string;
  file?: string | null;
  link?: string | null;
  name?: string | null;
  bytes?: number | null;
  type?: string | null;
  state?: FileBody['state'];
  fault?: string | null;
  note?: string | null;
  counts?: boolean | null;
  at?: string | null;
  withdrawnAt?: string | null;
  withdrawnReason?: string | null;
}

export type Rating = 'di_atas' | 'sesuai' | 'di_bawah';
export type Predicate = 'sangat_baik' | 'baik' | 'butuh_perbaikan' | 'kurang' | 'sangat_kurang';
export type EvaluationStep =
  | 'terkunci'
  | 'umpan_hasil'
  | 'rating_hasil'
  | 'umpan_perilaku'
  | 'rating_perilaku'
  | 'tetapkan'
  | 'final';

export interface Evaluation {
  plan: string;
  employee: string;
  employeeName: string;
  year: number;
  round: string;
  evaluationVersion: number;
  step: EvaluationStep;
  missing: string[];
  ratingResult?: Rating | null;
  ratingBehaviour?: Rating | null;
  predicate?: Predicate | null;
  prefill?: Rating | null;
  reason?: string | null;
  appraiserName: string;
  byName?: string | null;
  acting: boolean;
  root: boolean;
  months: number;
  finalisedAt?: string | null;
  receivedAt?: string | null;
  objectUntil?: string | null;
}

export interface Feedback {
  evaluation: string;
  rhk?: string | null;
  value?: string | null;
  text?: string | null;
  files?: FileBody[] | null;
  at: string;
}

export interface Objection {
  evaluation: string;
  decider?: string | null;
  plan: string;
  employee: string;
  employeeName: string;
  reasons: string;
  at: string;
  late: boolean;
  decision?: 'tetap' | 'diubah' | null;
  decisionReason?: string | null;
  decidedAt?: string | null;
}

/** Who appraises in another's place, first and last day included. */
export interface Acting {
  appraiser: string;
  appraiserName?: string;
  acting: string;
  actingName?: string;
  from: string;
  to: string;
}

/** Somebody who owes no plan for a while. */
export interface Exemption {
  person: string;
  personName?: string;
  reason: string;
  note?: string;
  from: string;
  to?: string | null;
}

/** A decision of HR about a plan. */
export interface Order {
  plan: string;
  act: 'pindah' | 'tutup' | 'penilai';
  date: string;
  reason: string;
  byName?: string;
}

/** A long-service award that somebody holds. */
export interface Award {
  person: string;
  award: 'X' | 'XX' | 'XXX';
  decree: string;
  day: string;
}

/** From when service counts. */
export interface Counting {
  person: string;
  start: string;
  reason: string;
}
