/** Lists that live on the server only: read when asked, and said plainly when there is no connection. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { NoAnswer, Refused } from '../graphql';
import { t } from '../strings/id';
import { Button } from './button';
import { Banner, Loading } from './feedback';

export interface Online<Data> {
  data: Data | null;
  busy: boolean;
  fault: string | null;
  again: () => void;
}

/** Sentence for the person about a failed request; programming errors are thrown on. */
export function faultText(fault: unknown): string {
  if (fault instanceof Refused) return fault.message;
  if (fault instanceof NoAnswer) return t.umum.tanpaJawaban;
  throw fault;
}

export function useOnline<Data>(load: () => Promise<Data>, key: string): Online<Data> {
  const [data, setData] = useState<Data | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(true);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let live = true;
    setBusy(true);
    load()
      .then(
        (found) => live && (setData(found), setFault(null)),
        (thrown) => live && setFault(faultText(thrown)),
      )
      .finally(() => live && setBusy(false));
    return () => {
      live = false;
    };
  }, [key, turn]);
  return { data, busy, fault, again: () => setTurn(turn + 1) };
}

export function OnlineState({ of }: { of: Online<unknown> }): JSX.Element | null {
  if (of.fault) {
    return (
      <Banner tone="tunggu">
        <p>{of.fault}</p>
        <div>
          <Button icon="segar" onClick={of.again}>
            {t.umum.bukaLagi}
          </Button>
        </div>
      </Banner>
    );
  }
  return of.busy && of.data === null ? <Loading /> : null;
}
