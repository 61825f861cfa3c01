"""What was really sent and what is really stored, read past the app: pushes on the wire, and a page's whole storage."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

from tests.support.fault_proxy import FaultProxy

_STORED = """async () => {
  const text = (bytes) => new TextDecoder('latin1').decode(bytes);
  const shown = (_key, value) =>
    value instanceof CryptoKey ? `key, extractable: ${value.extractable}`
    : value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? text(value) : value;
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const databases = {};
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name));
    databases[name] = {};
    for (const store of db.objectStoreNames) {
      const table = db.transaction(store).objectStore(store);
      const [keys, values] = [await asked(table.getAllKeys()), await asked(table.getAll())];
      databases[name][store] = keys.map((key, i) => [key, JSON.parse(JSON.stringify(values[i], shown))]);
    }
    db.close();
  }
  const cached = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) cached[request.url] = await (await cache.match(request)).text();
  }
  return { databases, cached, local: { ...localStorage }, session: { ...sessionStorage } };
}"""


@dataclass
class Push:
    """One batch on the wire: when it began and ended (monotonic seconds), and the exact text of each item by id."""

    at: float
    ended: float
    texts: dict[str, str]
    batch: dict[str, Any]


def pushes(network: FaultProxy) -> list[Push]:
    """Every batch with items that reached the proxy, in the order of arrival."""
    found = []
    for request in list(network.requests):
        if "syncPush" not in request.text:
            continue
        body = request.body.decode()
        batch = json.loads(body)["variables"]["batch"]
        if texts := _texts(body):
            found.append(Push(request.at, request.ended or request.at, texts, batch))
    return found


def _texts(body: str) -> dict[str, str]:
    """The items of a batch byte for byte, by id."""
    at = body.index('"mutations":[') + len('"mutations":[')
    texts, decoder = {}, json.JSONDecoder()
    while body[at] == "{":
        item, end = decoder.raw_decode(body, at)
        texts[item["id"]] = body[at:end]
        at = end + (body[end] == ",")
    return texts


def overlapping(found: list[Push]) -> list[tuple[Push, Push]]:
    """Neighbours of which the second began before the first had ended: two flushers at once."""
    ordered = sorted(found, key=lambda one: one.at)
    return [(one, two) for one, two in pairwise(ordered) if two.at < one.ended]


def sent_times(found: list[Push]) -> Counter[str]:
    """How often each item was sent, by id."""
    return Counter(id for one in found for id in one.texts)


def stored(page: Page) -> dict[str, Any]:
    """All of the origin's storage: ``databases`` (name, store, pairs of key and value), ``cached``, ``local``,
    ``session``. Bytes come as Latin-1 text, so that a plain text inside them can be found."""
    return dict(page.evaluate(_STORED))


def rows(page: Page) -> list[dict[str, Any]]:
    """The outbox rows of all accounts, as the store holds them: the lowest number of each account first."""
    return [row for database in stored(page)["databases"].values() for _key, row in database.get("outbox", [])]


def meta(page: Page) -> dict[str, Any]:
    """The engine's own words on the device, by key; of the only account."""
    [database] = [found for name, found in stored(page)["databases"].items() if name.startswith("sambung.")]
    return dict(database["meta"])


def states(page: Page) -> dict[str, str]:
    """Where each own question is, as the phone's store has it, by its text."""
    found = ((json.loads(row["text"]), row["state"]) for row in rows(page))
    return {item["args"]["text"]: state for item, state in found if item["kind"] == "question.ask"}


def leases(page: Page) -> list[Any]:
    """Who is sending or pulling now, as the phone's store has it."""
    databases = stored(page)["databases"]
    return [lease for name in databases for key, lease in databases[name].get("meta", []) if key == "lease"]


def everything(page: Page) -> str:
    """All that a person at this browser can get to see or read out: page, stores, caches, cookies, address."""
    return "\n".join(
        [page.url, page.content(), json.dumps(stored(page), ensure_ascii=False), json.dumps(page.context.cookies())]
    )
