/** What the feed and GraphQL carry of reports (the twin of the server's bodies). Means are printed by the server. */

export interface ReportStep {
  step: number;
  act: 'centang' | 'selesai' | 'kembali';
  name: string;
  role?: string | null;
  at: string;
  minutes?: number | null;
  limit?: number | null;
  late: boolean;
  reason: string;
}

/** A report on its way; `due` is the step that is due, `setHash` digests the fixed set of ratings. */
export interface Report {
  number: number;
  period: string;
  title: string;
  state: string;
  due?: number | null;
  setHash?: string | null;
  n?: number | null;
  /** Means below it are not named, unless the head decides so; fixed with the figures. */
  floor?: string | null;
  corrects?: string | null;
  unit: string;
  steps: ReportStep[];
}

/** Figures of one instrument version of somebody; null figures stand for "data belum cukup". */
export interface Part {
  n: number;
  mean: string;
  index: string;
  standing?: 'peringkat' | 'belum_cukup' | 'tidak_ditampilkan';
  rank?: number | null;
  enough: boolean;
  spread?: number[];
  indicator_counts?: Record<string, number>;
  indicator_means?: Record<string, string>;
}

export interface Line {
  id: string;
  name: string;
  site: string;
  site_name: string;
  n: number;
  unproven: number;
  v1: Part | null;
  v2: Part | null;
}

export interface Figures {
  formula_version: string;
  thresholds: { minimum_n: number; floor: string };
  counts: { n: number; unproven: number; held: number; duplicates: number; void: number; late: number };
  total: Line;
  officers: Line[];
  sites: Line[];
  by_site: Record<string, Line[]>;
  services: { code: string; label: string; n: number }[];
  late: { officer: string; site: string; day: string; n: number }[];
}

export interface ReportFile {
  id: string;
  kind: string;
  name: string;
  sha256: string;
}

export interface Choices {
  sites: { id: string; name: string }[];
  services: { code: string; label: string }[];
  /** The agency's local date (yyyy-mm-dd). */
  today: string;
}

export interface OwnPart {
  n: number;
  mean: string;
  index: string;
  indicator_counts?: Record<string, number>;
  indicator_means?: Record<string, string>;
}

export interface IkmFigures {
  formula_version: string;
  weight: string;
  missing: string;
  n: number;
  n_excluded: number;
  sums: number[];
  counts: number[];
  nrr?: string[];
  ikm: string | null;
  letter?: string;
  word?: string;
  lowest?: string[];
  fault: string | null;
  comparison: Record<string, { ikm: string; letter: string }>;
  profile: Record<string, Record<string, number>>;
}

export interface IkmReport {
  id: string;
  period: string;
  title: string;
  siteName: string;
  service: string | null;
  state: string;
  n: number;
  figures: IkmFigures;
  followUp: string;
  sha256: string | null;
  created: string;
  /** The printed report, and a workbook with the annex of answers. */
  files: ReportFile[];
}

export const INDICATORS = ['P', 'AM', 'C', 'AK', 'K'] as const;
