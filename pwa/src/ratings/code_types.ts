/** What the feed carries of codes and tickets (the twin of the server's bodies). */

export interface Code {
  kind: 'personal' | 'board' | 'survey';
  token: string;
  person?: string | null;
  personName?: string | null;
  unit: string;
  unitName: string;
  issued: string;
}

export interface Ticket {
  site: string;
  service?: string | null;
  signed: string;
  issued: string;
  expires: string;
}

/** A held rating as the desk sees it. */
export interface HeldRating {
  officer: string;
  officerName: string;
  site: string;
  service: string;
  version: string;
  score?: number | null;
  scores?: Record<string, number>;
  indicators?: string[];
  presence: string;
  channel: string;
  serviceDate: string;
  status: string;
  reason?: string | null;
  madeAt: string;
  arrivedAt: string;
}
