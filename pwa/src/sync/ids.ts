/** Random UUIDs with the time in front (RFC 9562 version 7), so that rows made together lie together. */
export function uuid7(now: number = Date.now()): string {
  const hex = Math.max(0, now).toString(16).padStart(12, '0');
  // Variant and random bits are those of a version 4.
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
