/** Mutation kinds of announcements. The texts for each place are made by the server, from the settings in force. */
import { author } from '../identity/author';
import type { MutationSpec } from '../sync';
import { madeOf } from '../sync/made';

export interface Announcement {
  title: string;
  text: string;
  outputs: Record<string, string>;
  version: number;
  authorName: string;
  at: string;
  publishedAt?: string | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const announcementKinds: Record<string, MutationSpec> = {
  'announcement.write': {
    record: 'announcement',
    rule: 'command',
    overlays: [
      {
        record: 'announcement',
        apply: (body: Announcement | null, item): Announcement => ({
          version: body?.version ?? 0,
          authorName: author.name,
          at: madeOf(item),
          publishedAt: body?.publishedAt ?? null,
          title: text(item.args.title),
          text: text(item.args.text),
          // Those of the version before would be copied in good faith.
          outputs: {},
        }),
      },
    ],
  },
  'announcement.publish': {
    record: 'announcement',
    rule: 'command',
    overlays: [
      {
        record: 'announcement',
        apply: (body: Announcement | null, item) => body && { ...body, publishedAt: body.publishedAt ?? madeOf(item) },
      },
    ],
  },
};
