/** The draft of a letter: the server makes it, so without signal the screen says so instead of opening a broken page. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { drafWords } from '../strings/id_usul_draf';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { saveFile } from './save_file';

/** Saves the draft of a letter; gives a sentence for the person if there is none. */
export const saveDraft = (application: string, letter: string): Promise<string | undefined> =>
  saveFile(`/permohonan-berkas/${application}/draf/${letter}`, 'draf.docx', drafWords.sinyal);

type Props = { application: string; letter: string; label?: string | undefined; about?: string };

export function DraftLink({ application, letter, label, about }: Props): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | undefined>();
  async function save(): Promise<void> {
    setBusy(true);
    setFault(undefined);
    try {
      setFault(await saveDraft(application, letter));
    } finally {
      setBusy(false);
    }
  }
  return (
    <div class="bagian">
      <div class="tombol-kiri">
        <Button icon="unduh" busy={busy} {...(about && { about })} onClick={() => void save()}>
          {label ?? drafWords.unduh}
        </Button>
      </div>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
    </div>
  );
}
