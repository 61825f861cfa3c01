/** Which of a person's grants counts now, and what desk it opens. The server judges every act; this only shows the way. */

export interface Grant {
  id: string;
  role: string;
  unit: string;
  unitName?: string;
  /** Dates (local calendar days), both inclusive; null: open. */
  from?: string | null;
  to?: string | null;
}

export interface Me {
  account: string;
  name: string;
  /** `services`: what the agency has switched on; not there before the server told. */
  agency: { code: string; name: string; zone: string; services?: readonly string[] };
  grants: Grant[];
  /** Units that the person heads; not there before the server told. */
  heads?: readonly { id: string; name: string }[];
  sealKey?: string | null;
}

const QUESTION_DESK = new Set(['OPR', 'ADM', 'KTM', 'BID']);
/** Desks drawn in this app, the likeliest first when nothing was chosen. */
const ORDER = ['OPR', 'ADM', 'BID', 'KTM', 'HRA', 'SYS', 'TRK', 'KOR', 'LKT', 'TEL', 'KSB', 'KPL', 'PGW', 'PIM', 'WBS', 'VER', 'SUP', 'OPD'];

/** Grants in force on `today` (yyyy-mm-dd). */
export function inForce(grants: readonly Grant[], today: string): Grant[] {
  return grants.filter(({ from, to }) => (!from || from.slice(0, 10) <= today) && (!to || today <= to.slice(0, 10)));
}

/** The grant to work under: the chosen one while it is in force, else the likeliest desk, else none (own data). */
export function workingGrant(grants: readonly Grant[], chosen: string | null): Grant | null {
  if (chosen === '') return null;
  const byOrder = ORDER.map((role) => grants.find((grant) => grant.role === role)).find(Boolean);
  return grants.find((grant) => grant.id === chosen) ?? byOrder ?? null;
}

/** Whether the role works in the inbox of questions. */
export const isQuestionDesk = (grant: Grant | null): boolean => grant !== null && QUESTION_DESK.has(grant.role);
/** Enters calls, counter visits and messages from elsewhere. */
export const entersCalls = (grant: Grant | null): boolean => grant?.role === 'TEL';
export const entersQuestions = (grant: Grant | null): boolean => ['TEL', 'LKT', 'ADM', 'OPR'].includes(grant?.role ?? '');
export const writesAnnouncements = (grant: Grant | null): boolean => ['ADM', 'KTM', 'BID'].includes(grant?.role ?? '');
/** Writes the guest register. */
export const keepsRegister = (grant: Grant | null): boolean => grant?.role === 'LKT';
/** Sees an inbox: the desk its own, telephone and counter what they entered. */
export const seesInbox = (grant: Grant | null): boolean => isQuestionDesk(grant) || entersQuestions(grant);
/** Writes notes and canned answers. */
export const writesAnswers = (grant: Grant | null): boolean => isQuestionDesk(grant) || grant?.role === 'TEL';
/** Binds counter tablets and decides about held ratings. */
export const isRatingTeam = (grant: Grant | null): boolean => grant?.role === 'TRK';
/** Enters turns of duty at the sites of the grant. */
export const entersShifts = (grant: Grant | null): boolean => grant?.role === 'KOR' || grant?.role === 'TRK';
export const isHrAdmin = (grant: Grant | null): boolean => grant?.role === 'HRA';
/** Reads and answers what came without a name. */
export const readsReports = (grant: Grant | null): boolean => grant?.role === 'WBS';
export const seesDeliveries = (grant: Grant | null): boolean => grant?.role === 'SYS' || grant?.role === 'KTM';
/** Codes of people and sites. */
export const keepsCodes = (grant: Grant | null): boolean => grant?.role === 'KOR' || grant?.role === 'TRK';
export const handsOutTickets = (grant: Grant | null): boolean => grant?.role === 'LKT' || keepsCodes(grant);
/** Leads the question service: reads its figures and reports. */
export const seesDashboard = (grant: Grant | null): boolean =>
  ['KTM', 'PIM', 'KPL', 'PGW', 'ADM'].includes(grant?.role ?? '');
/** Works in the question service: writes obstacles, fills in the team's survey. */
export const worksInService = (grant: Grant | null): boolean =>
  ['ADM', 'OPR', 'TEL', 'LKT', 'BID', 'KTM'].includes(grant?.role ?? '');
/** Enters visitors of a month. */
export const countsVisitors = (grant: Grant | null): boolean => ['KTM', 'ADM', 'LKT'].includes(grant?.role ?? '');
/** Reports of ratings on their way. */
export const seesReports = (grant: Grant | null): boolean => ['TRK', 'KOR', 'KSB', 'KPL'].includes(grant?.role ?? '');
/** Figures of people and services. */
export const readsFigures = (grant: Grant | null): boolean => ['TRK', 'KSB', 'KPL'].includes(grant?.role ?? '');
/** Checks applications, or issues what they end with. */
export const verifies = (grant: Grant | null): boolean => grant?.role === 'VER' || grant?.role === 'SUP';
/** Publishes definitions of services. */
export const keepsServices = (grant: Grant | null): boolean => grant?.role === 'SUP' || grant?.role === 'HRA';
/** Reads how the services of applications do, without a desk there. */
export const watchesCases = (grant: Grant | null): boolean => ['PGW', 'KPL', 'PIM'].includes(grant?.role ?? '');
/** Ratings that were held. */
export const decidesRatings = (grant: Grant | null): boolean => grant?.role === 'TRK';
