import { describe, expect, it } from 'vitest';
import { pdfOf } from './scan_pdf';

const jpeg = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(0x41);

async function read(...sizes: [number, number][]): Promise<string> {
  const pdf = pdfOf(sizes.map(([width, height]) => ({ jpeg: jpeg(300), width, height })));
  return new TextDecoder('latin1').decode(await pdf.arrayBuffer());
}

describe('photos as a PDF', () => {
  it('names every object where it stands', async () => {
    const text = await read([1200, 1600], [1600, 1200]);
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
    expect(text.slice(start, start + 4)).toBe('xref');
    const places = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, at]) => Number(at));
    expect(places).toHaveLength(8);
    places.forEach((at, index) => expect(text.slice(at, at + 8)).toContain(`${index + 1} 0 obj`));
  });
  it('gives each photo a page of A4 that lies as the photo does', async () => {
    const text = await read([1200, 1600], [1600, 1200]);
    expect(text.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(2);
    expect(text).toContain('[0 0 595 842]');
    expect(text).toContain('[0 0 842 595]');
    expect(text.match(/\/Filter \/DCTDecode \/Length 300/g)).toHaveLength(2);
  });
  it('keeps a very long picture inside the page', async () => {
    const [, w, h] = /q ([\d.]+) 0 0 ([\d.]+) /.exec(await read([100, 5000])) ?? [];
    expect(Number(w)).toBeLessThan(595);
    expect(Number(h)).toBeLessThanOrEqual(842 - 36);
  });
});
