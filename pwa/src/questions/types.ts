/** Bodies of the record kinds of the question service, as the feed carries them. Instants are ISO 8601 strings in UTC. */

import type { FileBody } from '../attachments/named';

export type QuestionState = 'baru' | 'disaring' | 'diteruskan' | 'menunggu_penanya' | 'dijawab' | 'selesai' | 'batal';

export interface Question {
  number?: string | null;
  text: string;
  kind: string;
  category?: string | null;
  unit?: string | null;
  unitName?: string | null;
  state: QuestionState;
  askerId: string;
  askerName: string;
  askerUnit?: string | null;
  askerUnitName?: string | null;
  askerNip?: string | null;
  kecamatan?: string | null;
  holderId?: string | null;
  holderName?: string | null;
  channel: string;
  writtenAt: string;
  arrivedAt?: string | null;
  dueAt?: string | null;
  answeredAt?: string | null;
  closedAt?: string | null;
  reopened?: number | null;
  followUpOf?: string | null;
  mergedInto?: string | null;
  files?: FileBody[] | null;
  receipt?: string | null;
  lastMessageAt?: string | null;
  /** Number or account on the asker's own channel. */
  address?: string | null;
  byGateway?: boolean | null;
  /** The message that staff still have to send on that channel. */
  unsent?: string | null;
  visit?: string | null;
  /** 0 unknown, 1 known contact, 2 proven. */
  trust?: number | null;
}

export interface Message {
  question: string;
  author: 'penanya' | 'petugas' | 'sistem';
  authorName?: string | null;
  origin: 'manusia' | 'otomatis' | 'sistem';
  text: string;
  at: string;
  madeAt?: string | null;
  versionOf?: string | null;
  delivery?: string | null;
  files?: FileBody[] | null;
}

export interface Note {
  question: string;
  authorName?: string | null;
  text: string;
  at: string;
}

export interface ReadMark {
  question: string;
  at: string;
}

/** Longest text of one message, in characters. */
export const MAX_TEXT = 4000;
/** Shortest question, in characters. */
export const MIN_TEXT = 10;
