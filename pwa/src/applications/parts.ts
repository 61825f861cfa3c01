/** Parts of several of a case's pages that come after the page itself; what one page alone shows stands in a list of its own,
 * because a page fetches the whole list. */
import { lazyPart } from '../ui/lazy';

export const Missing = lazyPart(() => import('./missing').then((module) => module.Missing));
export const Refused = lazyPart(() => import('./refused').then((module) => module.Refused));
export const RefusedUploads = lazyPart(() => import('./refused_uploads').then((module) => module.RefusedUploads));
export const ReadValue = lazyPart(() => import('./read_value').then((module) => module.ReadValue));
