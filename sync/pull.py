"""Pulling: one page of what is newer than a cursor, read in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.actors import Viewer
from sync.clock import to_ms
from sync.cursor import Cursor, read_cursor, set_name, write_cursor
from sync.digest import combine
from sync.errors import ProtocolRefusal
from sync.store import encode

if TYPE_CHECKING:
    from sync.engine import SyncEngine

MAX_RECORDS = 2000
MAX_BYTES = 1024 * 1024
MAX_UNION = 200

_COLUMNS = "e.feed, e.kind, e.id, e.live, r.change, r.audiences"


class _UnannouncedRestore(Exception):
    """A cursor is ahead of the counter; the argument is the epoch that ends now."""


@dataclass(slots=True)
class Page:
    """What one answer carries."""

    changes: list[str] = field(default_factory=list)
    removed: list[dict[str, str]] = field(default_factory=list)
    more: bool = False
    reset: bool = False
    feed: int = 0
    check: dict[str, Any] | None = None


class Pull:
    """One pull of one viewer."""

    def __init__(self, engine: SyncEngine, viewer: Viewer) -> None:
        self.engine = engine
        self.store = engine.store
        self.viewer = viewer

    async def page(self, word: str | None, limit: int | None, check: bool) -> dict[str, Any]:
        """The answer to ``syncPull``. Raises :class:`ProtocolRefusal` for a forged or foreign cursor."""
        size = max(1, min(limit or MAX_RECORDS, MAX_RECORDS))
        given = None if word is None else read_cursor(self.engine.keys.sign, self.viewer.account, word)
        try:
            page, cursor, sets = await self._read(given, size, check)
        except _UnannouncedRestore as found:
            await self.engine.renew("a cursor from the future", judged=str(found))
            page, cursor, sets = await self._read(None, size, check)
            page.reset = True
        await self._keep_sets(sets)
        answer = self.engine.envelope(None)
        answer |= {
            "cursor": write_cursor(self.engine.keys.sign, self.viewer.account, cursor),
            "feed": str(page.feed),
            "more": page.more,
            "reset": page.reset,
            "changes": orjson.Fragment("[" + ",".join(page.changes) + "]") if page.changes else [],
            "removed": page.removed,
            "check": page.check,
        }
        return answer

    async def _read(self, given: Cursor | None, size: int, check: bool) -> tuple[Page, Cursor, dict[str, set[int]]]:
        if given is not None and not given.phase and not check:
            found = await self._glance(given, size)
            if found is not None:
                return found
        async with self.engine.database.reading() as connection:
            agency = self.viewer.agency
            counter = await self.store.run(
                connection, "SELECT feed, epoch, horizon FROM sync_counter WHERE agency = :agency", agency=agency
            )
            if not counter:
                raise ProtocolRefusal("busy", "Instansi ini belum siap.", 60_000)
            last, epoch, horizon = counter[0][0], str(counter[0][1]), counter[0][2]
            if epoch != self.engine.life.epoch:
                await self.engine.refresh_life(connection)
            numbers = await self.store.audience_numbers(connection, agency, self.viewer.audiences)
            mine = set(numbers.values())
            page = Page(feed=last)
            cursor = given
            # Also one of another epoch: each restore starts far above whatever any life before it gave.
            if cursor is not None and cursor.feed > last:
                raise _UnannouncedRestore(epoch)
            if cursor is not None and (cursor.epoch != epoch[:8] or cursor.feed < horizon):
                cursor, page.reset = None, True
            known = await self._sets(connection, cursor) if cursor is not None else {}
            if cursor is not None and known is None:
                cursor, page.reset, known = None, True, {}
            name = set_name(mine)
            sets = {name: mine}
            if cursor is None:
                cursor = Cursor(epoch, 0, name)
                rows = await self._entries(connection, mine, 0, last, size + len(mine), live_only=True)
                cursor = self._newer(page, cursor, mine, last, size, rows)
            elif cursor.complete == name and not cursor.phase:
                rows = await self._entries(connection, mine, cursor.feed, last, size + len(mine), live_only=False)
                cursor = self._newer(page, cursor, mine, last, size, rows)
            else:
                cursor = await self._change_set(connection, page, cursor, known or {}, mine, sets, size)
            if check and not page.more:
                page.check = await self._check(connection, mine)
            return page, cursor, sets

    async def _glance(self, given: Cursor, size: int) -> tuple[Page, Cursor, dict[str, set[int]]] | None:
        """The ordinary pull in one statement, which is a snapshot by itself; ``None`` if anything is not ordinary."""
        known, others = self.store.remembered_audiences(self.viewer.agency, self.viewer.audiences)
        mine = set(known.values())
        if not mine or given.complete not in self.engine.sets or given.complete != set_name(mine):
            return None
        source, parameters = self._source(mine, given.feed, 2**62, size + len(mine), live_only=False)
        async with self.engine.database.glancing() as connection:
            found = await self.store.run(
                connection,
                "SELECT c.feed, c.epoch, c.horizon, (SELECT max((SELECT a.id FROM feed_audience a "
                "WHERE a.agency = :agency AND a.name = r.name)) "
                f"FROM {self.store.rows('name text', 'others')}), {_COLUMNS} "
                f"FROM sync_counter c LEFT JOIN ({source}) e ON true {self._text()} "
                "WHERE c.agency = :agency ORDER BY e.feed",
                others=encode([{"name": name} for name in others]),
                **parameters,
            )
        if not found:
            return None
        last, epoch, horizon, gained = found[0][0], str(found[0][1]), found[0][2], found[0][3]
        if (
            gained is not None
            or epoch != self.engine.life.epoch
            or given.epoch != epoch[:8]
            or not horizon <= given.feed <= last
        ):
            return None
        page = Page(feed=last)
        rows = [row[4:] for row in found if row[4] is not None]
        return page, self._newer(page, given, mine, last, size, rows), {given.complete: mine}

    def _newer(
        self, page: Page, cursor: Cursor, mine: set[int], last: int, size: int, rows: Sequence[tuple[Any, ...]]
    ) -> Cursor:
        """The ordinary page: what has a number above the cursor's, of which ``rows`` are the first."""
        full = len(rows) == size + len(mine)
        reached = self._fill(page, rows, mine, size, full)
        page.more = full or reached is not None
        page.feed = last if not page.more else (reached if reached is not None else rows[-1][0])
        return cursor.at(page.feed)

    def _fill(self, page: Page, rows: Sequence[tuple[Any, ...]], mine: set[int], size: int, full: bool) -> int | None:
        """Put whole feed numbers into the page; the last one taken if the page ended early, else ``None``.

        A number belongs to one record; its entries say in which audiences it is live since, and which it left.
        """
        cut = rows[-1][0] if full and rows else None
        used = 0
        last: int | None = None
        position, end = 0, len(rows)
        while position < end:
            first = rows[position]
            number, kind, id, live, change, _ = first
            position += 1
            while position < end and rows[position][0] == number:
                live = live or rows[position][3]
                position += 1
            if number == cut and last is not None:
                return last
            body = change if live and change else ""
            if body or not _visible(first, mine):
                used += _size(body) + 1 if body else 80
                count = len(page.changes) + len(page.removed)
                if count and (used > MAX_BYTES or count >= size):
                    return last
                if body:
                    page.changes.append(body)
                else:
                    page.removed.append({"kind": kind, "id": str(id)})
            last = number
        return None

    async def _change_set(
        self, connection: AsyncConnection, page: Page, cursor: Cursor, known: dict[str, set[int]], mine: set[int],
        sets: dict[str, set[int]], size: int,
    ) -> Cursor:  # fmt: skip
        """Audiences were gained or lost: take back what was lost, then fill in what was gained, in pages."""
        target = set_name(mine)
        complete = known[cursor.complete]
        held = known.get(cursor.held, complete)
        if cursor.target != target:
            held = held | known.get(cursor.target, set())
            complete = complete & mine  # what is taken back from now on must be filled in again if it is regained
            phase, position = "lost", 0
        else:
            phase, position = cursor.phase, cursor.position
        held_name, complete_name = set_name(held), set_name(complete)
        sets |= {held_name: held, complete_name: complete}
        page.more, page.feed = True, cursor.feed
        moving = Cursor(cursor.epoch, cursor.feed, complete_name, held_name, target, phase, position)
        if phase == "lost":
            lost = held - mine
            wanted = size + len(lost)
            rows = await self._entries(connection, lost, position, 2**62, wanted, live_only=False)
            left = [row for row in rows if (row[3] or row[0] > cursor.feed) and not _visible(row, mine)]
            page.removed = [{"kind": kind, "id": id} for kind, id in sorted({(row[1], str(row[2])) for row in left})]
            if len(rows) == wanted:
                return Cursor(*_same(moving), "lost", max(row[0] for row in rows if row[0] < rows[-1][0]))
            return Cursor(*_same(moving), "gained", 0)
        gained = mine - complete
        wanted = size + len(gained)
        rows = await self._entries(connection, gained, position, cursor.feed, wanted, live_only=True)
        full = len(rows) == wanted
        reached = self._fill(page, rows, mine, size, full)
        if full or reached is not None:
            return Cursor(*_same(moving), "gained", reached if reached is not None else rows[-1][0])
        return Cursor(cursor.epoch, cursor.feed, target)

    async def _entries(
        self, connection: AsyncConnection, audiences: set[int], above: int, upto: int, limit: int, *, live_only: bool
    ) -> Sequence[tuple[Any, ...]]:
        """Entries of these audiences with ``above < feed <= upto``, in order, each with its record's text."""
        if not audiences:
            return []
        source, parameters = self._source(audiences, above, upto, limit, live_only=live_only)
        return await self.store.run(
            connection,
            f"SELECT {_COLUMNS} FROM ({source}) e {self._text()} ORDER BY e.feed",
            **parameters,
        )

    def _text(self) -> str:
        """Joins each entry ``e`` with its record's finished text.

        On PostgreSQL as a look-up of its own, for which no plan can read the whole table: that seemed cheaper to the
        planner as long as it knew the values of a statement, and took ten times as long.
        """
        of = "sync_record r WHERE r.agency = :agency AND r.kind = e.kind AND r.id = e.id"
        if self.store.postgres:
            return f"LEFT JOIN LATERAL (SELECT r.change, r.audiences FROM {of} LIMIT 1) r ON true"
        return f"LEFT JOIN {of.replace('WHERE', 'ON')}"

    def _source(
        self, audiences: set[int], above: int, upto: int, limit: int, *, live_only: bool
    ) -> tuple[str, dict[str, Any]]:
        """A query of the first entries of these audiences, with its parameters."""
        only = " AND live" if live_only else ""
        one = (
            "SELECT feed, kind, id, live FROM feed_entry WHERE audience = {} "
            f"AND feed > :above AND feed <= :upto{only} ORDER BY feed LIMIT :limit"
        )
        parameters: dict[str, Any] = {"above": above, "upto": upto, "limit": limit, "agency": self.viewer.agency}
        if self.store.postgres:
            source = f"SELECT x.* FROM {self.store.rows('a int')} CROSS JOIN LATERAL ({one.format('r.a')}) x"
            parameters["rows"] = encode([{"a": audience} for audience in sorted(audiences)])
        elif len(audiences) <= MAX_UNION:
            source = " UNION ALL ".join(
                f"SELECT * FROM ({one.format(int(audience))})" for audience in sorted(audiences)
            )
        else:
            source = one.format("").replace("audience = ", f"audience IN ({','.join(map(str, sorted(audiences)))})")
        return f"SELECT * FROM ({source}) u ORDER BY feed LIMIT :limit", parameters

    async def _check(self, connection: AsyncConnection, mine: set[int]) -> dict[str, Any]:
        """Count and digest of everything that a complete phone holds."""
        into = self.store.into
        found = await self.store.run(
            connection,
            "SELECT DISTINCT t.kind, t.id, t.digest FROM " + self.store.rows("a int")
            + f" {into} feed_entry e ON e.audience = r.a AND e.live "
            f"{into} sync_record t ON t.agency = :agency AND t.kind = e.kind AND t.id = e.id",
            rows=encode([{"a": audience} for audience in sorted(mine)]),
            agency=self.viewer.agency,
        )  # fmt: skip
        return {"count": len(found), "digest": combine(row[2] for row in found)}

    async def _sets(self, connection: AsyncConnection, cursor: Cursor) -> dict[str, set[int]] | None:
        """The sets that a cursor names; ``None`` if one of them is forgotten."""
        names = {name for name in (cursor.complete, cursor.held, cursor.target) if name}
        known = {name: self.engine.sets[name] for name in names if name in self.engine.sets}
        if len(known) < len(names):
            found = await self.store.run(
                connection,
                f"SELECT t.hash, t.members FROM {self.store.rows('hash text')} "
                f"{self.store.into} feed_set t ON t.hash = r.hash",
                rows=encode([{"hash": name} for name in sorted(names)]),
            )
            known |= {row[0]: set(orjson.loads(row[1])) for row in found}
        return known if len(known) == len(names) else None

    async def _keep_sets(self, sets: dict[str, set[int]]) -> None:
        """Remember the sets that the new cursor names; once a day each, so that pulls hardly ever write."""
        today = to_ms(self.engine.clock.now()) // 86_400_000
        stale = {name: members for name, members in sets.items() if self.engine.sets_kept.get(name) != today}
        if not stale:
            return
        async with self.engine.database.writing() as connection:
            await self.store.run(
                connection,
                "INSERT INTO feed_set (hash, agency, members, used) SELECT r.hash, :agency, r.members, :used FROM "
                + self.store.rows("hash text, members text")
                + " WHERE true ON CONFLICT (hash) DO UPDATE SET used = excluded.used",
                rows=encode([{"hash": n, "members": encode(sorted(m))} for n, m in sorted(stale.items())]),
                agency=self.viewer.agency,
                used=today * 86_400_000,
            )
        for name, members in stale.items():
            self.engine.keep_set(name, members, today)


def _size(text: str) -> int:
    """Bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def _visible(row: tuple[Any, ...], mine: set[int]) -> bool:
    """Whether the record of an entry may be seen through any of these audiences now."""
    change, audiences = row[4], row[5]
    return bool(change) and not mine.isdisjoint(orjson.loads(audiences))


def _same(cursor: Cursor) -> tuple[str, int, str, str, str]:
    return cursor.epoch, cursor.feed, cursor.complete, cursor.held, cursor.target
