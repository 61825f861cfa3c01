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
  /** The agency's local date (yyyy-mm-dd). */
  today: string;
}
