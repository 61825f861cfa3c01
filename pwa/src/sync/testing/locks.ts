/** `navigator.locks` as far as the engine uses it: exclusive, `ifAvailable`, `steal`. */
interface Holder {
  steal: () => void;
}

export class FakeLocks {
  private held = new Map<string, Holder>();

  async request<T>(name: string, options: { ifAvailable?: boolean; steal?: boolean }, work: (lock: object | null) => Promise<T>): Promise<T> {
    const before = this.held.get(name);
    if (before && options.ifAvailable) return work(null);
    if (before && !options.steal) throw new Error('the engine never queues');
    before?.steal();
    return new Promise<T>((resolve, reject) => {
      const holder: Holder = { steal: () => reject(new DOMException('stolen', 'AbortError')) };
      this.held.set(name, holder);
      work({}).then(resolve, reject).finally(() => this.held.get(name) === holder && this.held.delete(name));
    });
  }
}
