/** A visitor's rating becomes one item of the tablet's outbox. */
import type { Fields } from '../sync';
import type { KioskBody } from './kiosk_kinds';
import { save } from './kiosk_session';
import { sealPhone } from './seal_phone';
import type { Entry } from './kiosk_flow';

/** True when it is really stored. The phone number is sealed before anything is written. */
export async function store(held: KioskBody, entry: Entry, language: string): Promise<boolean> {
  // Of a visitor nothing tells when: the id holds no time.
  const record = crypto.randomUUID();
  try {
    const args: Fields = {
      instrument: held.instrument,
      version: held.version,
      officer: entry.officer,
      service: entry.service,
      language,
      ...(entry.ticket.length > 1 && { ticket: entry.ticket }),
      // What the tablet's own clock says, right or wrong; the item carries the evidence beside it.
      tabletAt: new Date().toISOString(),
      ...(held.version === 'v1' ? { score: entry.score, indicators: entry.indicators } : { scores: entry.scores }),
      ...(entry.phone && { phone: await sealPhone(held.seal, record, entry.phone) }),
    };
    await save({ kind: 'rating.submit', id: crypto.randomUUID(), record, args });
    return true;
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : 'not stored');
    return false;
  }
}
