/** Parts of the checklist of a case that come after the page itself. */
import { lazyPart } from '../ui/lazy';

export const DraftLink = lazyPart(() => import('./draft_link').then((module) => module.DraftLink));
export const FileLink = lazyPart(() => import('./file_link').then((module) => module.FileLink));
export const Upload = lazyPart(() => import('./upload').then((module) => module.Upload));
export const Reuse = lazyPart(() => import('./upload').then((module) => module.Reuse));
