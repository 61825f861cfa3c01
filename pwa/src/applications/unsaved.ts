/** What was typed in the form of a case and not saved: it is not what would be sent. */
import { rescued } from '../forms/rescue';
import { client, drafts, me } from '../identity/session';
import type { Field } from './definition';
import { NOTHING, formKey, unsavedIn, type FormDraft } from './form_draft';
import type { Whole } from './view';

/** As far as the screen knows. */
export function unsavedShown(whole: Whole): Field[] {
  const key = formKey(whole.view.id);
  return unsavedIn(whole, (drafts.value.find((one) => one.key === key)?.value as FormDraft | undefined) ?? NOTHING);
}

/** As it is stored, the last second before a reload with it. Rejects with `SyncError`. */
export async function unsavedNow(whole: Whole): Promise<Field[]> {
  const key = formKey(whole.view.id);
  const store = client.value?.drafts;
  const last = rescued<FormDraft>(me.value?.account ?? '', key);
  if (last) await store?.put(key, last);
  return unsavedIn(whole, (await store?.get<FormDraft>(key)) ?? NOTHING);
}
