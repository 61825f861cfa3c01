/** Mutation kinds of the guest register, the twin of the server's. */
import { author } from '../identity/author';
import type { MutationSpec } from '../sync';
import { madeOf } from '../sync/made';

export interface Visit {
  name: string;
  origin: string;
  phone: string;
  purpose: string;
  servedBy: string;
  at: string;
}

export interface Departure {
  visit: string;
  at: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const visitorKinds: Record<string, MutationSpec> = {
  'visit.arrive': {
    record: 'guest_visit',
    rule: 'append',
    overlays: [
      {
        record: 'guest_visit',
        apply: (body: Visit | null, item): Visit =>
          body ?? {
            name: text(item.args.name),
            origin: text(item.args.origin),
            phone: text(item.args.phone),
            purpose: text(item.args.purpose),
            servedBy: text(item.args.servedBy) || author.name,
            at: madeOf(item),
          },
      },
    ],
  },
  'visit.depart': {
    record: 'guest_departure',
    rule: 'append',
    parents: (args) => [String(args.visit)],
    overlays: [
      {
        record: 'guest_departure',
        apply: (body: Departure | null, item): Departure => body ?? { visit: text(item.args.visit), at: madeOf(item) },
      },
    ],
  },
};
