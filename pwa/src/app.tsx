/** Which page an address shows. What is needed first is in the first load; the rest comes when asked for. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Home } from './home';
import { Opening } from './identity/opening';
import { stage } from './identity/session';
import { SignIn } from './identity/sign_in';
import { counter, left } from './ratings/counter';
import { go, place, rest } from './router';
import { t } from './strings/id';
import { LinkButton } from './ui/button';
import { lazy } from './ui/lazy';
import { Page } from './ui/page';
import { Shell } from './ui/shell';

type View = (props: { parts: string[] }) => JSX.Element;

const Ask: View = lazy(() => import('./questions/ask').then((module) => module.Ask));
const Questions: View = lazy(() => import('./questions/list').then((module) => module.Questions));
const Conversation: View = lazy(() => import('./questions/conversation').then((module) => module.Conversation));
const QuestionEntry: View = lazy(() => import('./questions/entry').then((module) => module.QuestionEntry));
const GuestRegister: View = lazy(() => import('./visitors/register').then((module) => module.GuestRegister));
const ChatMenu: View = lazy(() => import('./questions/menu').then((module) => module.ChatMenu));
const Announcements: View = lazy(() => import('./announcements/page').then((module) => module.AnnouncementPage));
const Inbox: View = lazy(() => import('./questions/inbox').then((module) => module.Inbox));
const Outbox: View = lazy(() => import('./outbox/page').then((module) => module.Outbox));
const Proof: View = lazy(() => import('./outbox/proof').then((module) => module.Proof));
const Conflict: View = lazy(() => import('./outbox/conflict').then((module) => module.Conflict));
const Offline: View = lazy(() => import('./outbox/offline').then((module) => module.Offline));
const Answers: View = lazy(() => import('./forms/answers').then((module) => module.Answers));
const Article: View = lazy(() => import('./forms/article').then((module) => module.ArticlePage));
const ArticleEditor: View = lazy(() => import('./knowledge/editor').then((module) => module.ArticleEditor));
const Canned: View = lazy(() => import('./knowledge/canned_page').then((module) => module.CannedAnswers));
const Notices: View = lazy(() => import('./notifications/page').then((module) => module.Notices));
const Settings: View = lazy(() => import('./identity/settings').then((module) => module.Settings));
const Activation: View = lazy(() => import('./identity/activation').then((module) => module.Activation));
const Help: View = lazy(() => import('./forms/help').then((module) => module.Help));
const People: View = lazy(() => import('./identity/people').then((module) => module.People));
const Import: View = lazy(() => import('./identity/import').then((module) => module.Import));
const Kiosks: View = lazy(() => import('./ratings/kiosks').then((module) => module.Kiosks));
const Shifts: View = lazy(() => import('./ratings/shifts').then((module) => module.Shifts));
const Kiosk: View = lazy(() => import('./ratings/kiosk').then((module) => module.Kiosk));
const MyCode: View = lazy(() => import('./ratings/my_code').then((module) => module.MyCode));
const Codes: View = lazy(() => import('./ratings/codes').then((module) => module.Codes));
const Tickets: View = lazy(() => import('./ratings/tickets').then((module) => module.Tickets));
const HeldRatings: View = lazy(() => import('./ratings/held').then((module) => module.HeldRatings));
const Scan: View = lazy(() => import('./ratings/scan').then((module) => module.Scan));
const RatingReports: View = lazy(() => import('./ratings/reports').then((module) => module.RatingReports));
const PaperSurveys: View = lazy(() => import('./ratings/paper').then((module) => module.PaperSurveys));
const IkmReports: View = lazy(() => import('./ratings/ikm').then((module) => module.IkmReports));
const OwnFigures: View = lazy(() => import('./ratings/own_figures').then((module) => module.OwnFigures));
const Dashboard: View = lazy(() => import('./evaluation/dashboard').then((module) => module.Dashboard));
const Evaluations: View = lazy(() => import('./evaluation/reports').then((module) => module.Evaluations));
const Archive: View = lazy(() => import('./evaluation/archive').then((module) => module.Archive));
const Visitors: View = lazy(() => import('./evaluation/visitors').then((module) => module.Visitors));
const ConfidentialReports: View = lazy(() => import('./misconduct/desk').then((module) => module.Reports));
const Plans: View = lazy(() => import('./performance/list').then((module) => module.Plans));
const HeadAgreements: View = lazy(() => import('./performance/agreements').then((module) => module.HeadAgreements));
const PlanPage: View = lazy(() => import('./performance/plan').then((module) => module.PlanPage));
const ResultPage: View = lazy(() => import('./performance/result').then((module) => module.ResultPage));
const LogPage: View = lazy(() => import('./performance/log').then((module) => module.LogPage));
const DialoguePage: View = lazy(() => import('./performance/dialogue').then((module) => module.DialoguePage));
const EvidencePage: View = lazy(() => import('./performance/evidence').then((module) => module.EvidencePage));
const EvaluationPage: View = lazy(() => import('./performance/evaluation').then((module) => module.EvaluationPage));
const MatrixPage: View = lazy(() => import('./performance/matrix').then((module) => module.MatrixPage));
const RosterPage: View = lazy(() => import('./performance/roster').then((module) => module.RosterPage));
const PlanSettings: View = lazy(() => import('./performance/settings').then((module) => module.PlanSettings));
const PlanPeople: View = lazy(() => import('./performance/people').then((module) => module.PlanPeople));
const PlanPerson: View = lazy(() => import('./performance/person').then((module) => module.PlanPerson));
const Applications: View = lazy(() => import('./applications/rooms').then((module) => module.Applications));
const Verification: View = lazy(() => import('./applications/rooms').then((module) => module.Verification));
const PartySignUp: View = lazy(() => import('./applications/sign_up').then((module) => module.PartySignUp));
const Definitions: View = lazy(() => import('./applications/definitions').then((module) => module.Definitions));
const CaseReports: View = lazy(() => import('./applications/recap').then((module) => module.Recap));
const Deliveries: View = lazy(() => import('./notifications/deliveries').then((module) => module.Deliveries));

/** Pages that need nobody signed in. */
const OPEN: Record<string, View> = { masuk: SignIn, aktivasi: Activation, bantuan: Help, loket: Kiosk, parpol: PartySignUp };

