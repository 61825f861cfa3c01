/** `caches` as far as the app's own copies use it; `failAfter`: the browser ends in the midst of that many further changes. */
export class FakeCaches {
  private stores = new Map<string, Map<string, Response>>();
  failAfter = Infinity;

  private change(): void {
    if (this.failAfter-- <= 0) throw new DOMException('ended', 'AbortError');
  }

  async keys(): Promise<string[]> {
    return [...this.stores.keys()];
  }

  async open(name: string): Promise<object> {
    const held = this.stores.get(name) ?? new Map<string, Response>();
    this.stores.set(name, held);
    return {
      keys: async () => [...held.keys()].map((path) => ({ url: `http://127.0.0.1${path}` })),
      match: async (path: string) => held.get(path)?.clone(),
      put: async (path: string, reply: Response) => (this.change(), void held.set(path, reply)),
      delete: async (path: string) => (this.change(), held.delete(path)),
    };
  }

  async delete(name: string): Promise<boolean> {
    return this.stores.delete(name);
  }

  /** Every body that lies there, as text. */
  async dump(): Promise<string> {
    const bodies = [...this.stores.values()].flatMap((held) => [...held.values()].map((reply) => reply.clone().text()));
    return (await Promise.all(bodies)).join('\n');
  }
}
