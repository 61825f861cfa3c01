/** What kind of thing an act is, in the person's words. */
import { jenis, lainnya } from '../strings/id_jenis';

export const kindName = ({ kind }: { kind: string }): string => jenis[kind] ?? lainnya;
