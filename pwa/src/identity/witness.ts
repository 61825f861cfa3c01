/**
 * What the browser remembers of the store outside of the store, so that its loss is noticed (I9): a browser that clears
 * IndexedDB gives the person a new, empty device, which knows nothing of what waited on the old one. The server is asked
 * which of the old device's numbers never came.
 */
import { ask } from '../graphql';
import type { SyncStatus } from '../sync';

type Ranges = [number, number][];
type Known = Pick<SyncStatus, 'device' | 'seq' | 'waiting'>;

export interface Loss extends Known {
  /** Instant in ms by the phone's clock. */
  at: number;
  /** What the server never got; missing until it was asked. */
  ranges?: Ranges;
}

/** The device as it was seen last, and the stores that were lost here in the last 30 days. */
export interface Witness extends Known {
  losses: Loss[];
}

const REMEMBERED_MS = 30 * 86_400_000;
const PUSH = 'mutation($batch: JSON!) { syncPush(batch: $batch) }';

/** What is remembered after a look at the store. A device that takes a new id goes on counting; only a lost one starts
 * below what it had reached. */
export function seen(before: Witness | null, known: Known, now: number): Witness {
  const { device, seq, waiting } = known;
  // A device that came back from its copy was not lost.
  const losses = (before?.losses ?? []).filter((loss) => (loss.device !== device || loss.seq > seq) && Math.abs(now - loss.at) < REMEMBERED_MS);
  if (before && before.device !== device && seq < before.seq)
    losses.push({ device: before.device, seq: before.seq, waiting: before.waiting, at: now });
  return { device, seq, waiting, losses };
}

/** Numbers that are nowhere any more. Until the server was asked: as many as waited, which were the last. */
export const missing = ({ losses }: Witness): Ranges =>
  losses.flatMap(({ ranges, seq, waiting }) => ranges ?? (waiting ? [[seq - waiting + 1, seq] as [number, number]] : []));

const keyOf = (account: string): string => `sambung.jejak.${account}`;

function load(account: string): Witness | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(account)) ?? 'null') as Witness | null;
  } catch {
    return null;
  }
}

/** How far a device had counted, as far as it was seen; 0 for another device. */
export function reached(account: string, device: string): number {
  const known = load(account);
  return known?.device === device ? known.seq : Math.max(0, ...(known?.losses ?? []).filter((loss) => loss.device === device).map(({ seq }) => seq));
}

function store(account: string, witness: Witness): void {
  try {
    localStorage.setItem(keyOf(account), JSON.stringify(witness));
  } catch {
    // Without this storage a loss is known to the server alone.
  }
}

/** Tells the server how far the lost device had counted; it answers with what it never got. */
async function askAfter(account: string, appVersion: string, { device, seq }: Loss): Promise<Ranges | null> {
  const requestId = crypto.randomUUID();
  const batch = { protocol: 'sambung-sync/1', requestId, account, deviceId: device, epoch: null, appVersion, highSeq: seq, waiting: 0, voided: [], mutations: [] };
  const { syncPush: reply } = await ask<{ syncPush: { requestId: string; code?: string | null; missingSeq?: Ranges | null } }>(PUSH, { batch });
  return reply.requestId === requestId && !reply.code ? (reply.missingSeq ?? []) : null;
}

let asking = false;

/** Takes note of the store as it is now; gives what was lost with earlier ones. `told` is called when the server's answer
 * changes that. */
export function witness(account: string, appVersion: string, known: SyncStatus, told: () => void): Ranges {
  const before = load(account);
  const now = seen(before, known, Date.now());
  if (JSON.stringify(now) !== JSON.stringify(before)) store(account, now);
  const open = now.losses.find(({ ranges }) => !ranges);
  if (open && known.link === 'ok' && !asking) {
    asking = true;
    void askAfter(account, appVersion, open)
      .then((ranges) => {
        const present = load(account);
        if (!ranges || !present) return;
        store(account, { ...present, losses: present.losses.map((loss) => (loss.device === open.device ? { ...loss, ranges } : loss)) });
        told();
      })
      // No answer: asked again with the next look.
      .catch(() => undefined)
      .finally(() => (asking = false));
  }
  return missing(now);
}
