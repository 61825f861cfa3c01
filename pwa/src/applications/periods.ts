/** The periods of a service that can still be applied for; the twin of the server's rule. Local days. */
import type { Service, Values } from './definition';

const SHOWN = 3;

/** The first of the month so many months before `tmt` (yyyy-mm-01). */
function before(tmt: string, months: number): string {
  const at = Number(tmt.slice(0, 4)) * 12 + Number(tmt.slice(5, 7)) - 1 - months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}-01`;
}

export interface Window {
  /** `2027-04` */
  code: string;
  opens: string;
  /** The last day on which cases are sent. */
  closes: string;
}

function windows(service: Service, year: number): Window[] {
  const { months = [4, 10], every_month: every, opens_months: opens = 4, closes_months: closes = 1 } = service.periods ?? { months: [] };
  const wanted = every ? Array.from({ length: 12 }, (_, month) => month + 1) : [...months].sort((a, b) => a - b);
  return wanted.map((month) => {
    const tmt = `${year}-${String(month).padStart(2, '0')}-01`;
    return { code: tmt.slice(0, 7), opens: before(tmt, opens), closes: before(tmt, closes) };
  });
}

/** The next periods that are not closed on `today`; readiness is shown before one opens. */
export function periodsFrom(service: Service, today: string): Window[] {
  if (!service.periods) return [];
  const year = Number(today.slice(0, 4));
  return [0, 1, 2]
    .flatMap((later) => windows(service, year + later))
    .filter(({ closes }) => today <= closes)
    .slice(0, service.periods.every_month ? 12 : SHOWN);
}

/** The window of the period that a case names. */
export function windowOf(service: Service, values: Values): Window | undefined {
  const code = service.periods && values[service.periods.field ?? 'period'];
  return typeof code === 'string' ? windows(service, Number(code.slice(0, 4))).find((one) => one.code === code) : undefined;
}

/** Codes of the periods of the last year and the next, the latest first. */
export function periodsAround(service: Service, today: string): string[] {
  const year = Number(today.slice(0, 4));
  return [1, 0, -1].flatMap((later) => windows(service, year + later).reverse()).map(({ code }) => code);
}
