"""Past ratings and survey answers for the demonstration: two months of invented visitors, so that reports are real."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from backend.calendar import rules as hours
from backend.identity.rules.phones import parse_phone
from backend.identity.service.directory import Directory
from backend.keys import Keys
from backend.ratings.house import IdentityHouse
from backend.ratings.models import IKM_ANSWER, RATING, RATING_PHONE
from backend.ratings.ports import Agency, Officer, Site
from backend.ratings.rules.arrival import Reason, Status
from backend.ratings.rules.scores import INDICATORS
from backend.ratings.service import catalogue as catalogues
from backend.ratings.service.catalogue import Catalogue
from backend.ratings.service.secrets import Secrets
from backend.ratings.service.shown import publish_held
from sync.clock import Clock
from sync.ids import uuid7
from sync.writing import Writing

DAYS = 60
ROWS = 500
_HELD = (Reason.HOURS, Reason.STAFF_PHONE, Reason.BURST)
_PROFILE = {
    "sex": ("L", "P"), "age_band": ("20-29", "30-39", "40-49", "50-59"), "education": ("SMA", "D1-D4", "S1"),
    "work": ("ASN", "Swasta", "Wirausaha", "Lainnya"),
}  # fmt: skip


async def seed(w: Writing, keys: Keys, clock: Clock, people: Sequence[str]) -> int:
    """Rate these people over the last two months at the sites where they serve; returns how many ratings.

    Always the same for the same day and people. Numbers are invented, and sealed like real ones.
    """
    house = IdentityHouse(Directory(clock))
    agency = await house.agency(w.connection, w.agency)
    found = await catalogues.read(w.connection, w.agency, w.now)
    officers = await house.officers(w.connection, w.agency, people)
    today = hours.local_date(agency.zone, w.now)
    postings = await house.postings(w.connection, w.agency, people, today)
    teller = _Teller(random.Random(20260402), Secrets(keys), agency, found, w.now)  # noqa: S311 (invented data)
    for posting in postings:
        site = agency.site(posting.site)
        if site is not None and posting.person in officers:
            teller.rate(officers[posting.person], site)
    for site in agency.sites.values():
        teller.survey(site)
    for table, rows in ((RATING, teller.ratings), (RATING_PHONE, teller.phones), (IKM_ANSWER, teller.answers)):
        for start in range(0, len(rows), ROWS):
            await w.connection.execute(insert(table), rows[start : start + ROWS])
    for row in teller.ratings:
        if row["status"] == Status.HELD:
            publish_held(w, row, row["status_reason"])
    return len(teller.ratings)


class _Teller:
    """Makes up visitors, all from one random source."""

    def __init__(
        self, chance: random.Random, secrets: Secrets, agency: Agency, found: Catalogue, now: datetime
    ) -> None:
        self.chance, self.secrets, self.agency, self.found, self.now = chance, secrets, agency, found, now
        self.ratings: list[dict[str, Any]] = []
        self.phones: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    def rate(self, officer: Officer, site: Site) -> None:
        """One officer's visitors: more or fewer, more or less content."""
        mood = self.chance.choice((3.4, 3.9, 4.2, 4.5, 4.7))
        for _ in range(self.chance.choice((4, 14, 26, 41, 58))):
            self._one(officer, site, mood)

    def survey(self, site: Site) -> None:
        """The satisfaction survey of one site."""
        for _ in range(self.chance.randint(18, 46)):
            made = self._moment(site)
            answers = {f"u{n}": min(4, max(1, round(self.chance.gauss(3.3, 0.6)))) for n in range(1, 10)}
            self.answers.append({
                "id": uuid7(), "agency": self.agency.id, "site": site.id, "service": self._service(),
                **answers, **{name: self.chance.choice(values) for name, values in _PROFILE.items()},
                "made_at": made, "arrived_at": made, "service_date": hours.local_date(site.calendar.zone, made),
                "instrument": self.found.survey.id, "code": None, "source": "halaman", "language": "id",
            })  # fmt: skip

    def _one(self, officer: Officer, site: Site, mood: float) -> None:
        id, made = uuid7(), self._moment(site)
        status, reason = self._fate()
        phone = parse_phone(f"0852{self.chance.randint(0, 10**8 - 1):08d}")
        kiosk = self.chance.random() < 0.5
        self.ratings.append({
            "id": id, "agency": self.agency.id, "instrument": self.found.in_force[catalogues.PACAK, "v1"].id,
            "version": "v1", "officer": officer.id, "officer_name": officer.name, "site": site.id,
            "site_estimated": False, "service": self._service(),
            "score": min(5, max(1, round(self.chance.gauss(mood, 0.8)))), "scores": {},
            "indicators": self._indicators(),
            "code": None, "kiosk": None, "ticket": None, "presence": "hadir" if kiosk else "tanpa_bukti",
            "channel": "halaman", "made_at": made, "made_by": "formulir" if kiosk else "tiba", "tablet_at": None,
            "tablet_seq": None, "arrived_at": made + timedelta(seconds=self.chance.randint(20, 240)),
            "service_date": hours.local_date(site.calendar.zone, made),
            "phone_hash": self.secrets.phone_hash(self.agency.id, phone), "browser_hash": None, "device_hash": None,
            "visit_key": None, "language": "en" if self.chance.random() < 0.1 else "id", "arrived_as": str(status),
            "status": str(status), "status_reason": None if reason is None else str(reason), "content_hash": "0" * 64,
        })  # fmt: skip
        self.phones.append({
            "rating": id, "agency": self.agency.id, "ciphertext": self.secrets.seal(self.agency.id, id, phone.e164),
            "delete_after": made + timedelta(days=self.found.rules.number("phone_days")),
        })  # fmt: skip

    def _fate(self) -> tuple[Status, Reason | None]:
        drawn = self.chance.random()
        if drawn < 0.02:
            return Status.HELD, self.chance.choice(_HELD)
        return (Status.DUPLICATE, Reason.REPEATED) if drawn < 0.05 else (Status.VALID, None)

    def _indicators(self) -> list[str]:
        return [code for code in INDICATORS if self.chance.random() < 0.4] or [self.chance.choice(INDICATORS)]

    def _moment(self, site: Site) -> datetime:
        """An instant within the site's hours in the last two months."""
        before = self.now - timedelta(days=self.chance.uniform(0.05, DAYS))
        made = hours.next_open(site.calendar, before)
        made += timedelta(seconds=self.chance.randint(0, 5400)) if made > before else timedelta()
        return min(made.astimezone(self.now.tzinfo), self.now - timedelta(minutes=5))

    def _service(self) -> str:
        return self.chance.choice(self.found.offered).code
