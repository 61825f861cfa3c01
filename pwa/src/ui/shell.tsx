/** Header, navigation and menu around every page. */
import { signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { grants, keepsPlans, me, outbox, records, stage, takesQuestions, workAs, working } from '../identity/session';
import {
  decidesRatings,
  entersQuestions,
  entersShifts,
  handsOutTickets,
  isHrAdmin,
  isRatingTeam,
  keepsCodes,
  keepsRegister,
  keepsServices,
  watchesCases,
  readsFigures,
  readsReports,
  seesDashboard,
  seesDeliveries,
  seesInbox,
  seesReports,
  verifies,
  worksInService,
  writesAnswers,
} from '../identity/roles';
import { isQuiet, isWaiting } from '../outbox/state';
import { Strip } from '../outbox/strip';
import type { Code } from '../ratings/code_types';
import { go, place } from '../router';
import { t } from '../strings/id';
import { LiveRegion, announce } from './announce';
import { setAppearance, textSize, type TextSize } from './appearance';
import { Button, LinkButton } from './button';
import { Dialog } from './feedback';
import { Choice } from './fields';
import { Icon, Mark, type IconName } from './icons';
import { lazy } from './lazy';

const SIZES = ['A', 'A+', 'A++'] as const;

const SignOut = lazy(() => import('../identity/sign_out').then((module) => module.SignOut));

const menuOpen = signal(false);
export const signingOut = signal(false);

interface Entry {
  href: string;
  label: string;
  icon: IconName;
  count?: number;
  desk?: boolean;
  /** What a wide screen adds to the label. */
  full?: string;
  line?: boolean;
}

const ENTRY = {
  home: { href: '/beranda', label: t.nav.beranda, icon: 'rumah' },
  ask: { href: '/tanya', label: t.nav.tanya, icon: 'tanya' },
  plans: { href: '/skp', label: t.nav.skp, icon: 'catatan' },
  cases: { href: '/usul', label: t.nav.usul, full: t.nav.usulPenuh, icon: 'naik' },
  certificates: { href: '/permohonan', label: t.nav.skt, icon: 'catatan' },
  verification: { href: '/verifikasi', label: t.nav.verifikasi, icon: 'centang' },
  caseReports: { href: '/laporan/permohonan', label: t.nav.rekapUsul, icon: 'catatan' },
  definitions: { href: '/kelola/layanan', label: t.nav.layanan, icon: 'gigi' },
  matrix: { href: '/matriks', label: t.nav.matriks, icon: 'catatan' },
  planSettings: { href: '/kelola/skp', label: t.nav.aturSkp, icon: 'gigi' },
  roster: { href: '/laporan/skp', label: t.nav.rekapSkp, icon: 'catatan' },
  answers: { href: '/jawaban', label: t.nav.jawaban, icon: 'buku' },
  canned: { href: '/jawaban-baku', label: t.nav.jawabanBaku, icon: 'salin' },
  inbox: { href: '/kotak-masuk', label: t.nav.kotakMasuk, icon: 'masuk' },
  news: { href: '/pengumuman', label: t.nav.pengumuman, icon: 'lonceng' },
  guests: { href: '/buku-tamu', label: t.nav.bukuTamu, icon: 'orang' },
  entry: { href: '/catat', label: t.nav.catat, icon: 'telepon' },
  people: { href: '/kelola/pegawai', label: t.nav.pegawai, icon: 'orang' },
  import: { href: '/kelola/impor', label: t.nav.impor, icon: 'unduh' },
  confidential: { href: '/kelola/laporan-rahasia', label: t.nav.rahasia, icon: 'catatan' },
  deliveries: { href: '/kelola/pengiriman', label: t.nav.pengiriman, icon: 'lonceng' },
  myCode: { href: '/kode-saya', label: t.nav.kodeSaya, icon: 'hp' },
  codes: { href: '/kelola/kode', label: t.nav.kode, icon: 'catatan' },
  tickets: { href: '/kelola/karcis', label: t.nav.karcis, icon: 'tambah' },
  held: { href: '/kelola/ditahan', label: t.nav.ditahan, icon: 'jam' },
  evaluations: { href: '/laporan/pertanyaan', label: t.nav.laporanTanya, icon: 'catatan' },
  board: { href: '/dasbor', label: t.nav.dasbor, icon: 'sinyal' },
  reports: { href: '/laporan/rating', label: t.nav.laporanRating, icon: 'catatan' },
  ikm: { href: '/laporan/ikm', label: t.nav.laporanIkm, icon: 'catatan' },
  own: { href: '/laporan/saya', label: t.nav.ratingSaya, icon: 'orang' },
  scan: { href: '/pindai', label: t.nav.pindai, icon: 'cari' },
  kiosks: { href: '/kelola/loket', label: t.nav.loket, icon: 'hp' },
  shifts: { href: '/kelola/giliran', label: t.nav.giliran, icon: 'jam' },
  paper: { href: '/kelola/survei-kertas', label: t.nav.surveiKertas, icon: 'catatan' },
  offline: { href: '/luring', label: t.nav.luring, icon: 'simpan' },
  notices: { href: '/notifikasi', label: t.nav.notifikasi, icon: 'lonceng' },
  settings: { href: '/pengaturan', label: t.nav.pengaturan, icon: 'gigi' },
  help: { href: '/bantuan', label: t.nav.bantuan, icon: 'bantuan' },
} satisfies Record<string, Entry>;

function outboxEntry(): Entry {
  const count = (outbox.value ?? []).filter(
    (item) => !isQuiet(item) && (isWaiting(item) || item.state === 'conflict' || item.state === 'rejected'),
  ).length;
  return { href: '/kotak-keluar', label: t.nav.kotakKeluar, icon: 'keluar', count };
}

/** Pages of ratings: for whoever has a code, or keeps those of others. */
function ratingEntries(): Entry[] {
  const grant = working.value;
  const codes = records<Code>('rating_code').value ?? [];
  const own = codes.some(({ body }) => body.kind === 'personal' && body.person === me.value?.account);
  return [
    ...(own ? [ENTRY.myCode, ENTRY.own] : []),
    ...(keepsCodes(grant) ? [ENTRY.codes] : []),
    ...(handsOutTickets(grant) ? [ENTRY.tickets] : []),
    ...(decidesRatings(grant) ? [ENTRY.held] : []),
    ...(isRatingTeam(grant) ? [ENTRY.kiosks] : []),
    ...(entersShifts(grant) ? [ENTRY.shifts, ENTRY.paper] : []),
    ...(seesReports(grant) ? [ENTRY.reports] : []),
    ...(readsFigures(grant) ? [ENTRY.ikm] : []),
    ...(codes.length ? [ENTRY.scan] : []),
  ];
}

/** How the question service runs: for those who lead it, and its reports for whoever works there. */
function serviceEntries(): Entry[] {
  const grant = working.value;
  return [
    ...(seesDashboard(grant) ? [ENTRY.board] : []),
    ...(seesDashboard(grant) || worksInService(grant) ? [ENTRY.evaluations] : []),
  ];
}

/** Plans as a whole: for HR, and for whoever has people below. */
function planEntries(): Entry[] {
  if (!keepsPlans.value) return [];
  const below = (records<{ employee: string; root: boolean }>('skp').value ?? []).some(({ body }) => body.employee !== me.value?.account && !body.root);
  const hr = isHrAdmin(working.value);
  return [...(hr || below ? [ENTRY.matrix, ENTRY.roster] : []), ...(hr ? [ENTRY.planSettings] : [])];
}

/** Services of applications that the agency has switched on: for employees, and for parties. */
const serves = (code: string): boolean => me.value?.agency.services?.includes(code) ?? false;
const isParty = (): boolean => serves('sisakat') && (records('party_account').value ?? []).some(({ id }) => id === me.value?.account);

/** Pages of applications beside the person's own cases. */
function caseEntries(): Entry[] {
  const grant = working.value;
  if (!serves('sikap') && !serves('sisakat')) return [];
  return [...(verifies(grant) ? [ENTRY.verification] : []), ...(keepsServices(grant) ? [ENTRY.definitions] : []), ...(watchesCases(grant) ? [ENTRY.caseReports] : [])];
}

/** The bar: at most four on phones; desks show the rest below a line. */
function entries(): Entry[] {
  const grant = working.value;
  const ask = takesQuestions.value ? [ENTRY.ask] : [];
  const plans = keepsPlans.value ? [ENTRY.plans] : [];
  const cases = serves('sikap') ? [ENTRY.cases] : [];
  const later = [...plans, ...cases].map((entry) => ({ ...entry, desk: true }));
  const bar: Entry[] = isParty()
    ? [ENTRY.home, ENTRY.certificates, ...ask, outboxEntry()]
    : verifies(grant)
    ? [ENTRY.home, ENTRY.verification, { ...ENTRY.answers, desk: cases.length > 0 }, ...cases, outboxEntry(), ...plans.map((entry) => ({ ...entry, desk: true }))]
    : seesInbox(grant)
    ? [
        ENTRY.home,
        ENTRY.inbox,
        ENTRY.answers,
        outboxEntry(),
        ...ask.map((entry) => ({ ...entry, desk: true })),
        ...(writesAnswers(grant) ? [{ ...ENTRY.canned, desk: true }] : []),
        ...later,
      ]
    : isHrAdmin(grant)
      ? [
          ENTRY.home,
          ENTRY.people,
          ...ask,
          outboxEntry(),
          { ...ENTRY.import, desk: true },
          { ...ENTRY.answers, desk: true },
          ...later,
        ]
      : [ENTRY.home, ...ask, ...plans, ...cases, { ...ENTRY.answers, desk: plans.length + cases.length > 0 }, { ...outboxEntry(), desk: ask.length + plans.length + cases.length > 2 }];
  if (keepsServices(grant) && caseEntries().length) bar.push({ ...ENTRY.definitions, desk: true });
  if (watchesCases(grant) && caseEntries().length) bar.push({ ...ENTRY.caseReports, desk: true });
  if (keepsRegister(grant)) bar.push({ ...ENTRY.guests, desk: true });
  if (entersQuestions(grant)) bar.push({ ...ENTRY.entry, desk: true });
  if (readsReports(grant)) bar.push({ ...ENTRY.confidential, desk: true });
  if (seesDeliveries(grant)) bar.push({ ...ENTRY.deliveries, desk: true });
  bar.push(...planEntries().map((entry) => ({ ...entry, desk: true })));
  bar.push(...serviceEntries().map((entry) => ({ ...entry, desk: true })));
  bar.push(...ratingEntries().map((entry) => ({ ...entry, desk: true })));
  const rest: Entry[] = [ENTRY.news, ENTRY.offline, ENTRY.notices, ENTRY.settings, ENTRY.help];
  return [...bar, ...rest.map((entry, index) => ({ ...entry, desk: true, line: index === 0 }))];
}

/** Pages that belong to an entry with another address. */
const UNDER: Record<string, string> = { '/bawahan': '/skp', '/perjanjian': '/skp' };

function NavLink({ entry }: { entry: Entry }): JSX.Element {
  const { path } = place.value;
  const room = UNDER[path] ?? path;
  const here = room === entry.href || room.startsWith(`${entry.href}/`);
  return (
    <a href={entry.href} aria-current={here ? 'page' : undefined}>
      <Icon name={entry.icon} />
      <span>
        {entry.label}
        {entry.full && <span class="khusus-meja"> {entry.full}</span>}
      </span>
      {entry.count ? (
        <span class="jumlah">
          {entry.count}
          <span class="sr"> {t.nav.jumlah(entry.count)}</span>
        </span>
      ) : null}
    </a>
  );
}

/** Width of the bar, in text units, under which a word of a label no longer fits a fourth of it. */
const NARROWEST_BAR_REM = 16;

/** Marks the page when the bar is too narrow for its words; it then becomes a block that does not stay on the screen. */
function fitBar(nav: HTMLElement): () => void {
  const watch = new ResizeObserver(() => {
    const root = document.documentElement;
    const rem = Number.parseFloat(getComputedStyle(root).fontSize);
    root.dataset.bar = innerWidth < 1024 && nav.clientWidth < NARROWEST_BAR_REM * rem ? 'blok' : 'baris';
  });
  watch.observe(nav);
  return () => watch.disconnect();
}

function Navigation(): JSX.Element {
  const bar = useRef<HTMLElement>(null);
  useEffect(() => (bar.current ? fitBar(bar.current) : undefined), []);
  return (
    <nav class="nav" aria-label={t.nav.utama} ref={bar}>
      <ul>
        {entries().map((entry) => (
          <li
            key={entry.href}
            class={[entry.desk && 'khusus-meja', entry.line && 'garis-pisah'].filter(Boolean).join(' ') || undefined}
          >
            <NavLink entry={entry} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function TextSizeButton(): JSX.Element {
  const name = SIZES[textSize.value - 1] ?? 'A';
  const next = ((textSize.value % 3) + 1) as TextSize;
  return (
    <Button
      kind="polos"
      aria-label={t.umum.ukuran(name)}
      onClick={() => {
        setAppearance({ size: next });
        announce(t.umum.ukuranJadi(SIZES[next - 1] ?? 'A'));
      }}
    >
      {name}
    </Button>
  );
}

function RoleSwitch({ onDone }: { onDone: () => void }): JSX.Element | null {
  if (!grants.value.length) return null;
  const options = [
    { value: '', label: t.peran.PEG ?? '' },
    ...grants.value.map((grant) => ({
      value: grant.id,
      label: t.peran[grant.role] ?? grant.role,
      hint: grant.unitName,
    })),
  ];
  return (
    <Choice
      label={t.nav.bekerjaSebagai}
      options={options}
      value={working.value?.id ?? ''}
      onChange={(id) => {
        workAs(id);
        onDone();
        go('/beranda');
      }}
    />
  );
}

function Menu(): JSX.Element {
  const close = () => {
    menuOpen.value = false;
  };
  const links: Entry[] = [outboxEntry(), ...(keepsPlans.value ? [ENTRY.plans, ENTRY.answers] : []), ENTRY.news, ENTRY.offline, ENTRY.notices, ENTRY.settings, ENTRY.help];
  if (isHrAdmin(working.value)) links.unshift(ENTRY.people, ENTRY.import);
  if (entersQuestions(working.value)) links.unshift(ENTRY.entry);
  if (keepsRegister(working.value)) links.unshift(ENTRY.guests);
  if (seesDeliveries(working.value)) links.unshift(ENTRY.deliveries);
  if (serves('sikap')) links.unshift(ENTRY.cases);
  links.unshift(...caseEntries());
  links.unshift(...planEntries());
  links.unshift(...serviceEntries());
  links.unshift(...ratingEntries());
  return (
    <Dialog title={t.nav.menu} onClose={close}>
      <p>
        <strong>{me.value?.name}</strong>
        <br />
        <span class="petunjuk">{me.value?.agency.name}</span>
      </p>
      <ul class="daftar">
        {links.map((entry) => (
          <li key={entry.href}>
            <a class="kartu-tautan" href={entry.href} onClick={close}>
              <Icon name={entry.icon} />
              <span class="isi">{[entry.label, entry.full].filter(Boolean).join(' ')}</span>
              {entry.count ? <span class="lencana">{entry.count}</span> : <Icon name="panah" />}
            </a>
          </li>
        ))}
      </ul>
      <RoleSwitch onDone={close} />
      <Button
        icon="pintu"
        onClick={() => {
          close();
          signingOut.value = true;
        }}
      >
        {t.nav.keluar}
      </Button>
    </Dialog>
  );
}

export function Shell({ children }: { children: ComponentChildren }): JSX.Element {
  const inside = stage.value === 'open';
  return (
    <>
      <a class="lewati tombol utama" href="#isi" onClick={skip}>
        {t.umum.lewati}
      </a>
      <header class="kepala">
        <a class="merek" href={inside ? '/beranda' : '/masuk'}>
          <Mark plain />
          <span>{t.umum.nama}</span>
        </a>
        <TextSizeButton />
        {inside ? (
          <Button
            kind="polos"
            icon="menu"
            aria-haspopup="dialog"
            onClick={() => {
              menuOpen.value = true;
            }}
          >
            {t.nav.menu}
          </Button>
        ) : (
          <LinkButton kind="polos" href="/bantuan">
            {t.nav.bantuan}
          </LinkButton>
        )}
      </header>
      {inside && <Strip />}
      <div class={inside ? 'badan' : 'badan tanpa-nav'}>{children}</div>
      {inside && <Navigation />}
      {menuOpen.value && <Menu />}
      {signingOut.value && <SignOut onClose={() => (signingOut.value = false)} />}
      <LiveRegion />
    </>
  );
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main h1')?.focus();
}
