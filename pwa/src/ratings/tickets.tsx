/** "Karcis kunjungan": a counter hands out a code for one visit; the next one replaces it on the screen. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { handsOutTickets } from '../identity/roles';
import { mutate, records, unread, working } from '../identity/session';
import { NotYet } from '../outbox/not_yet';
import { Qr } from '../outbox/qr';
import { NotSaved, useSave } from '../outbox/save';
import { kode } from '../strings/id_nilai';
import { uuid7 } from '../sync';
import { Button, Buttons } from '../ui/button';
import { PickOne } from '../ui/combobox';
import { Banner } from '../ui/feedback';
import { dateTime } from '../ui/format';
import { OtherRole, Page } from '../ui/page';
import type { Code, Ticket } from './code_types';
import './codes.css';
import { formPath } from './tokens';

function Shown({ id, board }: { id: string; board: string }): JSX.Element {
  const ticket = records<Ticket>('rating_ticket').value?.find((one) => one.id === id)?.body;
  if (!ticket) {
    return (
      <Banner tone="tunggu">
        <p>{kode.karcis.menunggu}</p>
      </Banner>
    );
  }
  return (
    <section class="kartu">
      <div class="kode-qr">
        <Qr text={location.origin + formPath(board, { t: ticket.signed })} label={kode.karcis.qr} />
        <span class="petunjuk">{kode.karcis.sampai(dateTime(ticket.expires))}</span>
      </div>
    </section>
  );
}

export function Tickets(): JSX.Element {
  const all = records<Code>('rating_code').value;
  const boards = (all ?? []).filter(({ body }) => body.kind === 'board');
  const [picked, setPicked] = useState('');
  const [shown, setShown] = useState('');
  const saving = useSave();
  if (!handsOutTickets(working.value)) return <OtherRole />;
  const board = boards.find(({ body }) => body.unit === picked) ?? boards[0];
  async function issue(): Promise<void> {
    const id = uuid7();
    const args = { site: board?.body.unit ?? '' };
    const work = () =>
      mutate({ kind: 'rating.ticket', record: id, args, ...(working.value && { as: working.value.id }) });
    if (await saving.save(work)) setShown(id);
  }
  return (
    <Page title={kode.karcis.judul} layout="sempit">
      <p>{kode.karcis.pengantar}</p>
      {!board ? (
        all === null || unread.value ? (
          <NotYet />
        ) : (
          <p>{kode.karcis.tanpaPapan}</p>
        )
      ) : (
        <>
          <PickOne
            label={kode.karcis.lokasi}
            options={boards.map(({ body }) => ({ value: body.unit, label: body.unitName }))}
            value={board.body.unit}
            onChange={(unit) => {
              setPicked(unit);
              setShown('');
            }}
          />
          {shown && <Shown key={shown} id={shown} board={board.body.token} />}
          <NotSaved fault={saving.fault} text={board.body.unitName} />
          <Buttons stack>
            <Button kind="utama" busy={saving.busy} onClick={() => void issue()}>
              {shown ? kode.karcis.baru : kode.karcis.buat}
            </Button>
          </Buttons>
        </>
      )}
    </Page>
  );
}
