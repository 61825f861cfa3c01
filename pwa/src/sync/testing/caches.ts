/** `caches` as far as the app's own copies use it; `failAfter`: the browser ends in the midst of that many further changes.
 * As in Chromium a whole cache that is deleted keeps its files for as long as somebody may still know it. */
export class FakeCaches {
  private stores = new Map<string, Map<string, Response>>();
  private known: Map<string, Response>[] = [];
  failAfter = Infinity;

  private change(): void {
    if (this.failAfter-- <= 0) throw new DOMException('ended', 'AbortError');
  }

  async keys(): Promise<string[]> {
    return [...this.stores.keys()];
  }

  async open(name: string) {
    const held = this.stores.get(name) ?? new Map<string, Response>();
    this.stores.set(name, held);
    return {
      keys: async () => [...held.keys()].map((path) => ({ url: `http://127.0.0.1${path}` })),
      match: async (path: string) => held.get(path)?.clone(),
      put: async (path: string, reply: Response) => (this.change(), void held.set(path, reply)),
      delete: async (path: string | { url: string }) =>
        (this.change(), held.delete(typeof path === 'string' ? path : new URL(path.url).pathname)),
    };
  }

  async delete(name: string): Promise<boolean> {
    this.known.push(this.stores.get(name) ?? new Map());
    return this.stores.delete(name);
  }

  /** Every body that lies there on the disk, as text. */
  async dump(): Promise<string> {
    const bodies = [...this.stores.values(), ...this.known].flatMap((held) => [...held.values()].map((reply) => reply.clone().text()));
    return (await Promise.all(bodies)).join('\n');
  }
}
