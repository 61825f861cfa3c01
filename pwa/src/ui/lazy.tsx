/** Pages that are loaded when asked for. A missing piece (old cache, no signal) is said in words, never a blank page. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings/id';
import { Button } from './button';
import { Banner, Loading } from './feedback';
import { Page } from './page';

export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => JSX.Element {
  let ready: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [state, setState] = useState<'loading' | 'ready' | 'missing'>(ready ? 'ready' : 'loading');
    const start = () => {
      setState('loading');
      load().then(
        (found) => {
          ready = found;
          setState('ready');
        },
        () => setState('missing'),
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
          <Button onClick={start}>{t.umum.bukaLagi}</Button>
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
