/** Parts of the desk's page of a case that come after the page itself. */
import { lazyPart } from '../ui/lazy';

export const OutsideWork = lazyPart(() => import('./outside').then((module) => module.OutsideWork));
export const Decision = lazyPart(() => import('./decision').then((module) => module.Decision));
export const Claiming = lazyPart(() => import('./claiming').then((module) => module.Claiming));
export const DeskDocuments = lazyPart(() => import('./desk_documents').then((module) => module.DeskDocuments));
export const Issue = lazyPart(() => import('./issue').then((module) => module.Issue));
export const OfficeFields = lazyPart(() => import('./office_fields').then((module) => module.OfficeFields));
export const Timeline = lazyPart(() => import('./timeline').then((module) => module.Timeline));
