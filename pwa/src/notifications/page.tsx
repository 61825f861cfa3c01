/** Notices: on or off on this device, a trial, which kinds, quiet hours. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { NoAnswer, Refused, ask } from '../graphql';
import type { Preference } from '../identity/kinds';
import { grants, me, mutate, records } from '../identity/session';
import { NotSaved, useSave } from '../outbox/save';
import { t } from '../strings/id';
import { l } from '../strings/id_lain';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { Check } from '../ui/fields';
import { dateTime } from '../ui/format';
import { Page } from '../ui/page';
import { ownSubscription, permission, support, turnOff, turnOn } from './push';

type Kind = 'answered' | 'work' | 'deadline' | 'announcement' | 'showContent';

/** With what holds for who never chose. Work comes to people with a role only. */
const USUAL: Record<Kind, boolean> = { answered: true, work: true, deadline: true, announcement: false, showContent: false };
const KINDS: [Kind, string][] = [
  ['answered', l.notifikasi.dijawab],
  ['work', l.notifikasi.tugas],
  ['deadline', l.notifikasi.batas],
  ['announcement', l.notifikasi.pengumuman],
];

function Blocked(): JSX.Element {
  const how = support();
  if (how === 'install_first')
    return (
      <Banner tone="tunggu">
        <p>{l.notifikasi.iphone}</p>
      </Banner>
    );
  if (how === 'no')
    return (
      <Banner tone="netral" icon="lonceng">
        <p>{l.notifikasi.takBisa}</p>
      </Banner>
    );
  return (
    <Banner tone="tunggu" icon="lonceng">
      <p>{l.notifikasi.diblokir}</p>
      <ol class="bernomor">
        {l.notifikasi.caraBuka.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Banner>
  );
}

function Device(): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ tone: 'sukses' | 'tunggu'; text: string } | null>(null);
  const own = ownSubscription()?.body;
  const on = own?.active === true && permission.value === 'granted';
  const usable = support() === 'yes' && permission.value !== 'denied';

  async function run(work: () => Promise<string>): Promise<void> {
    setBusy(true);
    setSaid(null);
    try {
      setSaid({ tone: 'sukses', text: await work() });
    } catch (fault) {
      setSaid({ tone: 'tunggu', text: fault instanceof Refused ? fault.message : t.umum.tanpaJawaban });
      if (!(fault instanceof Refused || fault instanceof NoAnswer)) console.error(fault);
    } finally {
      setBusy(false);
    }
  }
  const test = () =>
    run(async () => {
      await ask('mutation { sendTestPush }');
      return l.notifikasi.ujiDikirim;
    });
  const state = !on
    ? l.notifikasi.mati
    : own?.lastSuccessAt
      ? l.notifikasi.aktifSampai(dateTime(own.lastSuccessAt))
      : l.notifikasi.aktif;
  return (
    <section class="bagian">
      {usable ? (
        <Banner tone={on ? 'sukses' : 'netral'} icon="lonceng">
          <p>{state}</p>
        </Banner>
      ) : (
        <Blocked />
      )}
      {said && (
        <Banner tone={said.tone}>
          <p>{said.text}</p>
        </Banner>
      )}
      {usable && (
        <Buttons stack>
          {on ? (
            <>
              <Button kind="utama" busy={busy} onClick={() => void test()}>
                {l.notifikasi.ujiCoba}
              </Button>
              <Button onClick={() => void run(async () => (await turnOff(), l.notifikasi.tersimpan))}>
                {l.notifikasi.matikan}
              </Button>
            </>
          ) : (
            <Button
              kind="utama"
              icon="lonceng"
              busy={busy}
              onClick={() => void run(async () => ((await turnOn()) ? l.notifikasi.aktif : l.notifikasi.ditunda))}
            >
              {l.notifikasi.nyalakan}
            </Button>
          )}
        </Buttons>
      )}
    </section>
  );
}

function Choices(): JSX.Element {
  const stored = records<Preference>('preference').value?.[0]?.body;
  const [push, setPush] = useState(USUAL);
  const [quiet, setQuiet] = useState(false);
  const [from, setFrom] = useState('20:00');
  const [to, setTo] = useState('06:00');
  const [saved, setSaved] = useState(false);
  const saving = useSave();
  useEffect(() => {
    setPush({ ...USUAL, ...stored?.push });
    setQuiet(Boolean(stored?.quiet));
    if (stored?.quiet) {
      setFrom(stored.quiet.from);
      setTo(stored.quiet.to);
    }
  }, [JSON.stringify(stored)]);
  async function save(event: Event): Promise<void> {
    event.preventDefault();
    setSaved(false);
    const args = { push: { ...stored?.push, ...push }, quiet: quiet ? { from, to } : null };
    if (await saving.save(() => mutate({ kind: 'preference.set', record: me.value?.account ?? '', args })))
      setSaved(true);
  }
  return (
    <form class="bagian" onSubmit={(event) => void save(event)}>
      <fieldset class="isian">
        <legend>{l.notifikasi.jenis}</legend>
        <div class="pilihan">
          {KINDS.filter(([kind]) => kind !== 'work' || grants.value.length > 0).map(([kind, label]) => (
            <Check key={kind} label={label} checked={push[kind]} onChange={(on) => setPush({ ...push, [kind]: on })} />
          ))}
        </div>
      </fieldset>
      <fieldset class="isian">
        <legend>{l.notifikasi.layarKunci}</legend>
        <div class="pilihan">
          <Check
            label={l.notifikasi.tampilIsi}
            checked={push.showContent}
            onChange={(showContent) => setPush({ ...push, showContent })}
          />
        </div>
        <p class="petunjuk">{push.showContent ? l.notifikasi.contohIsi : l.notifikasi.contoh}</p>
      </fieldset>
      <fieldset class="isian">
        <legend>{l.notifikasi.tenang}</legend>
        <Check label={l.notifikasi.tenangPakai} checked={quiet} onChange={setQuiet} />
        {quiet && (
          <div class="sepasang">
            <label class="isian">
              <span class="label">{l.notifikasi.tenangDari}</span>
              <input class="kendali" type="time" value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
            </label>
            <label class="isian">
              <span class="label">{l.notifikasi.tenangSampai}</span>
              <input class="kendali" type="time" value={to} onInput={(event) => setTo(event.currentTarget.value)} />
            </label>
          </div>
        )}
      </fieldset>
      {saved && (
        <Banner tone="sukses">
          <p>{l.notifikasi.tersimpan}</p>
        </Banner>
      )}
      <NotSaved fault={saving.fault} text="" />
      <div>
        <Button type="submit" busy={saving.busy}>
          {l.notifikasi.simpan}
        </Button>
      </div>
    </form>
  );
}

export function Notices(): JSX.Element {
  return (
    <Page title={l.notifikasi.judul}>
      <Device />
      <Choices />
    </Page>
  );
}
