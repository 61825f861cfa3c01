/**
 * Officers to whom a question can be assigned: the server's whole list while there is a connection, otherwise those whom
 * the questions on this device name. Kept in memory only: it names colleagues, and the server judges every assignment.
 */
import { signal } from '@preact/signals';
import { ask } from '../graphql';
import { client, me, records } from '../identity/session';
import { above } from '../identity/units';
import type { Question } from './types';

export interface Operator {
  account: string;
  name: string;
  /** Id of the unit that the role covers, with all below it. */
  over: string;
  unitName: string;
}

/** The server's list; null: not read since the start, or read for somebody else. */
const listed = signal<{ account: string; all: Operator[] } | null>(null);

/** Whether the list is whole: `asking` until the server answered or could not be reached. */
export const operatorList = signal<'asking' | 'whole' | 'known'>('asking');

/** Reads the list anew; without an answer the one of before stays, and the state says so. */
export async function loadOperators(): Promise<void> {
  const account = me.value?.account ?? '';
  operatorList.value = 'asking';
  try {
    const { questionOperators } = await ask<{ questionOperators: Operator[] }>(
      '{ questionOperators { account name over unitName } }',
    );
    listed.value = { account, all: questionOperators };
    operatorList.value = 'whole';
  } catch {
    // No answer, or a role that may not read it: what the device knows is offered, and said to be only that.
    operatorList.value = 'known';
  }
}

client.subscribe((open) => {
  // The next person on this device starts from nothing.
  if (!open) listed.value = null;
});

const whole = (): Operator[] | null =>
  listed.value && listed.value.account === me.value?.account ? listed.value.all : null;

/** Names by account, as far as questions on this device carry them. */
function known(): Map<string, string> {
  const names = new Map<string, string>();
  for (const { body } of records<Question>('question').value ?? [])
    if (body.holderId && body.holderName) names.set(body.holderId, body.holderName);
  return names;
}

/** Who can take a question of `unit`, by name; people whose role does not reach the unit are left out. */
export function operatorsFor(unit: string): Pick<Operator, 'account' | 'name'>[] {
  const all = whole();
  const reach = above(unit);
  const found = all
    ? all.filter(({ over }) => !reach || reach.has(over))
    : [...known()].map(([account, name]) => ({ account, name }));
  const once = new Map(found.map(({ account, name }) => [account, { account, name }]));
  return [...once.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The name of an officer who was just chosen: the record carries it only after the server's answer. */
export const officerName = (account: string | null | undefined): string | undefined =>
  account ? (whole()?.find((one) => one.account === account)?.name ?? known().get(account)) : undefined;
