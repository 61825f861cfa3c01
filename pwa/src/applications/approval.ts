/** Whether the office has let somebody send. */
import { me, records } from '../identity/session';
import { u } from '../strings/id_usul';
import { KIND, type PartyAccount } from './types';

/** Why the person may not send for the party yet, or not any more; nothing for everybody else. `sending`: at the button. */
export function notApproved(sending = false): string | undefined {
  const account = (records<PartyAccount>(KIND.party).value ?? []).find(({ id }) => id === me.value?.account)?.body;
  if (!account || account.approved) return undefined;
  return account.refused ? u.ditolakSetuju(account.reason) : sending ? u.langkah.belumDisetujui : u.menungguSetuju;
}
