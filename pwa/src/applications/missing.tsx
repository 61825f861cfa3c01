/** A case that this device does not hold: the server is asked before anybody reads that there is none. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { client } from '../identity/session';
import { t } from '../strings/id';
import { u } from '../strings/id_usul';
import { Button } from '../ui/button';
import { Banner, Loading } from '../ui/feedback';

export function Missing(): JSX.Element {
  const [answered, setAnswered] = useState<boolean | null>(null);
  const [turn, setTurn] = useState(0);
  const there = client.value;
  useEffect(() => {
    let live = true;
    const told = (ok: boolean) => live && setAnswered(ok);
    setAnswered(null);
    there?.pull().then(told, () => told(false));
    return () => {
      live = false;
    };
  }, [there, turn]);
  if (answered === null) return <Loading />;
  if (answered) return <p>{u.tidakAda}</p>;
  return (
    <Banner tone="tunggu">
      <p>{u.belumDiHp}</p>
      <div>
        <Button icon="segar" onClick={() => setTurn(turn + 1)}>
          {t.umum.bukaLagi}
        </Button>
      </div>
    </Banner>
  );
}
