/** From what a person chose or photographed to one document that is kept on the phone until it can go. */
import { moving } from '../attachments/moving';
import { NoKey, keep, type FileRef } from '../attachments/store';
import { Unfit } from '../attachments/unfit';
import { d } from '../strings/id_usul_berkas';
import { mine } from './acts';
import { addPicture, hurry } from './attach';
import type { Item, Service } from './definition';
import type { Page } from './page_key';
import { scansOf } from './photos';

export { addPage, dropPages } from './photos';

import { pdfOf, type Scan } from './scan_pdf';
import type { Whole } from './view';

/** A page of text stays legible at this many pixels on its long side. */
const LONG_SIDE = 1800;
const QUALITIES = [0.72, 0.6, 0.48];
const PAGE_BYTES = 500_000;
const PDF_BYTES = 10_000_000;
const IMAGE_BYTES = 1_000_000;

const starts = (head: Uint8Array, ...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);

async function typeOf(file: Blob): Promise<'pdf' | 'jpeg' | 'png' | null> {
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (starts(head, 0x25, 0x50, 0x44, 0x46, 0x2d)) return 'pdf';
  if (starts(head, 0xff, 0xd8, 0xff)) return 'jpeg';
  return starts(head, 0x89, 0x50, 0x4e, 0x47) ? 'png' : null;
}

/** The picture drawn anew: upright, without what the camera wrote into it. */
async function drawn(file: Blob, side = LONG_SIDE): Promise<{ canvas: HTMLCanvasElement; width: number; height: number }> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!picture) throw new Unfit(d.fotoTakTerbaca);
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  const width = (canvas.width = Math.max(1, Math.round(picture.width * scale)));
  const height = (canvas.height = Math.max(1, Math.round(picture.height * scale)));
  const context = canvas.getContext('2d');
  if (!context) throw new Unfit(d.fotoTakTerbaca);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  picture.close();
  return { canvas, width, height };
}

const jpegOf = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality));

/** One photo as a page. Throws `Unfit`. */
export async function scanOf(file: Blob): Promise<Scan> {
  const type = await typeOf(file);
  if (type !== 'jpeg' && type !== 'png') throw new Unfit(d.fotoTakTerbaca);
  const { canvas, width, height } = await drawn(file);
  let best: Blob | null = null;
  for (const quality of QUALITIES) {
    best = await jpegOf(canvas, quality);
    if (best && best.size <= PAGE_BYTES) break;
  }
  if (!best) throw new Unfit(d.fotoTakTerbaca);
  return { jpeg: new Uint8Array(await best.arrayBuffer()), width, height };
}

const megabytes = (bytes: number): string => `${bytes / 1_000_000} MB`.replace('.', ',');

function bounded(content: Blob, limit: number): Blob {
  if (content.size > limit) throw new Unfit(d.terlaluBesar(megabytes(limit)));
  return content;
}

/** The document: a PDF as it is, or the photos as the pages of one PDF. */
async function documentOf(chosen: readonly File[], limit: number): Promise<Blob> {
  const types = await Promise.all(chosen.map(typeOf));
  if (chosen.length === 1 && types[0] === 'pdf') return bounded(chosen[0]!, limit);
  if (types.some((type) => type !== 'jpeg' && type !== 'png')) throw new Unfit(chosen.length > 1 ? d.campur : d.bukanPdf);
  const scans: Scan[] = [];
  // One after another: a photo of 12 megapixels takes 48 MB while it is drawn.
  for (const file of chosen) scans.push(await scanOf(file));
  return bounded(pdfOf(scans), limit);
}

/** A small picture (logo, photo) as the smallest JPEG that fits; a PNG that fits stays, it may be see-through. */
async function pictureOf(file: File, limit: number): Promise<Blob> {
  const type = await typeOf(file);
  if (type !== 'jpeg' && type !== 'png') throw new Unfit(d.bukanGambar);
  if (type === 'png' && file.size <= limit) return file;
  for (const side of [1200, 800, 500]) {
    const { canvas } = await drawn(file, side);
    const small = await jpegOf(canvas, QUALITIES[0]!);
    if (small && small.size <= limit) return small;
  }
  throw new Unfit(d.terlaluBesar(megabytes(limit)));
}

async function kept(account: string, name: string, content: Blob, id?: string): Promise<FileRef> {
  return keep(account, name, content, id).catch((fault: unknown) => {
    throw new Unfit(fault instanceof NoKey ? d.perluMasuk : d.tidakTersimpan, { cause: fault });
  });
}

/** Keeps a document of the checklist, in the place of the refused file `id` if there is one. Throws `Unfit` with the sentence
 * for the person; what was there stays. */
export async function keepDocument(account: string, service: Service, item: Item, chosen: readonly File[], id?: string): Promise<FileRef> {
  if (!chosen.length || chosen.some(({ size }) => !size)) throw new Unfit(d.kosong);
  const { pdf_bytes = PDF_BYTES, image_bytes = IMAGE_BYTES } = service.files ?? {};
  if ((item.types ?? ['pdf']).includes('pdf'))
    return kept(account, `${item.code}.pdf`, await documentOf(chosen, item.limit ?? pdf_bytes), id);
  const picture = await pictureOf(chosen[0]!, item.limit ?? image_bytes);
  return kept(account, `${item.code}.${picture.type === 'image/png' ? 'png' : 'jpg'}`, picture, id);
}

/** Keeps photographed pages as one document; as `keepDocument`. */
export async function keepPages(account: string, service: Service, item: Item, pages: readonly Page[], id?: string): Promise<FileRef> {
  const scans = await scansOf(account, pages).catch((fault: unknown) => {
    throw new Unfit(d.perluMasuk, { cause: fault });
  });
  if (!scans) throw new Unfit(d.halamanHilang);
  return kept(account, `${item.code}.pdf`, bounded(pdfOf(scans), item.limit ?? service.files?.pdf_bytes ?? PDF_BYTES), id);
}

/** Keeps the picture of a field (a logo); as `keepDocument`. */
async function keepPicture(account: string, service: Service, key: string, chosen: File, id?: string): Promise<FileRef> {
  if (!chosen.size) throw new Unfit(d.kosong);
  const picture = await pictureOf(chosen, service.files?.image_bytes ?? IMAGE_BYTES);
  return kept(account, `${key}.${picture.type === 'image/png' ? 'png' : 'jpg'}`, picture, id);
}

/** Takes another picture for a field whose value is `now`; resolves to what stands for it in the field's value. */
export async function takePicture(whole: Whole, key: string, now: unknown, chosen: File): Promise<string> {
  const file = typeof now === 'string' ? whole.documents.get(now)?.body.file : undefined;
  const refused = file && moving.value.get(file)?.refused ? file : undefined;
  const kept = await keepPicture(mine(), whole.service, key, chosen, refused);
  if (!refused) return addPicture(whole, key, kept);
  hurry();
  return now as string;
}

/** Keeps a signed output as it is: its bytes are what was signed. As `keepDocument`. */
export async function keepOutput(account: string, name: string, chosen: File, id?: string): Promise<FileRef> {
  if (!chosen.size) throw new Unfit(d.kosong);
  if ((await typeOf(chosen)) !== 'pdf') throw new Unfit(d.bukanPdf);
  return kept(account, name, bounded(chosen, PDF_BYTES), id);
}
