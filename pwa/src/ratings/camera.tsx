/** The picture of the camera, looked at for a QR code until one is read. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../ui/announce';
import './camera.css';
import { openReader } from './reader';

const LOOK_MS = 200;

/** The person refused, there is no camera, or the reader did not come. */
export type CameraFault = 'permission' | 'camera' | 'reader';

const faultOf = (fault: unknown): CameraFault =>
  fault instanceof DOMException && (fault.name === 'NotAllowedError' || fault.name === 'SecurityError') ? 'permission' : 'camera';

type CameraProps = { label: string; looking: string; onRead: (text: string) => void; onFault: (why: CameraFault) => void };

export function Camera({ label, looking, onRead, onFault }: CameraProps): JSX.Element {
  const view = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let live = true;
    let stream: MediaStream | null = null;
    const look = async (): Promise<void> => {
      const read = await openReader().catch(() => null);
      if (!read) return onFault('reader');
      while (live) {
        const video = view.current;
        const text = video && video.readyState >= video.HAVE_CURRENT_DATA ? await read(video).catch(() => null) : null;
        if (live && text) return onRead(text);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    };
    const start = async (): Promise<void> => {
      if (!navigator.mediaDevices) return onFault('camera');
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
      } catch (fault) {
        return onFault(faultOf(fault));
      }
      if (!live || !view.current) return stream.getTracks().forEach((track) => track.stop());
      view.current.srcObject = stream;
      await view.current.play().catch(() => undefined);
      announce(looking);
      await look();
    };
    void start();
    return () => {
      live = false;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return <video ref={view} class="bidik" playsInline muted aria-label={label} />;
}
