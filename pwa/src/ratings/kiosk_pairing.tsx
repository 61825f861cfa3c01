/** Binding a browser as a counter tablet: eight symbols from the rating team, once. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, ask } from '../graphql';
import { me, signOut } from '../identity/session';
import { go } from '../router';
import { staf } from '../strings/loket';
import { Button, Buttons } from '../ui/button';
import { Banner } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { faultText } from '../ui/online';
import { Page } from '../ui/page';
import { bind, counter, leaveCounter, left } from './counter';

interface Paired {
  kiosk: string;
  account: string;
  site: string;
}

const PAIR = 'mutation($code: String!) { pairKiosk(code: $code) { kiosk account site } }';
const LENGTH = 8;

export function Pairing(): JSX.Element {
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);

  async function pair(event: Event): Promise<void> {
    event.preventDefault();
    const plain = code.replace(/[\s-]/g, '');
    setFault('');
    setError(plain.length === LENGTH ? undefined : staf.kodeSalah);
    if (busy || plain.length !== LENGTH) return;
    setBusy(true);
    try {
      const { pairKiosk } = await ask<{ pairKiosk: Paired }>(PAIR, { code: plain }, '');
      // Whoever prepared the tablet must not stay signed in on it.
      if (me.value) await signOut(() => undefined).catch(() => undefined);
      leaveCounter(false);
      bind(pairKiosk);
      go('/loket', true);
    } catch (thrown) {
      if (thrown instanceof Refused && thrown.code === 'pairing_failed') setError(thrown.message);
      else setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Page title={staf.pasang} layout="sempit">
      {counter.value && left.value && (
        <Buttons stack>
          <Button
            kind="utama"
            onClick={async () => {
              if (me.value) await signOut(() => undefined).catch(() => undefined);
              leaveCounter(false);
            }}
          >
            {staf.kembali}
          </Button>
        </Buttons>
      )}
      <p>{staf.pasangIsi}</p>
      {fault && (
        <Banner tone="tunggu">
          <p>{fault}</p>
        </Banner>
      )}
      <form class="bagian" noValidate onSubmit={(event) => void pair(event)}>
        <TextField
          label={staf.kode}
          hint={staf.kodePetunjuk}
          value={code}
          onInput={setCode}
          error={error}
          capitalize="characters"
          required
        />
        <div>
          <Button type="submit" kind={counter.value ? 'kedua' : 'utama'} busy={busy}>
            {staf.pasangTombol}
          </Button>
        </div>
      </form>
    </Page>
  );
}
