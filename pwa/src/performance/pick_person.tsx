/** Finding one employee on the server by name or NIP: as a list to open, or as a choice in a form. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../graphql';
import { h } from '../strings/id_skp_hr';
import { Button } from '../ui/button';
import { Banner } from '../ui/feedback';
import { TextField } from '../ui/fields';
import { faultText } from '../ui/online';

export interface FoundPerson {
  id: string;
  name: string;
  unitName: string;
  position: string | null;
  kind: string;
}

const SEARCH = 'query($search: String!) { people(search: $search) { rows { id name unitName position kind } cursor } }';
const SEARCH_LEAST = 3;

export interface PeopleSearch {
  word: string;
  setWord: (word: string) => void;
  error: string | undefined;
  fault: string;
  busy: boolean;
  /** Null before the first search. */
  found: FoundPerson[] | null;
  more: boolean;
  search: () => Promise<void>;
  /** Forgets what was sought. */
  clear: () => void;
}

/** Civil servants that HR administers, up to 25; `all`: the first ones by name stand there before anything is sought. */
export function usePeopleSearch(all = false): PeopleSearch {
  const [word, setWord] = useState('');
  const [state, setState] = useState<{ found: FoundPerson[] | null; more: boolean }>({ found: null, more: false });
  const [error, setError] = useState<string | undefined>();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (all) void look('');
  }, []);
  async function search(): Promise<void> {
    const sought = word.trim();
    const short = sought.length < SEARCH_LEAST && !(all && !sought);
    setError(short ? h.cariPetunjuk : undefined);
    if (!short && !busy) await look(sought);
  }
  async function look(sought: string): Promise<void> {
    setBusy(true);
    setFault('');
    try {
      const { people } = await ask<{ people: { rows: FoundPerson[]; cursor: string | null } }>(SEARCH, { search: sought });
      setState({ found: people.rows.filter(({ kind }) => kind === 'PNS' || kind === 'PPPK'), more: people.cursor !== null });
    } catch (thrown) {
      setFault(faultText(thrown));
    } finally {
      setBusy(false);
    }
  }
  function clear(): void {
    setWord('');
    setState({ found: null, more: false });
  }
  return { word, setWord, error, fault, busy, ...state, search, clear };
}

/** What a search came to, in words, where it found nothing or not all. */
export function SearchState({ of }: { of: PeopleSearch }): JSX.Element {
  return (
    <>
      {of.fault && (
        <Banner tone="tunggu">
          <p>{of.fault}</p>
        </Banner>
      )}
      <div role="status">
        {of.found?.length === 0 && <p>{h.takDitemukan}</p>}
        {of.more && <p class="petunjuk">{h.lebihSempit}</p>}
      </div>
    </>
  );
}

export interface Chosen {
  id: string;
  name: string;
}

type Props = {
  id: string;
  label: string;
  value: Chosen | null;
  set: (value: Chosen | null) => void;
  error: string | undefined;
  /** Somebody who cannot be chosen. */
  without: string;
};

/** Choosing an employee in a form: search, then one of those found. */
export function PickPerson({ id, label, value, set, error, without }: Props): JSX.Element {
  const people = usePeopleSearch();
  if (value)
    return (
      <div class="isian">
        <p>
          <strong>{label}</strong>
          <br />
          {value.name}
        </p>
        <div>
          <Button about={label} onClick={() => set(null)}>
            {h.ganti}
          </Button>
        </div>
      </div>
    );
  const offered = people.found?.filter((one) => one.id !== without) ?? [];
  return (
    <div class="bagian">
      <TextField id={id} type="search" label={label} hint={h.cariPetunjuk} value={people.word} onInput={people.setWord} error={people.error ?? error} />
      <div>
        <Button icon="cari" about={label} busy={people.busy} onClick={() => void people.search()}>
          {h.tombolCari}
        </Button>
      </div>
      <SearchState of={people} />
      {offered.length > 0 && (
        <ul class="daftar" aria-label={h.pilihOrang}>
          {offered.map((one) => (
            <li class="kartu" key={one.id}>
              <div>
                <strong>{one.name}</strong>
                <p class="petunjuk">{[one.position, one.unitName].filter(Boolean).join(', ')}</p>
              </div>
              <div>
                <Button
                  about={one.name}
                  onClick={() => {
                    set({ id: one.id, name: one.name });
                    people.clear();
                  }}
                >
                  {h.pilih}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
