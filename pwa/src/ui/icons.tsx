/** Line icons on a 24 px grid, 2 px strokes; always beside their word, so hidden from assistive technology. */
import type { JSX } from 'preact';

const PATHS = {
  rumah: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 19v-5h4v5',
  tanya: 'M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-6l-4.5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8.5 9h7M8.5 12h4.5',
  masuk: 'M4 13v5a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-5M4 13l3-8h10l3 8M4 13h4.5l1.5 2.5h4l1.5-2.5H20',
  keluar: 'M20 4 10.5 13.5M20 4l-6 16-3.5-6.5L4 10l16-6Z',
  buku: 'M12 7v13M12 7c-1.5-1.5-4-2-7.5-2v13c3.5 0 6 .5 7.5 2 1.5-1.5 4-2 7.5-2V5C16 5 13.5 5.5 12 7Z',
  orang: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  hp: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2',
  panah: 'm9 5 7 7-7 7',
  kembali: 'm15 5-7 7 7 7',
  naik: 'M12 19V5M6 11l6-6 6 6',
  centang: 'm5 12.5 4.5 4.5L19 7.5',
  klip: 'm19 11-7.2 7.2a4.2 4.2 0 0 1-6-6L13 5a2.8 2.8 0 0 1 4 4l-7 7a1.4 1.4 0 0 1-2-2l6.2-6.2',
  balon: 'M12 4c5 0 8.5 3 8.5 7s-3.5 7-8.5 7c-1 0-2-.1-2.9-.4L4.5 20l1.3-4C4.3 14.7 3.5 13 3.5 11c0-4 3.5-7 8.5-7Z',
  dua: 'M4 8h13l-3.5-3.5M20 16H7l3.5 3.5',
  seru: 'M12 4.5 3.5 19.5h17L12 4.5ZM12 10v4.5M12 17v.3',
  unduh: 'M12 4v11M7 10.5l5 5 5-5M5 19.5h14',
  pensil: 'M5 19l.8-4L16 4.8a1.5 1.5 0 0 1 2.2 0l1 1a1.5 1.5 0 0 1 0 2.2L9 18.2 5 19Z',
  salin: 'M9 9h10v11H9zM15 9V4H5v11h4',
  sinyal: 'M4 18v-3M9 18v-6M14 18V9M19 18V5',
  tanpa: 'M4 18v-3M9 18v-6M14 18v-2M19 18V9M4 4l16 16',
  lonceng: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5h4',
  gigi: 'M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM12 3.5v2.3M12 18.2v2.3M3.5 12h2.3M18.2 12h2.3M6 6l1.6 1.6M16.4 16.4 18 18M6 18l1.6-1.6M16.4 7.6 18 6',
  bantuan:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9.7 9.5a2.4 2.4 0 1 1 3.4 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5v.3',
  telepon: 'M6 4h3.5l1.5 4-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2 4 1.5V18a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2Z',
  cari: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  menu: 'M4 7h16M4 12h16M4 17h16',
  tutup: 'm6 6 12 12M18 6 6 18',
  jam: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 7.5V12l3 2',
  kunci: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  segar: 'M19.5 8A8.5 8.5 0 0 0 4 10M4.5 16A8.5 8.5 0 0 0 20 14M19.5 4v4h-4M4.5 20v-4h4',
  catatan: 'M6 4h12v11l-5 5H6zM13 20v-5h5M9 8.5h6M9 12h3',
  tambah: 'M12 5v14M5 12h14',
  simpan: 'M5 12v7h14v-7M12 4v10M8 10.5l4 4 4-4',
  pintu: 'M14 4H6v16h8M11 12h9M16.5 8.5 20 12l-3.5 3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, class: className }: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg
      width="24"
      height="24"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      class={className}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: two hooks form an S, joined by an amber dot. */
export function Mark({ plain = false }: { plain?: boolean }): JSX.Element {
  return (
    <svg viewBox={plain ? '11 7 26 34' : '0 0 48 48'} width="32" height="32" aria-hidden="true">
      {!plain && <rect width="48" height="48" rx="12" fill="#0B5952" />}
      <path
        fill="none"
        stroke={plain ? 'currentColor' : '#fff'}
        stroke-width="5"
        stroke-linecap="round"
        d="M33 15.5A7.5 7.5 0 0 0 26 11h-4a7.5 7.5 0 0 0-5.6 12.5M15 32.5A7.5 7.5 0 0 0 22 37h4a7.5 7.5 0 0 0 5.6-12.5"
      />
      <circle cx="24" cy="24" r="3.5" fill="#FFBF2E" />
    </svg>
  );
}
