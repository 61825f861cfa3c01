/** Digest of a set of records, the same function as the server's `check`. */

export interface Versioned {
  kind: string;
  id: string;
  version: number | string;
}

/** XOR over the distinct records of the first 8 bytes of SHA-256 of `kind:id:version`, as 16 hex digits. */
export async function digest(records: Iterable<Versioned>): Promise<{ count: number; digest: string }> {
  const names = new Set<string>();
  for (const { kind, id, version } of records) names.add(`${kind}:${id.toLowerCase()}:${version}`);
  const encoder = new TextEncoder();
  const hashes = await Promise.all([...names].map((name) => crypto.subtle.digest('SHA-256', encoder.encode(name))));
  let sum = 0n;
  for (const hash of hashes) sum ^= new DataView(hash).getBigUint64(0);
  return { count: names.size, digest: sum.toString(16).padStart(16, '0') };
}
