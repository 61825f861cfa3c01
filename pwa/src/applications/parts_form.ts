/** Parts of the form of a case that come after the page itself. */
import { lazyPart } from '../ui/lazy';

export const FieldInput = lazyPart(() => import('./field_input').then((module) => module.FieldInput));
export const Stranded = lazyPart(() => import('./stranded').then((module) => module.Stranded));
