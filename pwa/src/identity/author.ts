/** The person who uses this phone; overlays need a name for own work before the server gave one. Set at sign-in. */
export const author = { id: '', name: '' };
