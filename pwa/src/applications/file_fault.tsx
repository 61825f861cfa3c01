/** Why a chosen file was not taken: said aloud at once, because no field has focus while a file is prepared. */
import type { JSX } from 'preact';
import { Unfit } from '../attachments/unfit';
import { asFault } from '../outbox/save';
import { t } from '../strings/id';
import { d } from '../strings/id_usul_berkas';
import { Icon } from '../ui/icons';

/** `has`: a file that was chosen before stays. */
export async function fileFault(thrown: unknown, has: boolean): Promise<string> {
  if (thrown instanceof Unfit) return d.lamaAda(thrown.message, has);
  const fault = await asFault(thrown);
  if (fault?.code === 'missing') return t.umum.bagianBelumTurun;
  return d.lamaAda(fault?.code === 'update_needed' ? d.diperbarui : d.tidakTersimpan, has);
}

export function FileFault({ text }: { text: string }): JSX.Element {
  return (
    <div role="alert">
      {text && (
        <p class="salah">
          <Icon name="seru" />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}