/** Pages that keep their list beside the chosen entry: moving inside them must not start them anew. */
const KEPT = new Set(['kotak-masuk']);

const LAPORAN: Record<string, View> = {
  rating: RatingReports,
  ikm: IkmReports,
  saya: OwnFigures,
  pertanyaan: Evaluations,
  pengunjung: Visitors,
  arsip: Archive,
  skp: RosterPage,
  permohonan: CaseReports,
};

const MANAGED: Record<string, View> = {
  pegawai: People,
  impor: Import,
  skp: PlanSettings,
  pengiriman: Deliveries,
  layanan: Definitions,
  'laporan-rahasia': ConfidentialReports,
  kode: Codes,
  karcis: Tickets,
  ditahan: HeldRatings,
  loket: Kiosks,
  giliran: Shifts,
  'survei-kertas': PaperSurveys,
};

/** Sections of one plan. */
const PLAN: Record<string, View> = { rhk: ResultPage, bukti: EvidencePage, harian: LogPage, dialog: DialoguePage, evaluasi: EvaluationPage };

function inside([room = '', first = '', second = '', third = '']: string[]): View | null {
  switch (room) {
    case 'beranda':
      return Home;
    case 'tanya':
      return first === 'baru' ? Ask : first === 'menu' ? ChatMenu : first ? Conversation : Questions;
    case 'jawaban':
      return first === 'tulis' || first === 'ubah' ? ArticleEditor : first ? Article : Answers;
    case 'jawaban-baku':
      return Canned;
    case 'kotak-masuk':
      return Inbox;
    case 'pengumuman':
      return Announcements;
    case 'buku-tamu':
      return GuestRegister;
    case 'catat':
      return QuestionEntry;
    case 'skp':
      return !first ? Plans : second ? (PLAN[second] ?? null) : PlanPage;
    case 'perjanjian':
      return HeadAgreements;
    case 'usul':
    case 'permohonan':
      return Applications;
    case 'verifikasi':
      return Verification;
    case 'matriks':
      return MatrixPage;
    case 'bawahan':
      return Plans;
    case 'kotak-keluar':
      return first === 'bukti' && second ? Proof : first === 'pilih' && second ? Conflict : Outbox;
    case 'luring':
      return Offline;
    case 'notifikasi':
      return Notices;
    case 'pengaturan':
      return Settings;
    case 'kode-saya':
      return MyCode;
    case 'pindai':
      return Scan;
    case 'dasbor':
      return Dashboard;
    case 'laporan':
      return LAPORAN[first] ?? null;
    case 'kelola':
      if (first === 'skp' && second) return second !== 'pegawai' ? null : third ? PlanPerson : PlanPeople;
      return MANAGED[first] ?? null;
    default:
      return null;
  }
}

function Redirect({ to }: { to: string }): JSX.Element {
  useEffect(() => go(to, true), [to]);
  return <main id="isi" />;
}

function NotFound(): JSX.Element {
  return (
    <Page title={t.umum.halamanTakAda}>
      <p>{t.umum.halamanTakAdaIsi}</p>
      <div>
        <LinkButton href="/beranda" kind="utama">
          {t.umum.keBeranda}
        </LinkButton>
      </div>
    </Page>
  );
}

export function App(): JSX.Element {
  const { path } = place.value;
  const parts = path.split('/').slice(1);
  const open = OPEN[parts[0] ?? ''];
  const within = inside(parts);
  // A counter tablet shows the counter at every address, with nothing around it that leads away.
  if (counter.value && !left.value) return <Kiosk parts={[]} />;
  let page: JSX.Element;
  if (open) {
    const View = open;
    page = <View key={parts[0]} parts={rest(path)} />;
  } else if (path === '/') {
    page = <Redirect to="/beranda" />;
  } else if (within && (stage.value === 'starting' || stage.value === 'no_storage')) {
    page = <Opening />;
  } else if (within && stage.value !== 'open') {
    page = <Redirect to={`/masuk?ke=${encodeURIComponent(path)}`} />;
  } else if (within) {
    const View = within;
    page = <View key={KEPT.has(parts[0] ?? '') ? parts[0] : path} parts={rest(path)} />;
  } else {
    page = <NotFound />;
  }
  return <Shell>{page}</Shell>;
}
