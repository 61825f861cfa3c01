/** What is wrong, as the server says it too: a stable code, the place (`fields.kind`, `items.PAK`), a sentence. */
export interface Fault {
  path: string;
  code: string;
  text: string;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By place, each once. */
export function sorted(faults: readonly Fault[]): Fault[] {
  const each = new Map(faults.map((one) => [JSON.stringify([one.path, one.code, one.text]), one]));
  return [...each.values()].sort((a, b) => order(a.path, b.path) || order(a.code, b.code) || order(a.text, b.text));
}
