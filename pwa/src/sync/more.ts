/** What a start does not need: one chunk, loaded at the first use. */
export { dismiss, edit, remove, resolve } from './amend';
export { prove, repair } from './check';
export { digest } from './digest';
export { heal, remains } from './heal';
export { exportItems, holdings } from './report';
export { seal, sealOthers, unseal } from './seal';
