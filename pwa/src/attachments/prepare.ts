/** From what a person chose to what is kept: photos become small JPEG without their hidden place, anything else as it is. */
import { l } from '../strings/id_lampiran';
import { keep, NoKey, type FileRef } from './store';
import { Unfit } from './unfit';

const MOST_BYTES = 5_000_000;
const PHOTO_BYTES = 300_000;
const LONGEST_SIDE = 1600;
const QUALITIES = [0.82, 0.7, 0.58, 0.45];

const starts = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);

async function typeOf(file: Blob): Promise<'pdf' | 'jpeg' | 'png' | 'zip' | null> {
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (starts(head, 0x25, 0x50, 0x44, 0x46, 0x2d)) return 'pdf';
  if (starts(head, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (starts(head, 0x50, 0x4b, 0x03, 0x04)) return 'zip';
  return starts(head, 0x89, 0x50, 0x4e, 0x47) ? 'png' : null;
}

/** A photo of at most 300 KB, or the smallest that still can be read. Null: the browser cannot read the picture. */
async function shrunk(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!picture) return null;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  let best: Blob | null = null;
  for (const side of [LONGEST_SIDE, 1100]) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    if (!context) return null;
    // A see-through drawing would turn black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      best = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
      if (best && best.size <= PHOTO_BYTES) break;
    }
    if (best && best.size <= PHOTO_BYTES) break;
  }
  picture.close();
  return best;
}

const named = (name: string, ending: string): string => `${name.replace(/\.[^.]*$/, '') || 'foto'}.${ending}`;

/** What a place takes beside photos and PDF of up to 5 MB: sheets and texts, and how many bytes. */
export interface Wider {
  bytes: number;
}

/** What is kept of a chosen file. Throws `Unfit` with the sentence for the person. */
async function prepare(file: File, wider?: Wider): Promise<{ name: string; content: Blob }> {
  if (!file.size) throw new Unfit(l.kosong);
  const type = await typeOf(file);
  if (type !== 'pdf' && (type === 'jpeg' || file.type.startsWith('image/') || type === 'png')) {
    // Every JPEG is drawn anew: a camera writes into it where the person stood.
    const small = type === 'png' && file.size <= PHOTO_BYTES ? file : await shrunk(file);
    if (small) return { name: small === file ? file.name : named(file.name, 'jpg'), content: small };
  }
  const most = wider?.bytes ?? MOST_BYTES;
  // Inside a sheet and a text document is a ZIP file; the server looks closer.
  const office = type === 'zip' && wider && /\.(xlsx|docx)$/i.test(file.name);
  if (!type || (type === 'zip' && !office)) throw new Unfit(wider ? l.jenisBukti : l.jenisLain);
  if (file.size > most) throw new Unfit(l.terlaluBesar((file.size / 1_000_000).toFixed(1).replace('.', ','), Math.floor(most / 1_000_000)));
  return { name: file.name, content: file };
}

/** Keeps a chosen file on the phone. Throws `Unfit` with the sentence for the person. */
export async function keepChosen(account: string, file: File, wider?: Wider): Promise<FileRef> {
  const { name, content } = await prepare(file, wider);
  return keep(account, name, content).catch((fault: unknown) => {
    throw new Unfit(fault instanceof NoKey ? l.perluMasuk : l.tidakTersimpan, { cause: fault });
  });
}

export { forget } from './store';
