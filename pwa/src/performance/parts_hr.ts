/** Parts of HR's pages that come after the page itself. */
import { lazyPart } from '../ui/lazy';

export const HrFigures = lazyPart(() => import('./hr_figures').then((module) => module.HrFigures));
export const Roots = lazyPart(() => import('./roots').then((module) => module.Roots));
export const OrderForm = lazyPart(() => import('./person_order').then((module) => module.OrderForm));
export const Service = lazyPart(() => import('./person_service').then((module) => module.Service));
export const ActingForm = lazyPart(() => import('./person_away').then((module) => module.ActingForm));
export const ExemptForm = lazyPart(() => import('./person_away').then((module) => module.ExemptForm));
export const Contested = lazyPart(() => import('./contested').then((module) => module.Contested));
export const Look = lazyPart(() => import('./look').then((module) => module.Look));
export const RootReturn = lazyPart(() => import('./root_return').then((module) => module.RootReturn));
export const Outside = lazyPart(() => import('./outside').then((module) => module.Outside));
