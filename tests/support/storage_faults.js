// Faults of a phone's own storage, armed from tests. Real transactions of the app abort at their commit, as on a disk
// that is full or dying; nothing else of IndexedDB is touched.
(() => {
  const armed = [];
  const doomed = new WeakMap();
  const put = IDBObjectStore.prototype.put;

  IDBObjectStore.prototype.put = function (value, key) {
    const request = put.call(this, value, key);
    const fault = armed.find(({ times, store, where }) => times > 0 && store === this.name && (!where || where(value)));
    if (fault) doomed.set(this.transaction, fault);
    // The state row is the last write of every transaction: once it succeeded only the commit is left.
    if (this.name === 'meta' && key === 'state' && doomed.has(this.transaction))
      request.addEventListener('success', () => abort(this.transaction));
    return request;
  };

  function abort(transaction) {
    const fault = doomed.get(transaction);
    if (fault.times <= 0) return;
    fault.times -= 1;
    fault.hits += 1;
    Object.defineProperty(transaction, 'error', { value: new DOMException('armed by a test', fault.name) });
    transaction.abort();
  }

  /** The next `times` transactions that put something fitting into `store` fail at commit with the error `name`. */
  globalThis.failCommits = (name, store, times, where) => {
    armed.splice(0);
    armed.push({ name, store, times, where, hits: 0 });
  };
  globalThis.failedCommits = () => armed.reduce((sum, { hits }) => sum + hits, 0);
})();
