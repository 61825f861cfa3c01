/** Longest texts of a plan, in characters, as the server takes them. */
export const TEXT_LEAST = 10;
export const TEXT_MOST = 4000;
export const LINE_MOST = 200;
/** One entry of the daily log; the national record takes no longer one. */
export const LOG_MOST = 1000;
