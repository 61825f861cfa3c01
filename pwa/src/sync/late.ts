/** The one door to `more.ts`. */
export const more = (): Promise<typeof import('./more')> => import('./more');
