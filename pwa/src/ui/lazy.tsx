/** Pages that are loaded when asked for. A missing piece (no signal) is said in words, never a blank page; a page whose
 * version is served no more starts anew in the present one. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings/id';
import { Button, Buttons } from './button';
import { Banner, Loading } from './feedback';
import { Page } from './page';
import { isReplaced } from './update';

/** A worker that was just ended, or a line that broke, costs a moment and not the page. */
const PAUSES_MS = [300, 2_000];

async function patient<Piece>(load: () => Promise<Piece>): Promise<Piece> {
  for (const pause of PAUSES_MS)
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  return load();
}

/** A part of a page: nothing stands in its place until it is there, and the page goes on without it. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element | null {
  let ready: ComponentType<Props> | null = null;
  return function LazyPart(props: Props) {
    const [, setReady] = useState(ready !== null);
    useEffect(() => {
      // Another place of the same part may have brought it between drawing and now: then it is drawn once more.
      if (ready) return setReady(true);
      patient(load).then(
        (found) => {
          ready = found;
          setReady(true);
        },
        () => undefined,
      );
    }, []);
    const Found = ready;
    return Found && <Found {...props} />;
  };
}

export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => JSX.Element {
  let ready: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [state, setState] = useState<'loading' | 'ready' | 'missing'>(ready ? 'ready' : 'loading');
    const start = () => {
      setState('loading');
      patient(load).then(
        (found) => {
          ready = found;
          setState('ready');
        },
        async () => ((await isReplaced()) ? location.reload() : setState('missing')),
      );
    };
    useEffect(() => {
      if (!ready) start();
    }, []);
    if (ready) {
      const Found = ready;
      return <Found {...props} />;
    }
    if (state === 'missing') {
      return (
        <Page title={t.umum.perluSambungan}>
          <Banner tone="tunggu">
            <p>{t.umum.bagianBelumTurun}</p>
          </Banner>
          <Buttons stack>
            <Button onClick={start}>{t.umum.bukaLagi}</Button>
          </Buttons>
        </Page>
      );
    }
    return (
      <main id="isi">
        <Loading />
      </main>
    );
  };
}
