/** What the server tells of the question service (the twin of its figures). Means are minutes as text. */

export interface Lapse {
  n: number;
  working: string | null;
  clock: string | null;
}

export interface Line {
  code: string;
  label: string;
  items: number;
  n: number;
  mean: string | null;
  within: string | null;
}

export interface Backlog {
  code: string;
  label: string;
  items: number;
  late: number;
}

export interface Figures {
  period: { code: string; title: string; first: string; last: string };
  at: string;
  /** Working minutes. */
  target: number;
  items: number;
  replied: number;
  at_once: number;
  reopened: number;
  within: { n: number; count: number; share: string | null };
  kpi: { handling: Lapse; units: { active: number; of: number }; served: number };
  response: Lapse;
  filter: Lapse;
  answer: Lapse;
  handling: Lapse;
  states: Line[];
  kinds: Line[];
  categories: Line[];
  channels: Line[];
  units: Line[];
  operators: Line[];
  curve: (Line & { last: string })[];
  open: {
    items: number;
    late: number;
    unheld: number;
    states: Backlog[];
    categories: Backlog[];
    channels: Backlog[];
    operators: Backlog[];
  };
  definitions: Record<string, string>;
}

export interface Choices {
  units: { id: string; name: string }[];
  /** Words by code, in their order. */
  kinds: Record<string, string>;
  categories: Record<string, string>;
  /** The agency's local date (yyyy-mm-dd). */
  today: string;
}

export interface Obstacle {
  period: string;
  text: string;
  effort: string;
  author: string;
  authorName: string;
  role?: string | null;
  at: string;
  withdrawn: boolean;
  unit: string;
}

export interface Evaluation {
  period: string;
  title: string;
  state: 'draf' | 'final';
  texts: Record<string, string>;
  finalAt?: string | null;
  unit: string;
}

/** That one's own survey was filled in. */
export interface SurveyDone {
  survey: 'pengguna' | 'tim';
  about: string;
}

export interface ReportTable {
  title: string;
  header: string[];
  rows: (string | number | null)[][];
}

export interface ReportPart {
  title: string;
  paragraphs: string[];
  items: string[];
  tables: ReportTable[];
  sections: ReportPart[];
}

export interface ReportContent {
  title: string;
  agency: string;
  parts: ReportPart[];
  conclusion: string[];
  place: string;
  chair: string;
  date: string;
  made: string;
  figures: Figures;
}

export interface SurveyResult {
  n: number;
  satisfied: number;
  share: string | null;
  means: Record<string, string | null>;
}

export interface SurveyResults {
  users: SurveyResult;
  team: SurveyResult;
  comments: { survey: string; overall: number; comment: string }[];
}

export interface VisitorFigures {
  months: { month: string; total: number; parts: Record<string, number>; unexplained: number; source: string }[];
  cost: { started: string; litres: string; price: number; meal: number; other: number; per_visit: number } | null;
  before_n: number;
  after_n: number;
  compared: {
    before_avg: string;
    after_avg: string | null;
    avoided: number | null;
    saving: number | null;
    claim: boolean;
    reason: string | null;
    label: string | null;
  } | null;
  /** Mean road to the capital by the agency's unit data, and what that costs by its settings. */
  road: { km: number; units: number; litres: string; price: number; meal: number } | null;
  purposes: Record<string, string>;
  today: string;
}

export interface ServiceDocument {
  first: string;
  last: string;
  kind?: string | null;
  category?: string | null;
  reason: string;
  n: number;
  name: string;
  at: string;
  unit: string;
}

export interface ServiceRecap {
  year: number;
  visitors: { label: string; total: number }[];
  kinds: RecapLine[];
  kecamatan: RecapLine[];
}

export interface RecapLine {
  label: string;
  total: number;
  older: number;
  unknown: number;
  asked: number;
}
