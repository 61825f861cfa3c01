/** Long-service awards that somebody holds, from when service counts, and credit points. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { me, mutate, records } from '../identity/session';
import { isWaiting } from '../outbox/state';
import { s } from '../strings/id_skp';
import { h } from '../strings/id_skp_hr';
import { Button } from '../ui/button';
import { Empty, Loading } from '../ui/feedback';
import { Select, TextArea, TextField } from '../ui/fields';
import { date } from '../ui/format';
import { Points } from './credit';
import { Folded, Save, as, useHrForm, type Errors } from './hr_form';
import { LINE_MOST, TEXT_LEAST, TEXT_MOST } from './limits';
import { KIND } from './names';
import type { Award, Counting } from './types';
import { Waits } from './waits';

function Held({ person }: { person: string }): JSX.Element {
  const held = (records<Award>(KIND.award).value ?? []).filter(({ body }) => body.person === person);
  const counted = (records<Counting>(KIND.counting).value ?? []).filter(({ body }) => body.person === person);
  if (!held.length && !counted.length)
    return (
      <Empty>
        <p>{h.jasa.kosong}</p>
      </Empty>
    );
  return (
    <ul class="butir">
      {held.map(({ id, body, pending }) => (
        <li key={id}>
          {h.jasa.baris(h.jasa.kelasPilihan[body.award] ?? body.award, body.decree, date(body.day))} {pending.some(isWaiting) && <Waits />}
        </li>
      ))}
      {counted.map(({ id, body, pending }) => (
        <li key={id}>
          {h.jasa.barisHitung(date(body.start), body.reason)} {pending.some(isWaiting) && <Waits />}
        </li>
      ))}
    </ul>
  );
}

function AwardForm({ person }: { person: string }): JSX.Element {
  const form = useHrForm({
    key: `skp:satya:${person}`,
    empty: { award: '', decree: '', day: '' },
    check: ({ award, decree, day }): Errors => ({
      'satya-kelas': award ? undefined : h.jasa.isiKelas,
      'satya-keputusan': !decree.trim() || !day ? h.jasa.isiKeputusan : decree.trim().length > LINE_MOST ? s.salahPanjang(String(LINE_MOST)) : undefined,
    }),
    work: ({ award, decree, day }, draft) => mutate({ kind: 'skp.award', args: { person, award, decree: decree.trim(), day }, draft, ...as() }),
    done: h.jasa.tersimpan,
  });
  const { value, errors, set } = form;
  if (!value) return <Loading />;
  return (
    <>
      <Select
        id="satya-kelas"
        label={h.jasa.kelas}
        empty={h.jasa.pilihKelas}
        options={Object.entries(h.jasa.kelasPilihan).map(([code, years]) => ({ value: code, label: `${years} tahun` }))}
        value={value.award}
        onChange={(award) => set({ award })}
        error={errors['satya-kelas']}
      />
      <div class="sepasang">
        <TextField id="satya-keputusan" label={h.jasa.keputusan} value={value.decree} onInput={(decree) => set({ decree })} error={errors['satya-keputusan']} />
        <TextField type="date" label={h.jasa.tanggal} value={value.day} onInput={(day) => set({ day })} />
      </div>
      <Save form={form} label={h.jasa.simpan} text={value.decree} />
    </>
  );
}

function CountForm({ person }: { person: string }): JSX.Element {
  const form = useHrForm({
    key: `skp:hitung:${person}`,
    empty: { start: '', reason: '' },
    check: ({ start, reason }): Errors => ({
      'hitung-sejak': start ? undefined : h.isiTanggal,
      'hitung-alasan': reason.trim().length < TEXT_LEAST ? s.alasanPendek : undefined,
    }),
    work: ({ start, reason }, draft) => mutate({ kind: 'skp.count_from', args: { person, start, reason: reason.trim() }, draft, ...as() }),
    done: h.jasa.hitungTersimpan,
  });
  const { value, errors, set } = form;
  if (!value) return <Loading />;
  return (
    <>
      <p class="petunjuk">{h.jasa.hitungIsi}</p>
      <TextField id="hitung-sejak" type="date" label={h.jasa.sejak} value={value.start} onInput={(start) => set({ start })} error={errors['hitung-sejak']} />
      <TextArea
        id="hitung-alasan"
        label={h.alasan}
        value={value.reason}
        onInput={(reason) => set({ reason })}
        max={TEXT_MOST}
        rows={3}
        error={errors['hitung-alasan']}
        required
      />
      <Save form={form} label={h.jasa.simpanHitung} text={value.reason} />
    </>
  );
}

export function Service({ person }: { person: string }): JSX.Element {
  const [looks, setLooks] = useState(false);
  const own = person === me.value?.account;
  return (
    <>
      <section class="bagian">
        <h2>{h.jasa.judul}</h2>
        <Held person={person} />
        {!own && (
          <>
            <Folded title={h.jasa.catat}>
              <AwardForm person={person} />
            </Folded>
            <Folded title={h.jasa.hitung}>
              <CountForm person={person} />
            </Folded>
          </>
        )}
      </section>
      <section class="bagian">
        <h2>{h.kredit.judul}</h2>
        {looks ? (
          <Points person={person} />
        ) : (
          <>
            <p class="petunjuk">{h.nilai.dicatat}</p>
            <div>
              <Button icon="kunci" onClick={() => setLooks(true)}>
                {h.kredit.lihat}
              </Button>
            </div>
          </>
        )}
      </section>
    </>
  );
}
