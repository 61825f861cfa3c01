/** Parts of a plan's pages that come after the page itself. */
import { lazyPart } from '../ui/lazy';

export const Conflicts = lazyPart(() => import('./mending').then((module) => module.Conflicts));
export const Steps = lazyPart(() => import('./steps').then((module) => module.Steps));
export const Outcome = lazyPart(() => import('./outcome').then((module) => module.Outcome));
export const Terms = lazyPart(() => import('./terms').then((module) => module.Terms));
export const PlanSteps = lazyPart(() => import('./plan_steps').then((module) => module.PlanSteps));
export const ReadResult = lazyPart(() => import('./reading').then((module) => module.ReadResult));
export const Objections = lazyPart(() => import('./objections').then((module) => module.Objections));
export const OwnStanding = lazyPart(() => import('./own_standing').then((module) => module.OwnStanding));
export const Withdrawal = lazyPart(() => import('./reason').then((module) => module.ReasonDialog));
export const Remove = lazyPart(() => import('./remove').then((module) => module.Remove));
export const LeaderFields = lazyPart(() => import('./leader_fields').then((module) => module.LeaderFields));
