/** What a case ended with: its number, its file, and the way to a change. */
import type { JSX } from 'preact';
import { records } from '../identity/session';
import { b } from '../strings/id_usul_bagian';
import { date } from '../ui/format';
import { lazyPart } from '../ui/lazy';
import { FileLink } from './file_link';
import { KIND, type Output } from './types';
import type { Whole } from './view';

const Change = lazyPart(() => import('./change').then((module) => module.Change));

/** What the case ended with: one press downloads it. */
export function Result({ whole }: { whole: Whole }): JSX.Element | null {
  const { view, service, own } = whole;
  const output = (records<Output>(KIND.output).value ?? []).find(({ body }) => body.application === view.id);
  if (view.body.state !== 'selesai' || !output) return null;
  const { file, name, label, number, dated, replacedBy } = output.body;
  return (
    <section class="kartu" aria-label={service.output.label}>
      {number && <p>{b.keluaran(number, date(dated))}</p>}
      {replacedBy && <p class="petunjuk">{b.digantikan}</p>}
      <div class="tombol-kiri">
        <FileLink kind="utama" file={file} name={name}>
          {label || service.output.label}
        </FileLink>
      </div>
      {own && service.output.replaces && !replacedBy && <Change whole={whole} />}
    </section>
  );
}
