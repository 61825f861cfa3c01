"""The one check of a phone number: KSB types it, the answer is yes or no, and the check itself is logged.

Nobody ever reads a stored number: it is compared, not shown, and once its ciphertext is deleted it cannot even be
compared any more.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy import func, insert, select

from backend.audit import service as audit
from backend.database.engine import Database
from backend.identity.rules.phones import PHONE_ERRORS, parse_phone
from backend.ratings.models import RATING, RATING_LOOKUP, RATING_PHONE
from backend.ratings.service.room import Room
from sync.actors import Actor
from sync.clock import Clock
from sync.errors import Refusal
from sync.ids import is_uuid, uuid7

A_DAY = 5
"""So many checks of one rating in 24 hours: enough for a case, too few to try out numbers."""
_SAFE = "Tidak ada yang diperiksa."


async def check(room: Room, db: Database, clock: Clock, actor: Actor, rating: str, typed: str, reason: str) -> bool:
    """Whether ``typed`` is the number behind a rating. ``actor`` works as KSB over its site.

    Raises ``forbidden``, ``not_found``, ``invalid``, ``too_often``, and ``gone`` once the number is deleted.
    """
    if not actor.works_as("KSB"):
        raise Refusal("forbidden", f"Pemeriksaan nomor hanya untuk Kasubbag. {_SAFE}")
    phone = parse_phone(typed[:60])
    reason = reason.strip()[:1000]
    if phone.error:
        raise Refusal("invalid", f"{PHONE_ERRORS[phone.error]} {_SAFE}", fields={"phone": PHONE_ERRORS[phone.error]})
    if len(reason) < 3:
        raise Refusal("invalid", f"Tulis alasan atau nomor perintahnya. {_SAFE}", fields={"reason": "Wajib diisi."})
    now = clock.now()
    async with db.writing() as connection:
        query = select(RATING.c.site).where(RATING.c.id == rating, RATING.c.agency == actor.agency).with_for_update()
        site = (await connection.execute(query)).scalar_one_or_none() if is_uuid(rating) else None
        if site is None or site not in actor.scope:
            raise Refusal("not_found", f"Penilaian ini tidak ditemukan. {_SAFE}")
        done = select(func.count()).select_from(RATING_LOOKUP).where(
            RATING_LOOKUP.c.rating == rating, RATING_LOOKUP.c.at > now - timedelta(days=1)
        )  # fmt: skip
        if (await connection.execute(done)).scalar_one() >= A_DAY:
            raise Refusal("too_often", f"Penilaian ini sudah diperiksa {A_DAY} kali dalam sehari. {_SAFE}")
        stored = select(RATING_PHONE.c.ciphertext).where(RATING_PHONE.c.rating == rating)
        sealed = (await connection.execute(stored)).scalar_one_or_none()
        if sealed is None:
            raise Refusal("gone", f"Nomor pada penilaian ini tidak ada atau sudah dihapus. {_SAFE}")
        known = room.secrets.open(actor.agency, rating, sealed)
        same = hmac.compare_digest(known.e164, phone.e164)
        await connection.execute(insert(RATING_LOOKUP), [{
            "id": uuid7(), "agency": actor.agency, "rating": rating, "account": actor.account, "name": actor.name,
            "at": now, "reason": reason, "same": same,
        }])  # fmt: skip
        await audit.record(
            connection, agency=actor.agency, actor=actor.account, role=actor.role, act="rating.phone_check",
            object_kind="rating", object_id=rating, at=now,
        )  # fmt: skip
    return same
