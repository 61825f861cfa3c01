/** The signed output whose file the server will never take. Pure, tested. */
import type { Moving } from '../attachments/moving';
import { isWaiting } from '../outbox/state';
import type { Fields, OutboxItem } from '../sync';

export interface RefusedOutput {
  /** The waiting step, and what it carries. */
  item: string;
  args: Fields;
  file: string;
  /** The server's sentence. */
  text: string;
}

/** The step of this device that waits for a refused file of its own: the signed output. */
export function refusedOutput(pending: readonly OutboxItem[], moving: ReadonlyMap<string, Moving>): RefusedOutput | undefined {
  for (const item of pending) {
    const { upload } = item.args;
    const text = typeof upload === 'string' && isWaiting(item) && !item.withdrawing && moving.get(upload)?.refused;
    if (text) return { item: item.id, args: item.args, file: upload as string, text };
  }
  return undefined;
}
