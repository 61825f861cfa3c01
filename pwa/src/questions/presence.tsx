/**
 * Who is at a conversation this moment, and who writes. It is true only while the stream of this page lives: a page that
 * is hidden, offline or closed says nothing and is told nothing, and nobody stores any of it.
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { NoAnswer, Refused, ask } from '../graphql';
import { follow } from '../identity/live';
import { client, status } from '../identity/session';
import { p } from '../strings/id_langsung';
import { visible } from '../ui/visible';

interface Presence {
  available: boolean;
  askerTyping: boolean;
  officerTyping: boolean;
}

const QUERY = 'subscription($q: ID) { presence(question: $q) { available askerTyping officerTyping } }';
const TYPING = 'mutation($q: ID!, $on: Boolean!) { typing(question: $q, active: $on) }';
/** Writing is told again this often; the server lets it count for six seconds. */
const AGAIN_MS = 3_000;

/** Holds a seat at a conversation (or, without one, at the desk) while the page is seen; null without a stream. `as`
 * changes when somebody else is in charge: the server looks that up only at the start of a stream. */
export function usePresence(question: string | null, as: string): Presence | null {
  const [now, setNow] = useState<Presence | null>(null);
  const open = client.value;
  const seen = visible.value;
  useEffect(() => {
    if (!open || !seen || question === '') return;
    const stop = new AbortController();
    const silent = (): void => setNow(null);
    const heard = (data: Record<string, unknown>): void => setNow(data.presence as Presence);
    void follow(open, stop.signal, { query: QUERY, variables: { q: question }, heard, silent });
    return () => {
      stop.abort();
      silent();
    };
  }, [open, seen, question, as]);
  return now;
}

/** Tells the others at a conversation that one writes: call it with each state of the text. */
export function useTyping(question: string): (text: string) => void {
  const told = useRef(0);
  useEffect(() => () => void (told.current = 0), [question]);
  return (text) => {
    const on = text.trim() !== '';
    const since = Date.now() - told.current;
    if (on ? since < AGAIN_MS : told.current === 0) return;
    told.current = on ? Date.now() : 0;
    if (status.value?.link !== 'ok') return;
    ask(TYPING, { q: question, on }).catch((fault: unknown) => {
      // Nobody misses it.
      if (!(fault instanceof NoAnswer || fault instanceof Refused)) throw fault;
    });
  };
}

/** One line of fixed height under a conversation, so that nothing jumps while somebody writes. */
export function Beside({ of, asker }: { of: Presence | null; asker: boolean }): JSX.Element {
  const writing = asker ? of?.officerTyping && p.petugasMenulis : of?.askerTyping ? p.penanyaMenulis : of?.officerTyping && p.rekanMenulis;
  return <p class="hadir">{writing || (asker && of?.available ? p.tersedia : '')}</p>;
}
