/** "Cek status usulan": stage and date of an own case, or plainly that nothing is known. Works without signal. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { l } from '../strings/id_lampiran';
import { q } from '../strings/id_tanya';
import { Button, LinkButton } from '../ui/button';
import { TextField } from '../ui/fields';
import { dateTime } from '../ui/format';
import { Icon } from '../ui/icons';
import { caseStatus } from './case_status';
import type { QuestionView } from './view';

export function StatusCheck({ own }: { own: readonly QuestionView[] }): JSX.Element {
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  const [error, setError] = useState<string | undefined>();
  const found = asked ? caseStatus(own, asked) : null;
  return (
    <details class="kartu tindakan">
      <summary>
        <Icon name="panah" class="panah" />
        {l.cekStatus}
      </summary>
      <form
        class="bagian"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setError(typed.trim() ? undefined : l.cekIsi);
          setAsked(typed.trim());
        }}
      >
        <TextField label={l.cekNomor} hint={l.cekContoh} value={typed} onInput={setTyped} error={error} capitalize="characters" />
        <div>
          <Button type="submit" icon="cari">
            {l.cekTombol}
          </Button>
        </div>
        <div role="status">
          {found && <p>{l.tahap(q.keadaan[found.state] ?? found.state, dateTime(found.at))}</p>}
          {asked && !found && (
            <>
              <p>{l.belumDiketahui}</p>
              <p class="petunjuk">{l.belumDiketahuiIsi}</p>
            </>
          )}
        </div>
        {found && (
          <div>
            <LinkButton href={`/tanya/${found.id}`}>{l.bukaGabungan}</LinkButton>
          </div>
        )}
      </form>
    </details>
  );
}
