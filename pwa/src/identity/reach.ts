/** Notices belong to a person, a browser's subscription does not know of persons. */

/** Nobody is reached at this browser any more: shown notices go, and the address that the server knows goes dead. It
 * needs no network; the owner's next sign-in makes a new address. */
export async function unreachable(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await registration?.getNotifications()) ?? []) shown.close();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}
