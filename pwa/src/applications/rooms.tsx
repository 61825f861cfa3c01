/** The pages of service applications by their address; each comes when asked for. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { me, records } from '../identity/session';
import { go, place } from '../router';
import { lazy } from '../ui/lazy';
import { KIND } from './types';

type View = (props: { parts: string[] }) => JSX.Element;

const Cases: View = lazy(() => import('./list').then((module) => module.Cases));
const CasePage: View = lazy(() => import('./case').then((module) => module.CasePage));
const Queue: View = lazy(() => import('./desk').then((module) => module.Queue));
const Check: View = lazy(() => import('./check').then((module) => module.Check));

const AllCases: View = lazy(() => import('./all_cases').then((module) => module.AllCases));
const Notices: View = lazy(() => import('./notices').then((module) => module.Notices));
const Feedback: View = lazy(() => import('./feedback').then((module) => module.Feedback));
const OwnOfficers: View = lazy(() => import('./officers').then((module) => module.OwnOfficers));
const Parties: View = lazy(() => import('./officers').then((module) => module.Parties));
const Recap: View = lazy(() => import('./recap').then((module) => module.Recap));

/** Pages beside the cases; an id is never one of these words. */
const BESIDE: Record<string, View> = { masukan: Feedback, rekap: Recap, pengurus: OwnOfficers };
const DESK: Record<string, View> = { masukan: Feedback, rekap: Recap, semua: AllCases, pesan: Notices, partai: Parties };

/** Sections of one case. */
const SECTIONS: Record<string, View> = {
  isian: lazy(() => import('./form').then((module) => module.CaseFormPage)),
  syarat: lazy(() => import('./checklist').then((module) => module.ChecklistPage)),
  riwayat: lazy(() => import('./timeline').then((module) => module.TimelinePage)),
};

/** `/usul`, `/permohonan`: the list, one case, a section of it. */
export function Applications({ parts }: { parts: string[] }): JSX.Element {
  const [id, section = ''] = parts;
  const { path } = place.value;
  // Links of the outbox do not know whose case it is; a party's cases lie in a room of their own.
  const away = path.startsWith('/usul') && (records(KIND.party).value ?? []).some((one) => one.id === me.value?.account);
  useEffect(() => {
    if (away) go(path.replace('/usul', '/permohonan'), true);
  }, [away, path]);
  const View = id ? (BESIDE[id] ?? SECTIONS[section] ?? CasePage) : Cases;
  return <View parts={parts} />;
}

/** `/verifikasi`: the queue, the pages beside it, one case at the desk. */
export function Verification({ parts }: { parts: string[] }): JSX.Element {
  const [id] = parts;
  const View = id ? (DESK[id] ?? Check) : Queue;
  return <View parts={parts} />;
}
