/** "/laporan/pengunjung": visitors by month before and after the service, and the saving as a labelled estimate. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { countsVisitors, seesDashboard } from '../identity/roles';
import { mutate, working } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { evaluasi } from '../strings/id_evaluasi';
import { tell } from '../ui/announce';
import { Button, Buttons } from '../ui/button';
import { Bars, Table } from '../ui/charts';
import { Empty } from '../ui/feedback';
import { Select, TextField } from '../ui/fields';
import { number } from '../ui/format';
import { OnlineState, useOnline } from '../ui/online';
import { OtherRole, Page } from '../ui/page';
import { comma, months } from '../ui/periods';
import type { VisitorFigures } from './types';
import { month as monthName, rupiah } from './words';

const FIGURES = '{ visitorFigures }';
const { pengunjung } = evaluasi;

/** A whole number as typed, with or without dots between thousands; null for anything else. */
export function whole(text: string): number | null {
  const bare = text.trim().replace(/\.(?=\d{3}(\D|$))/g, '');
  return /^\d{1,9}$/.test(bare) ? Number(bare) : null;
}

function Amount({ label, value, onInput, error }: { label: string; value: string; onInput: (value: string) => void; error?: string | undefined }): JSX.Element {
  return <TextField label={label} value={value} onInput={onInput} inputmode="numeric" error={error} />;
}

function Month({ figures, again }: { figures: VisitorFigures; again: () => void }): JSX.Element {
  const options = months(figures.today);
  const [month, setMonth] = useState(options[1]?.value ?? '');
  const [total, setTotal] = useState('');
  const [parts, setParts] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const saving = useSave();
  async function send(): Promise<void> {
    const given = Object.entries(parts).filter(([, text]) => text.trim());
    const wrong = Object.fromEntries(given.filter(([, text]) => whole(text) === null).map(([name]) => [name, pengunjung.angka]));
    const sum = given.reduce((so, [, text]) => so + (whole(text) ?? 0), 0);
    const all = whole(total);
    if (all === null) wrong.total = pengunjung.angka;
    else if (sum > all) wrong.total = pengunjung.lebih;
    setErrors(wrong);
    if (Object.keys(wrong).length || all === null) return;
    const args = { month, total: all, parts: Object.fromEntries(given.map(([name, text]) => [name, whole(text) ?? 0])) };
    const as = working.value?.id;
    if (!(await saving.save(() => mutate({ kind: 'visitors.month', args, ...(as && { as }) })))) return;
    setTotal('');
    setParts({});
    tell(pengunjung.tersimpan);
    setTimeout(again, 1500);
  }
  return (
    <section class="kartu">
      <Select label={pengunjung.bulan} options={options} value={month} onChange={setMonth} />
      <Amount label={pengunjung.total} value={total} onInput={setTotal} error={errors.total} />
      <p class="petunjuk">{pengunjung.keperluan}</p>
      <div class="saringan-laporan">
        {Object.entries(figures.purposes).map(([code, name]) => (
          <Amount
            key={code}
            label={name}
            value={parts[code] ?? ''}
            onInput={(value) => setParts({ ...parts, [code]: value })}
            error={errors[code]}
          />
        ))}
      </div>
      <NotSaved fault={saving.fault} text={total} />
      <Buttons>
        <Button busy={saving.busy} onClick={() => void send()}>
          {pengunjung.simpanBulan}
        </Button>
      </Buttons>
    </section>
  );
}

