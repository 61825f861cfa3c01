/** Bodies of the record kinds of the knowledge desk, as the feed carries them. */

export interface ArticleDraft {
  unit: string;
  slug?: string | null;
  source?: string | null;
  question?: string;
  answer?: string;
  /** One a line. */
  steps?: string;
  basis?: string;
  /** yyyy-mm-dd, or empty. */
  validFrom?: string;
  category?: string;
  areas?: string[];
  /** Accounts that wrote in it; they do not approve it. */
  authors: string[];
  authorName?: string;
  updatedAt?: string;
  updatedByName?: string;
}

export interface CannedAnswer {
  title: string;
  text: string;
  category?: string;
  state: 'draf' | 'berlaku';
  version: number;
  updatedAt?: string;
  updatedByName?: string;
}
