"""Ratings as they reach the engine: from the public page's side and from a paired tablet's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from backend.ratings.models import RATING, RATING_CODE, RATING_DECISION, RatingKiosk
from backend.ratings.service.shown import stamp
from sync.actors import Actor, Viewer, system_actor
from sync.answers import Answer
from sync.ids import uuid7
from tests.ratings.balai import Balai

PHONE = "+6281355500001"


class Counter:
    """Rates officers of the office as its public page and its kiosks do."""

    def __init__(self, balai: Balai) -> None:
        self.balai = balai
        self.secrets = balai.house.ratings.secrets
        self._phones = 0

    def another_phone(self) -> str:
        """A number that nobody used yet."""
        self._phones += 1
        return f"+62813777{self._phones:05d}"

    async def args(self, whom: str = "bkk_petugas1", phone: str | None = PHONE, id: str = "", **more: Any) -> Any:
        """The args that the page makes of a filled form."""
        b = self.balai
        async with b.db.reading() as connection:
            catalogue = await b.house.ratings.catalogues.get(connection, b.agency, b.clock.now())
        code = await b.code(kind="personal", person=b.people[whom])
        args = {
            "instrument": catalogue.asked.id, "version": "v1", "officer": b.people[whom], "service": "S07",
            "score": 4, "indicators": ["P"], "code": code.id, "opened": stamp(b.clock.now()),
            "phone": None if phone is None else self.secrets.seal(b.agency, id, phone),
            "device": self.secrets.hashed("device", b.agency, uuid7()),
            "browser": self.secrets.hashed("browser", b.agency, uuid7()),
        }  # fmt: skip
        return args | more

    async def rate(self, whom: str = "bkk_petugas1", phone: str | None = PHONE, **more: Any) -> tuple[str, Answer]:
        """One rating from the public page; its id and the answer."""
        id = uuid7()
        args = await self.args(whom, phone, id, **more)
        actor = system_actor(self.balai.agency, "Pengguna jasa")
        return id, await self.balai.engine.execute(actor, "rating.submit", id, args, id=id)

    async def row(self, id: str) -> Any:
        """A stored rating."""
        async with self.balai.db.reading() as connection:
            return (await connection.execute(select(RATING).where(RATING.c.id == id))).one()

    async def rows(self) -> list[Any]:
        """All stored ratings, by arrival."""
        async with self.balai.db.reading() as connection:
            return list(await connection.execute(select(RATING).order_by(RATING.c.arrived_at, RATING.c.id)))

    async def decisions(self, rating: str) -> list[Any]:
        """What was decided about one rating."""
        query = select(RATING_DECISION).where(RATING_DECISION.c.rating == rating).order_by(RATING_DECISION.c.at)
        async with self.balai.db.reading() as connection:
            return list(await connection.execute(query))

    async def board(self, site: str) -> str:
        """The id of a site's board code."""
        c = RATING_CODE.c
        query = select(c.id).where(c.kind == "board", c.site == self.balai.units[site], c.revoked.is_(None))
        async with self.balai.db.reading() as connection:
            return str((await connection.execute(query)).scalar_one())

    async def decide(self, rating: str, act: str, reason: str = "Sudah diperiksa di loket.", key: str = "") -> Answer:
        """TRK decides about a rating."""
        actor = await self.balai.actor(key or "bkk_tim_rating", None if key == "system" else "TRK")
        args = {"rating": rating, "act": act, "reason": reason}
        return await self.balai.engine.execute(actor, "rating.decide", uuid7(), args)


class Tablet:
    """A paired counter tablet that sends batches as the protocol says."""

    def __init__(self, counter: Counter, site: str) -> None:
        self.counter, self.balai, self.site = counter, counter.balai, counter.balai.units[site]
        self.id, self.account, self.device, self.seq = uuid7(), uuid7(), uuid7(), 0

    async def pair(self) -> Tablet:
        """Known to the server from now on."""
        async with self.balai.db.write() as session:
            session.add(RatingKiosk(
                id=self.id, agency=self.balai.agency, site=self.site, name="Loket 1", account=self.account,
                paired=self.balai.clock.now(), created=self.balai.clock.now(),
            ))  # fmt: skip
        return self

    async def item(self, at: datetime, whom: str = "bkk_petugas1", **more: Any) -> dict[str, Any]:
        """One rating of its queue, made at an instant by its own clock."""
        self.seq += 1
        id = uuid7()
        phone = more.pop("phone", None) or self.counter.another_phone()
        args = await self.counter.args(whom, phone, id, tabletSeq=self.seq, tabletAt=stamp(at), **more)
        for name in ("code", "opened", "device", "browser"):
            del args[name]
        return {
            "id": id, "seq": self.seq, "kind": "rating.submit", "kindVersion": 1, "record": id, "as": None,
            "args": args, "clock": {"wall": stamp(at)},
        }  # fmt: skip

    async def send(self, *items: dict[str, Any], heard: datetime) -> list[Any]:
        """Push a batch. ``heard``: the server's time (and the tablet's own) when it last heard from the server."""
        facts = {"kiosk": self.id, "site": self.site}
        viewer = Viewer(Actor(self.account, self.balai.agency, frozenset(), name="Loket 1", facts=facts))
        evidence = {"lastServer": stamp(heard), "lastWall": stamp(heard)}
        batch = {
            "protocol": "sambung-sync/1", "requestId": uuid7(), "account": self.account, "deviceId": self.device,
            "epoch": None, "appVersion": "1.0.0", "highSeq": self.seq, "waiting": len(items), "voided": [],
            "mutations": [{**item, "clock": {**item["clock"], **evidence}} for item in items],
        }  # fmt: skip
        reply = await self.balai.engine.push(viewer, batch)
        assert reply["code"] is None, reply
        results: list[Any] = reply["results"]
        return results
