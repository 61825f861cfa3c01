/** The track of a question: phone, server, officer, answer. The amber dot of the mark is where it is now. */
import type { JSX } from 'preact';
import { q } from '../strings/id_tanya';

const STOPS = [q.percakapan.diHp, q.percakapan.diServer, q.percakapan.ditangani, q.percakapan.dijawab];

export function Track({ at }: { at: number }): JSX.Element {
  return (
    <ol class="jalur" aria-label={q.percakapan.jejak}>
      {STOPS.map((name, index) => (
        <li
          key={name}
          class={index < at ? 'lewat' : index === at ? 'kini' : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
