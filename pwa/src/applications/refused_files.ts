/** Files of a case that the server will never take. Pure, tested. */
import type { Moving } from '../attachments/moving';
import { isWaiting } from '../outbox/state';
import type { RecordView } from '../sync';
import { fieldsOf, itemsOf, type Service, type Values } from './definition';
import type { CaseItem, DocumentVersion } from './types';

export interface RefusedFile {
  /** Code of the item, or key of the image field. */
  target: string;
  /** The upload: another file takes its place under the same id, and what waits for it goes on. */
  file: string;
  /** The server's sentence. */
  text: string;
}

export interface Files {
  service: Service;
  values: Values;
  items: ReadonlyMap<string, Pick<RecordView<CaseItem>, 'body' | 'pending'>>;
  documents: ReadonlyMap<string, Pick<RecordView<DocumentVersion>, 'body' | 'version' | 'pending'>>;
}

type Movings = ReadonlyMap<string, Moving>;

/** Its file is still with this device. */
export const isComing = ({ version, pending }: Pick<RecordView, 'version' | 'pending'>): boolean => version === null || pending.some(isWaiting);

/** Documents and pictures that a case points to and whose file was refused. */
export function refusedFiles({ service, values, items, documents }: Files, moving: Movings): RefusedFile[] {
  const pointed: [string, unknown][] = [
    ...fieldsOf(service).flatMap(({ key, type }): [string, unknown][] => (type === 'image' ? [[key, values[key]]] : [])),
    ...itemsOf(service).map(({ code }): [string, unknown] => [code, items.get(code)?.body.version]),
  ];
  return pointed.flatMap(([target, version]) => {
    const document = typeof version === 'string' ? documents.get(version) : undefined;
    const text = document && isComing(document) && moving.get(document.body.file)?.refused;
    return text ? [{ target, file: document.body.file, text }] : [];
  });
}