function Cost({ figures, again }: { figures: VisitorFigures; again: () => void }): JSX.Element {
  const options = months(figures.today);
  const known = figures.cost;
  const [started, setStarted] = useState(known?.started ?? options[0]?.value ?? '');
  const [litres, setLitres] = useState(comma(known?.litres ?? figures.road?.litres ?? ''));
  const [amounts, setAmounts] = useState<Record<string, string>>({
    price: String(known?.price ?? figures.road?.price ?? ''),
    meal: String(known?.meal ?? figures.road?.meal ?? ''),
    other: String(known?.other ?? 0),
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const saving = useSave();
  const names: Record<string, string> = { price: pengunjung.harga, meal: pengunjung.makan, other: pengunjung.lain };
  async function send(): Promise<void> {
    const plain = litres.trim().replace(',', '.');
    const wrong: Record<string, string> = {};
    if (!/^\d{1,4}(\.\d{1,3})?$/.test(plain)) wrong.litres = pengunjung.literPetunjuk;
    for (const name of Object.keys(names)) if (whole(amounts[name] ?? '') === null) wrong[name] = pengunjung.angka;
    setErrors(wrong);
    if (Object.keys(wrong).length) return;
    const sums = Object.fromEntries(Object.keys(names).map((name) => [name, whole(amounts[name] ?? '') ?? 0]));
    const as = working.value?.id;
    const work = () => mutate({ kind: 'visitors.cost', args: { started, litres: plain, ...sums }, ...(as && { as }) });
    if (!(await saving.save(work))) return;
    tell(pengunjung.tersimpan);
    setTimeout(again, 1500);
  }
  const startOptions = options.some(({ value }) => value === started)
    ? options
    : [...options, { value: started, label: monthName(started) }];
  return (
    <section class="kartu">
      <h2>{pengunjung.biaya}</h2>
      <p class="petunjuk">{pengunjung.biayaIsi}</p>
      <Select label={pengunjung.mulai} options={startOptions} value={started} onChange={setStarted} />
      <TextField
        label={pengunjung.liter}
        hint={figures.road ? pengunjung.jarak(number(figures.road.km), number(figures.road.units), comma(figures.road.litres)) : pengunjung.literPetunjuk}
        value={litres}
        onInput={setLitres}
        error={errors.litres}
      />
      <div class="saringan-laporan">
        {Object.entries(names).map(([name, label]) => (
          <Amount
            key={name}
            label={label}
            value={amounts[name] ?? ''}
            onInput={(value) => setAmounts({ ...amounts, [name]: value })}
            error={errors[name]}
          />
        ))}
      </div>
      {known && <p>{pengunjung.satu(rupiah(known.per_visit))}</p>}
      <NotSaved fault={saving.fault} text={litres} />
      <Buttons>
        <Button busy={saving.busy} onClick={() => void send()}>
          {pengunjung.simpanBiaya}
        </Button>
      </Buttons>
    </section>
  );
}

function Compared({ figures }: { figures: VisitorFigures }): JSX.Element {
  const { compared, cost } = figures;
  if (!compared) return <p>{pengunjung.belumBiaya}</p>;
  return (
    <>
      <dl class="angka-kunci">
        <div>
          <dt>{pengunjung.sebelum}</dt>
          <dd class="nilai">{comma(compared.before_avg)}</dd>
          <dd class="petunjuk">{pengunjung.nBulan(number(figures.before_n))}</dd>
        </div>
        {compared.after_avg !== null && (
          <div>
            <dt>{pengunjung.sesudah}</dt>
            <dd class="nilai">{comma(compared.after_avg)}</dd>
            <dd class="petunjuk">{pengunjung.nBulan(number(figures.after_n))}</dd>
          </div>
        )}
        {compared.claim && compared.saving !== null && (
          <div>
            <dt>{pengunjung.hemat}</dt>
            <dd class="nilai">{rupiah(compared.saving)}</dd>
            <dd class="petunjuk">{pengunjung.hematIsi(number(compared.avoided ?? 0), rupiah(cost?.per_visit ?? 0))}</dd>
          </div>
        )}
      </dl>
      {compared.reason === 'NO_AFTER_DATA' && <p>{pengunjung.tanpaSesudah}</p>}
      {compared.reason === 'NO_REDUCTION' && <p>{pengunjung.tanpaTurun}</p>}
    </>
  );
}

export function Visitors(): JSX.Element {
  const found = useOnline(() => ask<{ visitorFigures: VisitorFigures }>(FIGURES).then((all) => all.visitorFigures), '');
  if (!seesDashboard(working.value) && !countsVisitors(working.value)) return <OtherRole />;
  const data = found.data;
  const names = data ? Object.entries(data.purposes) : [];
  return (
    <Page title={pengunjung.judul} layout="lebar" back={{ href: '/laporan/pertanyaan', label: evaluasi.laporan.judul }}>
      <p>{pengunjung.pengantar}</p>
      <OnlineState of={found} />
      {data && (
        <>
          <Compared figures={data} />
          {!data.months.length && (
            <Empty>
              <p>{pengunjung.kosong}</p>
            </Empty>
          )}
          {data.months.length > 0 && (
            <figure class="bagian">
              <figcaption>
                <h2>{pengunjung.tabel}</h2>
              </figcaption>
              <Bars
                bars={data.months.slice(-13).map((one) => ({ label: monthName(one.month), value: one.total, text: number(one.total) }))}
                most={Math.max(...data.months.map(({ total }) => total))}
              />
              <Table
                caption={pengunjung.tabel}
                head={[pengunjung.bulan, pengunjung.total, ...names.map(([, name]) => name), pengunjung.tidakDijelaskan, pengunjung.sumber]}
                rows={data.months.map((one) => [
                  monthName(one.month),
                  number(one.total),
                  ...names.map(([code]) => number(one.parts[code] ?? 0)),
                  number(one.unexplained),
                  one.source,
                ])}
                file="pengunjung"
                fold
              />
            </figure>
          )}
          {countsVisitors(working.value) && <Month figures={data} again={found.again} />}
          {working.value?.role === 'KTM' && <Cost figures={data} again={found.again} />}
        </>
      )}
    </Page>
  );
}
