/** A service as the server publishes it: the twin of `Service` on the server. Members at their default are left out. */

export type Condition = { readonly [operator: string]: unknown };
export type Values = Readonly<Record<string, unknown>>;
/** A fact that nobody has told yet is not there. */
export type Facts = Readonly<Record<string, unknown>>;

export interface Option {
  value: string;
  label: string;
}

export interface Column {
  key: string;
  label: string;
  /** True unless said otherwise. */
  required?: boolean;
  max_length?: number;
}

export interface Field {
  key: string;
  label: string;
  type: 'text' | 'choice' | 'date' | 'number' | 'rows' | 'image' | 'employee';
  required?: boolean;
  owner?: 'applicant' | 'officer' | 'import';
  group?: string;
  fact?: string;
  when?: Condition;
  options?: Option[];
  columns?: Column[];
  min?: number;
  max?: number;
  validators?: string[];
  help?: string;
}

export interface Item {
  code: string;
  label: string;
  /** True unless said otherwise. */
  required?: boolean;
  when?: Condition;
  types?: string[];
  limit?: number;
  reusable?: boolean;
  valid_months?: number;
  must?: Condition;
  must_text?: string;
  letter?: string;
  help?: string;
}

export interface Service {
  code: string;
  version: number;
  title: string;
  subject: 'employee' | 'party';
  roles: Record<string, string[]>;
  fields?: Field[];
  items?: Item[];
  files?: { pdf_bytes?: number; image_bytes?: number };
  flow?: {
    outside?: boolean;
    outside_system?: string;
    names?: Record<string, string>;
    acts?: Record<string, string>;
    who?: Record<string, string[]>;
    downloaded?: string;
    steps?: { act: string; to: string; states?: string[]; who?: string[] }[];
  };
  letters?: { code: string; title: string; state?: string }[];
  output: { code: string; label: string; letter?: string; number?: boolean; signed?: boolean; replaces?: boolean };
  timers?: { promise_minutes?: number; basis?: string; measure?: string };
  periods?: { months: number[]; every_month?: boolean; opens_months?: number; closes_months?: number; field?: string; kind?: string; due?: { kind: string }[] };
  guard?: string[];
  messages?: Record<string, string>;
  confirm?: Condition;
  confirm_text?: string;
  one_active?: boolean;
}

export const fieldsOf = (service: Service): readonly Field[] => service.fields ?? [];
export const itemsOf = (service: Service): readonly Item[] => service.items ?? [];
