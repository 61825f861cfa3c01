/** The predicate that follows from both ratings: the table of the rule with its cell marked. */
import type { JSX } from 'preact';
import { n } from '../strings/id_skp_nilai';
import { MATRIX, RATINGS } from './evaluation_view';
import type { Rating } from './types';

const COLUMNS: readonly Rating[] = ['di_bawah', 'sesuai', 'di_atas'];

/** The 3 x 3 table with the cell of these ratings marked. */
export function Matrix({ result, behaviour }: { result: Rating; behaviour: Rating }): JSX.Element {
  return (
    <div class="tabel-gulung" tabIndex={0} role="region" aria-label={n.matriks}>
      <table class="predikat">
        <caption class="sr">{n.matriks}</caption>
        <thead>
          <tr>
            <th scope="col">{n.hasil}</th>
            {COLUMNS.map((column) => (
              <th scope="col" key={column}>
                {n.rating[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {RATINGS.map((row) => (
            <tr key={row}>
              <th scope="row">{n.rating[row]}</th>
              {COLUMNS.map((column) => {
                const here = row === result && column === behaviour;
                return (
                  <td key={column} class={here ? 'terpilih-sel' : undefined} data-kolom={n.rating[column]}>
                    {n.predikatNama[MATRIX[row][column]]}
                    {here && <span class="sr">{` (${n.predikat})`}</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
