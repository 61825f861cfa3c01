/** Photos of paper as one PDF: a page each, on A4, the picture as large as fits. Nothing is written but pictures. */

export interface Scan {
  /** A baseline JPEG in RGB. */
  jpeg: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
}

/** A4 in points, and the white border. */
const [LONG, SHORT, MARGIN] = [842, 595, 18];

const text = (value: string): Uint8Array<ArrayBuffer> => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

function page({ width, height }: Scan, picture: number, at: number, parent: number): string[] {
  const [w, h] = width > height ? [LONG, SHORT] : [SHORT, LONG];
  const scale = Math.min((w - 2 * MARGIN) / width, (h - 2 * MARGIN) / height);
  const [shownW, shownH] = [width * scale, height * scale];
  const draw = `q ${shownW.toFixed(2)} 0 0 ${shownH.toFixed(2)} ${((w - shownW) / 2).toFixed(2)} ${((h - shownH) / 2).toFixed(2)} cm /F Do Q`;
  return [
    `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 ${w} ${h}] /Resources << /XObject << /F ${picture} 0 R >> >> /Contents ${at + 1} 0 R >>`,
    `<< /Length ${draw.length} >>\nstream\n${draw}\nendstream`,
  ];
}

/** One PDF 1.4 of one page a photo. */
export function pdfOf(scans: readonly Scan[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const places: number[] = [];
  let length = 0;
  const put = (...pieces: Uint8Array<ArrayBuffer>[]): void => {
    for (const piece of pieces) {
      parts.push(piece);
      length += piece.length;
    }
  };
  const object = (number: number, ...pieces: Uint8Array<ArrayBuffer>[]): void => {
    places[number] = length;
    put(text(`${number} 0 obj\n`), ...pieces, text('\nendobj\n'));
  };
  put(text('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'));
  object(1, text('<< /Type /Catalog /Pages 2 0 R >>'));
  const kids = scans.map((_, index) => `${3 + index * 3} 0 R`).join(' ');
  object(2, text(`<< /Type /Pages /Kids [${kids}] /Count ${scans.length} >>`));
  scans.forEach((scan, index) => {
    const at = 3 + index * 3;
    const [sheet, draw] = page(scan, at + 2, at, 2);
    object(at, text(sheet!));
    object(at + 1, text(draw!));
    const { jpeg, width, height } = scan;
    const head = `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`;
    object(at + 2, text(head), jpeg, text('\nendstream'));
  });
  const start = length;
  const rows = places.slice(1).map((place) => `${String(place).padStart(10, '0')} 00000 n \n`);
  put(text(`xref\n0 ${places.length}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${places.length} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`));
  return new Blob(parts, { type: 'application/pdf' });
}
