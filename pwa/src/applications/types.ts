/** Bodies of the room's records as the server sends them. Instants are ISO strings in UTC, days ISO dates of the agency. */
import type { RecordView } from '../sync';
import type { Service } from './definition';

export const KIND = {
  service: 'service',
  case: 'application',
  values: 'application_values',
  row: 'application_row',
  item: 'application_item',
  document: 'document_version',
  mark: 'application_mark',
  submission: 'application_submission',
  history: 'application_history',
  output: 'application_output',
  party: 'party_account',
  notice: 'application_notice',
  feedback: 'service_feedback',
  signer: 'service_signer',
} as const;

/** One version of a service. `current`: new cases are begun with it. */
export interface ServiceBody {
  code: string;
  version: number;
  title: string;
  subject: 'employee' | 'party';
  roles: Record<string, string[]>;
  current: boolean;
  definition: Service;
  publishedAt: string;
}

export interface Reopened {
  target: string;
  act: string;
  reason: string;
  askedAt: string;
  askedByName: string;
  answered: boolean;
}

export interface Outside {
  system: string;
  sentOn: string;
  receivedOn?: string | null;
  note: string;
}

export interface Dates {
  created: string;
  firstSubmitted?: string | null;
  submitted?: string | null;
  opened?: string | null;
  verified?: string | null;
  sentOut?: string | null;
  finished?: string | null;
  downloaded?: string | null;
}

/** Seconds. */
export interface Promised {
  serviceClock: number;
  serviceWorking: number;
  totalClock: number;
  totalWorking: number;
  late?: number | null;
  sentence: string;
}

export interface Case {
  service: string;
  code: string;
  version: number;
  title: string;
  subjectKind: 'employee' | 'party';
  subject: string;
  subjectName: string;
  unitName: string;
  account: string;
  accountName: string;
  officers: string[];
  behalf: boolean;
  state: string;
  stateName: string;
  round: number;
  kind: string;
  period: string;
  arrival: string;
  previous?: string | null;
  facts: Record<string, unknown>;
  imported: Record<string, unknown>;
  claimedBy?: string | null;
  claimedByName: string;
  reason: string;
  waitsApproval: boolean;
  missing: Record<string, string>;
  reopened: Reopened[];
  outside?: Outside | null;
  dates: Dates;
  promise?: Promised | null;
  changedBy: string;
  changedAt: string;
}

export interface GroupValues {
  application: string;
  group: string;
  values: Record<string, unknown>;
}

export interface Row {
  application: string;
  field: string;
  cells?: Record<string, string> | null;
  order?: number | null;
  removed?: boolean | null;
}

/** `upload` stands there until the server's record does. */
export interface DocumentVersion {
  subject: string;
  item: string;
  number: number | null;
  application: string;
  file: string;
  type?: string;
  bytes?: number;
  sha256?: string;
  name: string;
  byName: string;
  at: string;
  fineOn?: string | null;
  validUntil?: string | null;
}

export interface CaseItem {
  application: string;
  item: string;
  version?: string | null;
  reused: boolean;
}

export interface MarkBody {
  application: string;
  item: string;
  version?: string | null;
  mark?: string | null;
  reason?: string | null;
  byName: string;
  at: string;
}

export interface Submission {
  application: string;
  round: number;
  receipt: string;
  byName: string;
  at: string;
  items: { item: string; label: string; version: string; number: number; hash: string }[];
  outcome: string;
}

export interface History {
  application: string;
  act: string;
  byName: string;
  role: string;
  behalf: string;
  at: string;
  before: string;
  after: string;
  object: string;
  reason: string;
}

export interface Output {
  application: string;
  code: string;
  label: string;
  number: string;
  dated: string;
  file: string;
  bytes: number;
  name: string;
  at: string;
  replacedBy?: string | null;
  downloadedAt?: string | null;
}

export interface PartyAccount {
  party: string;
  partyName: string;
  name: string;
  position: string;
  phone: string;
  email: string;
  approved: boolean;
  refused: boolean;
  reason: string;
  at: string;
}

/** A text about a case, without the number. */
export interface NoticeBody {
  application: string;
  toName: string;
  channel: string;
  state: string;
  status: string;
  problem: string;
  at: string;
}

/** A defect or a wish about a service. */
export interface FeedbackBody {
  code: string;
  application?: string | null;
  text: string;
  reporterName: string;
  at: string;
  status: string;
  handlerName: string;
  followUp: string;
  handledAt?: string | null;
}

/** Who signs, from when to when; days. */
export interface SignerBody {
  code: string;
  name: string;
  position: string;
  standIn: boolean;
  start: string;
  end?: string | null;
}

export type CaseView = RecordView<Case>;
