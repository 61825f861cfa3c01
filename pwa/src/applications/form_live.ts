/** The draft of a form that is on the screen. What ends after the form was left (a picture that took its time) goes to the
 * form that shows the draft by then, else into the draft: it takes nothing of what was typed meanwhile. */
import { useEffect, useRef } from 'preact/hooks';
import { useDraft, type DraftField } from '../forms/draft';
import { client } from '../identity/session';
import type { SyncClient } from '../sync';
import { NOTHING, isNothing, type FormDraft } from './form_draft';

type Change = (now: FormDraft) => FormDraft;
export type FormField = Pick<DraftField<FormDraft>, 'value'> & { set: (change: Change) => void };

/** Forms on the screen by the key of their draft. */
export const shown = new Map<string, (change: Change) => void>();

/** `home`: the store of the person who typed. */
export async function late(home: SyncClient | null, key: string, change: Change): Promise<void> {
  const form = shown.get(key);
  if (form) return form(change);
  if (!home || client.value !== home) return;
  const now = (await home.drafts.get<FormDraft>(key)) ?? NOTHING;
  const opened = shown.get(key);
  if (opened) opened(change);
  else await home.drafts.put(key, change(now));
}

export function useFormDraft(key: string): FormField {
  const { value, set } = useDraft<FormDraft>(key, NOTHING, isNothing);
  const here = useRef(true);
  const home = useRef(client.value);
  useEffect(() => {
    shown.set(key, set);
    return () => {
      here.current = false;
      if (shown.get(key) === set) shown.delete(key);
    };
  }, []);
  return { value, set: (change) => (here.current ? set(change) : void late(home.current, key, change).catch(() => undefined)) };
}
