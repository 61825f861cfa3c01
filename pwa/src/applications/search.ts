/** Employees by a part of their name, as the server finds them for a service. */

export interface Candidate {
  id: string;
  name: string;
  unitName: string;
  position: string | null;
  rank: string | null;
  tmtRank: string | null;
  /** What the house tells of this person, by name of the fact. */
  facts: Record<string, unknown>;
  /** Sentences that refuse a proposal: an empty date names its field. */
  missing: string[];
  /** Sentences that an officer passes with a reason. */
  warnings: string[];
}

const PERSON = `id name unitName position rank tmtRank facts missing warnings`;

export const SEARCH = `query($service: ID!, $search: String!) { applicants(service: $service, search: $search) { rows { ${PERSON} } more } }`;

export const FOUND = ({ applicants }: { applicants: { rows: Candidate[]; more: boolean } }): { rows: Candidate[]; more: boolean } => applicants;

/** Who is due in a period, with the kind. */
export const DUE = `query($service: ID!, $period: String!) { applicationDue(service: $service, period: $period) { kind person { ${PERSON} } } }`;

export interface DueList {
  applicationDue: { kind: string; person: Candidate }[];
}
