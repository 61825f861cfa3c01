/** What a counter tablet holds and what it can do: its own mutation kinds, for its own store. */
import type { MutationSpec } from '../sync';

/** A text in Indonesian and English. */
export type Both = [string, string];

export interface Indicator {
  code: string;
  label_id: string;
  label_en: string;
  description_id: string;
  description_en: string;
  question_id: string;
  question_en: string;
}

/** The body of an instrument version. */
export interface Texts {
  scale: [number, string, string][];
  form: Record<'instruction' | 'service' | 'indicator' | 'rating' | 'not_rated' | 'phone' | 'send', Both>;
  indicators: Indicator[];
}

export interface KioskBody {
  name: string;
  agency: string;
  agencyName: string;
  site: string;
  siteCode: string;
  siteName: string;
  zone: string;
  /** The server's public key for phone numbers. */
  seal: string;
  pin: { salt: string; hash: string; iterations: number };
  instrument: string;
  version: string;
  texts: Texts;
  services: { code: string; id: string; en: string }[];
  /** Local dates, both included. */
  officers: { id: string; name: string; from: string; to?: string | null }[];
  /** Token of the site's board code. */
  board?: string | null;
  /** Keys the codes that this screen shows (base64url). */
  stepKey?: string | null;
  phoneRequired: boolean;
  phoneDays: number;
  tickets: boolean;
  channels: string[];
}

export interface ShiftBody {
  site: string;
  person: string;
  name: string;
  start: string;
  end?: string | null;
  source: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const kioskKinds: Record<string, MutationSpec> = {
  'rating.submit': { record: 'rating', rule: 'append' },
  'shift.sign_on': {
    record: 'shift',
    rule: 'append',
    overlays: [
      {
        record: 'shift',
        apply: (_body: ShiftBody | null, item) => ({
          site: '',
          person: text(item.args.person),
          name: '',
          start: item.createdAt,
          end: null,
          source: 'kiosk',
        }),
      },
    ],
  },
  'shift.sign_off': {
    record: 'shift',
    rule: 'command',
    overlays: [{ record: 'shift', apply: (body: ShiftBody | null, item) => body && { ...body, end: item.createdAt } }],
  },
};
