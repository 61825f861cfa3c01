/** Reads QR codes from a camera: by the browser itself where it can, else by a reader that is loaded then. */

export type Read = (video: HTMLVideoElement) => Promise<string | null>;

interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats: () => Promise<string[]>;
}

/** Longer edge of the picture that the reader gets, in pixels: enough for a code that fills a third of it. */
const EDGE = 800;

async function native(): Promise<Read | null> {
  const Known = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  try {
    if (!Known || !(await Known.getSupportedFormats()).includes('qr_code')) return null;
    const detector = new Known({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
  } catch {
    // Named by the browser, but its service is missing on this phone.
    return null;
  }
}

async function loaded(): Promise<Read> {
  const { default: decode } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, EDGE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!context || !canvas.width || !canvas.height) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decode({ width: canvas.width, height: canvas.height, data });
    } catch {
      return null; // no code in this picture
    }
  };
}

/** The reader of this browser. Rejects when the loaded one does not come (no signal). */
export const openReader = async (): Promise<Read> => (await native()) ?? loaded();
