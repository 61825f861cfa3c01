"""The storage of one browser profile: what lies in it, how it runs full, breaks, and is taken away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.support.chromium import Profile

FAULTS_SCRIPT = Path(__file__).with_name("storage_faults.js").read_text()
"""An init script: gives pages ``failCommits(error, store, times, where)`` and ``failedCommits()``."""

_NAME = "(await indexedDB.databases()).map(({ name }) => name).find((name) => name?.startsWith('sambung.'))"
_OPEN = (
    "const opened = (request) => new Promise((done, failed) => "
    "{ request.onsuccess = () => done(request.result); request.onerror = () => failed(request.error); });"
    f"const name = {_NAME}; if (!name) return null; const db = await opened(indexedDB.open(name));"
)

_COPIES = "(await caches.keys()).filter((name) => name.startsWith('cadangan.'))"

_ROOM = 2 * 1024 * 1024
_MORE_THAN_EVER_GIVEN = 12 * 1024 * 1024
_BROWSER_LETS_GO_MS = 4_000
"""It keeps a store ready for 2 s after the last page has closed it."""
_TOO_MUCH = """async (size) => {
  const db = await new Promise((done) => {
    const request = indexedDB.open('takar');
    request.onsuccess = () => done(request.result);
  });
  const tx = db.transaction('isi', 'readwrite');
  const end = new Promise((done) => {
    tx.onabort = () => done(tx.error?.name);
    tx.oncomplete = () => done('saved');
  });
  for (let i = 0; i * 32_768 < size; i++) tx.objectStore('isi').put(new Uint8Array(32_768), i);
  const said = await end;
  db.close();
  return said;
}"""


class PhoneStorage:
    """Looks at and spoils what a profile keeps for the address of its page."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._session: CDPSession | None = None

    @property
    def page(self) -> Page:
        """The page whose storage it is."""
        return self.profile.page

    @property
    def name(self) -> str:
        """The database of the person."""
        return str(self.page.evaluate(f"(async () => {_NAME})()"))

    def rows(self, store: str) -> list[dict[str, Any]]:
        """What lies in one object store of the person's database; empty without a database."""
        found = self.page.evaluate(
            f"async (store) => {{ {_OPEN} const rows = await opened(db.transaction(store).objectStore(store).getAll());"
            " db.close(); return rows; }",
            store,
        )
        return list(found or [])

    def state(self) -> dict[str, Any]:
        """The row that says where this device stands with the server; empty without a database."""
        rows = [row for row in self.rows("meta") if isinstance(row, dict) and "device" in row]
        return rows[0] if rows else {}

    def put(self, store: str, value: Any, key: str | None = None) -> None:
        """Write a row past the engine."""
        self.page.evaluate(
            f"async ([store, value, key]) => {{ {_OPEN} const tx = db.transaction(store, 'readwrite');"
            " tx.objectStore(store).put(value, key ?? undefined);"
            " await new Promise((done, failed) => { tx.oncomplete = done; tx.onabort = failed; }); db.close(); }",
            [store, value, key],
        )

    def meter(self) -> None:
        """Let the browser count closely from now on, and leave a blank page.

        Without a small quota from the start it believes for 30 s that there is room for gigabytes.
        """
        self.page.evaluate(
            "() => new Promise((done) => { const request = indexedDB.open('takar'); request.onupgradeneeded = () => "
            "request.result.createObjectStore('isi'); request.onsuccess = () => { request.result.close(); done(); } })"
        )
        self.page.goto("about:blank")
        self.page.wait_for_timeout(_BROWSER_LETS_GO_MS)
        self.give(_ROOM)

    def give(self, room: int) -> None:
        """Room for so many bytes more than lie there now."""
        self._limit(self.used() + room)

    def fill(self, lacking: int | None = None) -> None:
        """No room from now on, until ``lacking`` bytes are freed; after :meth:`meter`, on a page of the app."""
        # Never less than that on the way: the app would throw its caches away before it is measured.
        self._limit(1 if lacking is None else self.used() - lacking)
        said = self.page.evaluate(_TOO_MUCH, _MORE_THAN_EVER_GIVEN)
        assert said == "QuotaExceededError", said
        if lacking is not None:
            # What was refused may go on lying in the files of the browser's database, and is counted there.
            self._limit(self.used() - lacking)

    def free(self) -> None:
        """Room again."""
        self.give(_ROOM)

    def used(self) -> int:
        """Bytes that the browser counts for this address."""
        return int(self._cdp().send("Storage.getUsageAndQuota", {"origin": self.profile.origin})["usage"])

    def breakdown(self) -> str:
        """What the browser counts, for the message of a test that failed: bytes by kind, the limit, and the caches."""
        told = self._cdp().send("Storage.getUsageAndQuota", {"origin": self.profile.origin})
        parts = {one["storageType"]: one["usage"] for one in told["usageBreakdown"] if one["usage"]}
        return f"{parts} of {told['quota']}, caches {self.page.evaluate('caches.keys()')}"

    def clear(self, *types: str) -> None:
        """What the browser does when it needs the space, or the person taps "clear data": ``indexeddb``, ``all``."""
        self._cdp().send("Storage.clearDataForOrigin", {"origin": self.profile.origin, "storageTypes": ",".join(types)})

    def forget_copy(self) -> None:
        """The second copy of what waits is gone, as after "clear data" or when the phone ran short of room."""
        self.page.evaluate(f"async () => {{ for (const name of {_COPIES}) await caches.delete(name); }}")

    def copied(self) -> list[str]:
        """What lies in the second copy, all persons together: paths."""
        found: list[str] = self.page.evaluate(
            f"async () => {{ const found = []; for (const name of {_COPIES})"
            " for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);"
            " return found; }"
        )
        return found

    def spoil_files(self) -> None:
        """End the browser and fill the files of all stores of the address with nonsense, as a dying disk does."""
        self.profile.close()
        [folder] = self.profile.folder.glob("Default/IndexedDB/*.indexeddb.leveldb")
        for file in folder.iterdir():
            file.write_bytes(b"\0nonsense\0" * 100)
        self._session = None

    def forget_files(self) -> None:
        """The browser throws away every file of the app that it kept."""
        self.clear("cache_storage")
        self._cdp().send("Network.clearBrowserCache")

    def _limit(self, quota: int) -> None:
        self._cdp().send("Storage.overrideQuotaForOrigin", {"origin": self.profile.origin, "quotaSize": quota})

    def _cdp(self) -> CDPSession:
        if self._session is None:
            self._session = self.page.context.new_cdp_session(self.page)
        return self._session
