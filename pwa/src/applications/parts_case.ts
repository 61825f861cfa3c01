/** Parts of the overview of a case that come after the page itself. */
import { lazyPart } from '../ui/lazy';

export const Adopt = lazyPart(() => import('./adopt').then((module) => module.Adopt));
export const Asked = lazyPart(() => import('./asked').then((module) => module.Asked));
export const Cancel = lazyPart(() => import('./cancel').then((module) => module.Cancel));
export const Result = lazyPart(() => import('./result').then((module) => module.Result));
export const Send = lazyPart(() => import('./sending').then((module) => module.Send));
