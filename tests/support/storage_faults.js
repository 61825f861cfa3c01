// Faults of a phone's own storage, armed from tests. Real transactions of the app abort at their commit, as on a disk
// that is full or dying; nothing else of IndexedDB is touched.
(() => {
  const armed = [];
  const doomed = new WeakMap();
  const written = new WeakMap();
  const put = IDBObjectStore.prototype.put;

  IDBObjectStore.prototype.put = function (value, key) {
    const request = put.call(this, value, key);
    const fault = armed.find(
      ({ times, store, where }) => times > 0 && [store].flat().includes(this.name) && (!where || where(value)),
    );
    if (fault) doomed.set(this.transaction, fault);
    if (!written.has(this.transaction)) written.set(this.transaction, new Set());
    written.get(this.transaction).add(this.name);
    return request;
  };

  // The app asks for its commit when all is written; the disk refuses then.
  const commit = IDBTransaction.prototype.commit;
  IDBTransaction.prototype.commit = function () {
    return doomed.has(this) ? abort(this) : commit.call(this);
  };

  function abort(transaction) {
    const fault = doomed.get(transaction);
    if (fault.times <= 0) return commit.call(transaction);
    fault.times -= 1;
    fault.hits += 1;
    Object.defineProperty(transaction, 'error', { value: new DOMException('armed by a test', fault.name) });
    transaction.abort();
  }

  /** A slow disk: transactions that put something into `store` are held open for so long (ms). */
  globalThis.slowCommits = (store, ms) => {
    IDBTransaction.prototype.commit = function () {
      if (!this.db.name.startsWith('sambung.') || !written.get(this)?.has(store)) return commit.call(this);
      const end = performance.now() + ms;
      const hold = () => {
        if (performance.now() > end) commit.call(this);
        else this.objectStore(store).count().onsuccess = hold;
      };
      hold();
    };
  };

  /** The next `times` transactions that put something fitting into `store` (one or a list) fail at commit with the error
   * `name`. */
  globalThis.failCommits = (name, store, times, where) => {
    armed.splice(0);
    armed.push({ name, store, times, where, hits: 0 });
  };
  globalThis.failedCommits = () => armed.reduce((sum, { hits }) => sum + hits, 0);
})();

// Opening the store: `denyOpening('SecurityError')` refuses it as a private window does, `abortUpgrades(1)` breaks the
// first making of it off, `null` and 0 let it be. Survives a reload, because the app opens its store at the start.
(() => {
  const open = IDBFactory.prototype.open;
  const note = (key, value) => (value ? sessionStorage.setItem(key, value) : sessionStorage.removeItem(key));
  globalThis.denyOpening = (name) => note('uji.tolak', name);
  globalThis.abortUpgrades = (times) => note('uji.batal', times);

  IDBFactory.prototype.open = function (name, version) {
    const denied = name.startsWith('sambung.') && sessionStorage.getItem('uji.tolak');
    if (denied) throw new DOMException('armed by a test', denied);
    const request = open.call(this, ...(version === undefined ? [name] : [name, version]));
    request.addEventListener('upgradeneeded', () => {
      const left = Number(sessionStorage.getItem('uji.batal') ?? 0);
      note('uji.batal', Math.max(0, left - 1));
      if (left) request.transaction.abort();
    });
    return request;
  };

  /** The connection breaks as "Connection to Indexed Database server lost": so many transactions cannot begin. */
  const transaction = IDBDatabase.prototype.transaction;
  let broken = 0;
  globalThis.breakConnection = (times) => {
    broken = times;
  };
  IDBDatabase.prototype.transaction = function (...given) {
    if (this.name.startsWith('sambung.') && broken > 0) {
      broken -= 1;
      this.close();
      throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError');
    }
    return transaction.apply(this, given);
  };
})();
