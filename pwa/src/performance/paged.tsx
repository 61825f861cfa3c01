/** Lists that live on the server and come in pages: each page is added below the ones before it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { m } from '../strings/id_skp_rekap';
import { Button } from '../ui/button';
import { Banner, Loading } from '../ui/feedback';
import { faultText } from '../ui/online';
import { t } from '../strings/id';

export interface Paged<Page> {
  pages: Page[];
  busy: boolean;
  fault: string | null;
  more: () => void;
  again: () => void;
}

/** `key` names what is asked; another one begins anew. */
export function usePaged<Page extends { cursor: string | null }>(load: (after: string | null) => Promise<Page>, key: string): Paged<Page> {
  const [state, setState] = useState<{ key: string; pages: Page[] }>({ key, pages: [] });
  const [fault, setFault] = useState<string | null>(null);
  const [wanted, setWanted] = useState({ key, turn: 0 });
  const [busy, setBusy] = useState(true);
  const pages = state.key === key ? state.pages : [];
  useEffect(() => {
    let live = true;
    setBusy(true);
    load(pages.at(-1)?.cursor ?? null)
      .then(
        (page) => {
          if (!live) return;
          setState({ key, pages: [...pages, page] });
          setFault(null);
        },
        (thrown) => live && setFault(faultText(thrown)),
      )
      .finally(() => live && setBusy(false));
    return () => {
      live = false;
    };
  }, [key, wanted]);
  const next = (): void => setWanted({ key, turn: wanted.turn + 1 });
  return { pages, busy, fault, more: next, again: next };
}

/** What stands below a list: waiting, a fault with a way on, or the next page. */
export function PagedState({ of }: { of: Paged<{ cursor: string | null }> }): JSX.Element | null {
  if (of.fault)
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
  if (of.busy && !of.pages.length) return <Loading />;
  if (!of.pages.at(-1)?.cursor) return null;
  return (
    <div>
      <Button busy={of.busy} onClick={of.more}>
        {m.lagi}
      </Button>
    </div>
  );
}
