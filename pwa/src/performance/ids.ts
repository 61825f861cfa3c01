/** Identifiers that follow from what they name (UUIDv5), the twin of the server's `derived`. */

/** `namespace` is a UUID, `name` any text. */
export async function derived(namespace: string, name: string): Promise<string> {
  const prefix = namespace.replace(/-/g, '').match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  const hash = await crypto.subtle.digest('SHA-1', new Uint8Array([...prefix, ...new TextEncoder().encode(name)]));
  const bytes = new Uint8Array(hash).slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
