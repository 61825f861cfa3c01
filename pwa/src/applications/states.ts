/** Where a case stands, what the screen calls it, and which acts are open to somebody; the twin of the server's table. The
 * server judges every act; this shows the buttons. */
import type { Service } from './definition';
import type { Case } from './types';

export type Part = 'pemohon' | 'atas_nama' | 'verifikator' | 'penerbit' | 'pemantau';

/** state (null: no case yet), act, who, to. */
type Step = readonly [from: string | null, act: string, who: readonly string[], to: string];

const OWN: Part[] = ['pemohon', 'atas_nama'];
const OFFICE: Part[] = ['verifikator', 'penerbit'];
const STEPS: readonly Step[] = [
  [null, 'buat', OWN, 'draf'],
  ['draf', 'kirim', OWN, 'diajukan'],
  ['dikembalikan', 'kirim', OWN, 'diajukan'],
  ['diajukan', 'buka', ['verifikator'], 'diperiksa'],
  ['diperiksa', 'kembalikan', ['verifikator'], 'dikembalikan'],
  ['diperiksa', 'tolak', ['verifikator'], 'ditolak'],
  ['diperiksa', 'verifikasi', ['verifikator'], 'diverifikasi'],
  ['diverifikasi', 'proses_luar', OFFICE, 'diproses_luar'],
  ['diproses_luar', 'minta_perbaikan', ['verifikator'], 'perbaikan'],
  ['perbaikan', 'kirim_ulang', OWN, 'diproses_luar'],
  ['diproses_luar', 'terbitkan', OFFICE, 'selesai'],
  ...['draf', 'diajukan', 'diperiksa', 'dikembalikan'].map((from): Step => [from, 'batalkan', OWN, 'batal']),
];
const OUTSIDE = new Set<string | null>(['diproses_luar', 'perbaikan']);
const STRAIGHT: Step = ['diverifikasi', 'terbitkan', OFFICE, 'selesai'];

const NAMES: Record<string, string> = {
  draf: 'Draf',
  diajukan: 'Diajukan',
  diperiksa: 'Diperiksa',
  dikembalikan: 'Dikembalikan (BTL)',
  ditolak: 'Ditolak (TMS)',
  diverifikasi: 'Diverifikasi',
  diproses_luar: 'Diproses luar',
  perbaikan: 'Perbaikan',
  selesai: 'Selesai',
  batal: 'Batal',
};
const ACTS: Record<string, string> = {
  kirim: 'Kirim',
  buka: 'Buka dan periksa',
  kembalikan: 'Kembalikan',
  tolak: 'Tolak',
  verifikasi: 'Verifikasi',
  proses_luar: 'Proses luar',
  minta_perbaikan: 'Minta perbaikan',
  kirim_ulang: 'Kirim perbaikan',
  terbitkan: 'Terbitkan',
  batalkan: 'Batalkan',
};

/** The way of a case that goes well, for the line of steps. */
const GOOD = ['diajukan', 'diperiksa', 'diverifikasi', 'diproses_luar', 'selesai'];
export const FINAL: ReadonlySet<string> = new Set(['ditolak', 'selesai', 'batal']);
const WITH_APPLICANT = new Set(['dikembalikan', 'perbaikan']);

function stepsOf(service: Service): readonly Step[] {
  const { steps: own, outside = true, who = {} } = service.flow ?? {};
  const table: readonly Step[] = own?.length
    ? own.flatMap(({ act, to, states, who: parts = [] }) => (states?.length ? states : [null]).map((from): Step => [from, act, parts, to]))
    : outside
      ? STEPS
      : [...STEPS.filter(([from, , , to]) => !OUTSIDE.has(from) && !OUTSIDE.has(to)), STRAIGHT];
  return table.map(([from, act, parts, to]) => [from, act, who[act] ?? parts, to]);
}

export function stateName(service: Service | undefined, state: string, downloaded = false): string {
  const { names = {}, downloaded: fetched } = service?.flow ?? {};
  if (downloaded && state === 'selesai' && fetched) return fetched;
  return names[state] ?? NAMES[state] ?? state;
}

export function actName(service: Service | undefined, act: string): string {
  return service?.flow?.acts?.[act] ?? (act === 'kirim' ? service?.messages?.submit : undefined) ?? ACTS[act] ?? act;
}

/** The parts that the holder of these role codes can play in a service. */
export const partsOf = (service: Service, roles: readonly string[]): Set<Part> =>
  new Set((Object.entries(service.roles) as [Part, string[]][]).filter(([, codes]) => codes.some((code) => roles.includes(code))).map(([part]) => part));

/** Who looks at a case: the account, and the role of the grant that is worked under. */
export interface Looker {
  account: string | undefined;
  role: string | undefined;
}

/** Parts that somebody plays as who they are, without any grant: the employee whom the case is about, an officer of its party. */
export function personalParts(service: Service, body: Pick<Case, 'subject' | 'officers'>, { account }: Looker): Set<Part> {
  if (!account) return new Set();
  const codes = [...(body.subject === account ? ['PEG'] : []), ...(body.officers?.includes(account) ? ['PMH'] : [])];
  return partsOf(service, codes);
}

/** Parts towards one case: whoever made it as an officer of the office plays `atas_nama` there only. */
export function partsToward(service: Service, body: Pick<Case, 'subject' | 'officers' | 'behalf' | 'account'>, who: Looker): Set<Part> {
  const office = partsOf(service, who.role ? [who.role] : []);
  if (!body.behalf || body.account !== who.account) office.delete('atas_nama');
  return new Set([...personalParts(service, body, who), ...office]);
}

/** Acts open in a state to somebody who plays these parts. */
export const actsOpen = (service: Service, state: string | null, parts: ReadonlySet<string>): Set<string> =>
  new Set(stepsOf(service).filter(([from, , who]) => from === state && who.some((part) => parts.has(part))).map(([, act]) => act));

/** States of the way that lie ahead, in order; empty where the case ended. */
export function ahead(service: Service, state: string): string[] {
  if (FINAL.has(state)) return [];
  const reached = new Set(stepsOf(service).map(([, , , to]) => to));
  const way = GOOD.filter((one) => reached.has(one));
  return way.slice((state === 'perbaikan' ? way.indexOf('diproses_luar') : way.indexOf(state)) + 1);
}

/** Whether the applicant can change a field or document: all of a draft, else only what was reopened. */
export const mayWrite = (state: string, target: string, reopened: readonly string[]): boolean =>
  state === 'draf' || (WITH_APPLICANT.has(state) && reopened.includes(target));

/** Every state that a case of a service can stand in, in the order of the way. */
export function statesOf(service: Service): string[] {
  const reached = new Set(stepsOf(service).map(([, , , to]) => to));
  return Object.keys(NAMES).filter((state) => reached.has(state));
}
