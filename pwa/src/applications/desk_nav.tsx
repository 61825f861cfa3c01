/** The sections of the verifiers' desk. */
import type { JSX } from 'preact';
import { verifies } from '../identity/roles';
import { records, working } from '../identity/session';
import { place } from '../router';
import { k } from '../strings/id_usul_meja';
import { KIND } from './types';
import './usul.css';

const SECTIONS: [string, string][] = [
  ['/verifikasi', k.antrean],
  ['/verifikasi/semua', k.semua.singkat],
  ['/verifikasi/pesan', k.pesan.judul],
  ['/verifikasi/masukan', k.masukan.judul],
  ['/verifikasi/rekap', k.rekap.singkat],
];
const PARTIES: [string, string] = ['/verifikasi/partai', k.partai];

export function DeskNav(): JSX.Element | null {
  if (!verifies(working.value)) return null;
  const { path } = place.value;
  const parties = working.value?.role === 'SUP' && (records(KIND.party).value ?? []).length > 0;
  const sections = parties ? [...SECTIONS, PARTIES] : SECTIONS;
  return (
    <nav class="bab" aria-label={k.bab}>
      <ul>
        {sections.map(([href, label]) => (
          <li key={href}>
            <a href={href} aria-current={path === href ? 'page' : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
