/** Picking a canned answer while replying: search, preview with what is known filled in, then it is edited before sending. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { categoryLabel, servicePhone } from '../forms/bundle';
import { me, records } from '../identity/session';
import type { QuestionView } from '../questions/view';
import { p } from '../strings/id_pusat';
import type { RecordView } from '../sync';
import { Button, LinkButton } from '../ui/button';
import { matching } from '../ui/combobox';
import { Dialog, Empty, Stepped } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { fill } from './canned';
import type { CannedAnswer } from './types';

type View = RecordView<CannedAnswer>;

/** Those in use that hold every typed word, the question's own topic first. */
function offered(category: string | null | undefined, typed: string): View[] {
  const used = (records<CannedAnswer>('canned_answer').value ?? []).filter(({ body }) => body.state === 'berlaku');
  const options = used.map(({ id, body }) => ({ value: id, label: `${body.title} ${body.text}` }));
  const fits = new Set(matching(options, typed).map(({ value }) => value));
  const own = ({ body }: View): number => Number(Boolean(category) && body.category === category);
  return used
    .filter(({ id }) => fits.has(id))
    .sort((a, b) => own(b) - own(a) || a.body.title.localeCompare(b.body.title));
}

export function CannedPicker({ view, onPick }: { view: QuestionView; onPick: (text: string) => void }): JSX.Element {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const { body } = view;
  const values = {
    nama: body.askerName,
    nomor: body.number,
    topik: body.category && categoryLabel(body.category),
    unit: body.unitName,
    telepon: servicePhone.value,
    petugas: me.value?.name,
  };
  const found = open ? offered(body.category, typed) : [];
  return (
    <>
      <Button icon="salin" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {p.baku.judul}
      </Button>
      {open && (
        <Dialog title={p.baku.judul} onClose={() => setOpen(false)}>
          <div role="search">
            <TextField type="search" label={p.baku.cari} value={typed} onInput={setTyped} inputmode="search" />
          </div>
          {found.length ? (
            <Stepped
              items={found}
              render={({ id, body: one }) => (
                <li key={id} class="kartu">
                  <h3>{one.title}</h3>
                  <p class="baca">{fill(one.text, values)}</p>
                  <div>
                    <Button
                      about={one.title}
                      onClick={() => {
                        onPick(fill(one.text, values));
                        setOpen(false);
                      }}
                    >
                      {p.baku.pilih}
                    </Button>
                  </div>
                </li>
              )}
            />
          ) : (
            <Empty>
              <p role="status">{typed.trim() ? p.baku.tidakCocok(typed) : p.baku.kosong}</p>
              <div>
                <LinkButton href="/jawaban-baku">{p.baku.semua}</LinkButton>
              </div>
            </Empty>
          )}
        </Dialog>
      )}
    </>
  );
}
