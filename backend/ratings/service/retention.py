"""What is old enough is forgotten: encrypted numbers, then the keyed hashes of numbers, browsers and devices.

Deleting a ciphertext changes no decision about duplicates: those are made with the hash, which lives longer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from backend.database.engine import Database
from backend.ratings.models import RATING, RATING_PHONE, RATING_SETTINGS
from backend.ratings.rules.settings import DEFAULTS, in_force

BATCH = 1000


async def forget(db: Database, now: datetime) -> tuple[int, int]:
    """Delete due ciphertexts and empty old hashes, in small transactions; how many of each."""
    ciphertexts = hashes = 0
    while step := await _ciphertexts(db, now):
        ciphertexts += step
    for agency, days in (await _lives(db, now)).items():
        while step := await _hashes(db, agency, now - timedelta(days=days)):
            hashes += step
    return ciphertexts, hashes


async def _ciphertexts(db: Database, now: datetime) -> int:
    p = RATING_PHONE.c
    async with db.writing() as connection:
        due = select(p.rating).where(p.delete_after <= now).order_by(p.delete_after).limit(BATCH)
        ids = list((await connection.execute(due)).scalars())
        if ids:
            await connection.execute(delete(RATING_PHONE).where(p.rating.in_(ids)))
    return len(ids)


async def _lives(db: Database, now: datetime) -> dict[str, int]:
    """How many days the hashes of each agency with ratings live."""
    s = RATING_SETTINGS.c
    async with db.reading() as connection:
        agencies = list((await connection.execute(select(RATING.c.agency).distinct())).scalars())
        rules = select(s.agency, s.version, s.body).where(s.valid_from <= now).order_by(s.valid_from, s.version)
        own = {row.agency: in_force(row.version, row.body) for row in await connection.execute(rules)}
    return {one: own[one].number("hash_days") if one in own else int(DEFAULTS["hash_days"]) for one in agencies}


async def _hashes(db: Database, agency: str, before: datetime) -> int:
    r = RATING.c
    left = or_(*(column.is_not(None) for column in (r.phone_hash, r.browser_hash, r.device_hash, r.visit_key)))
    async with db.writing() as connection:
        old = select(r.id).where(r.agency == agency, r.arrived_at <= before, left).order_by(r.arrived_at).limit(BATCH)
        ids = list((await connection.execute(old)).scalars())
        if ids:
            nothing = dict.fromkeys(("phone_hash", "browser_hash", "device_hash", "visit_key"))
            await connection.execute(update(RATING).where(r.id.in_(ids)).values(**nothing))
    return len(ids)
