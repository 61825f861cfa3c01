/** Files on this phone that still have to arrive. Apart from what sends them, because conversations show it at once. */
import { signal } from '@preact/signals';

export interface Moving {
  name: string;
  sent: number;
  bytes: number;
  /** The server will never take it: its sentence. */
  refused?: string | undefined;
}

/** By id of the file. */
export const moving = signal<ReadonlyMap<string, Moving>>(new Map());
