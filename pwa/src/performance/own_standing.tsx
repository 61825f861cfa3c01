/** What stands below one's own plans: what they are beside the national record, credit points, the unit's agreement. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../graphql';
import { me } from '../identity/session';
import { h } from '../strings/id_skp_hr';
import { Button, Buttons, LinkButton } from '../ui/button';
import { useOnline } from '../ui/online';
import { Points } from './credit';

interface Standing {
  standing: 'pendamping' | 'utama';
  name: string;
}

const STANDING = '{ skpStanding }';

export function OwnStanding(): JSX.Element {
  const [looks, setLooks] = useState(false);
  // Without signal nothing is said of it: the plans themselves are all there.
  const { data } = useOnline(() => ask<{ skpStanding: Standing }>(STANDING).then(({ skpStanding }) => skpStanding), '');
  return (
    <section class="bagian">
      {data && <p class="petunjuk">{data.standing === 'utama' ? h.kedudukan.utama : h.kedudukan.pendamping(data.name)}</p>}
      {looks && (
        <section class="kartu" aria-label={h.kredit.judul}>
          <h2>{h.kredit.judul}</h2>
          <Points />
        </section>
      )}
      <Buttons>
        {!looks && <Button onClick={() => setLooks(true)}>{h.kredit.lihat}</Button>}
        {(me.value?.heads ?? []).length > 0 && (
          <LinkButton href="/perjanjian" icon="catatan">
            {h.kedudukan.perjanjian}
          </LinkButton>
        )}
      </Buttons>
    </section>
  );
}
