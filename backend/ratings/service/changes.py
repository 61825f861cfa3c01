"""New versions of what is asked: the list of services, the rules, the texts of an instrument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import func, insert, select

from backend.ratings.bodies import CatalogueBody, RatingInstrumentArgs, RatingRulesArgs, RatingServicesArgs
from backend.ratings.models import RATING_INSTRUMENT, RATING_SERVICE, RATING_SETTINGS
from backend.ratings.rules import settings as rules
from backend.ratings.service import catalogue as catalogues
from backend.ratings.service.catalogue import Catalogue
from backend.ratings.service.room import Room
from sync.errors import Refusal
from sync.ids import derived, uuid7
from sync.writing import Item, Writing

KIND = "rating_catalogue"
MOST_BYTES = 32 * 1024
DESKS = ("TRK", "KOR", "KSB", "KPL", "HRA")
_SAFE = "Tidak ada yang berubah."


def record_of(agency: str) -> str:
    """The one record of an agency's catalogue."""
    return derived(agency, KIND)


async def install(w: Writing, root: str) -> None:
    """Give an agency (``root``: its root unit) the default instruments, services and rules, and publish them.

    Harmless when repeated.
    """
    await catalogues.install(w.connection, w.agency, w.now)
    await _publish(w, root)


async def publish(room: Room, w: Writing) -> None:
    """Show the catalogue as this transaction sees it to the desks of the agency."""
    await _publish(w, (await room.house.agency(w.connection, w.agency)).root)


async def _publish(w: Writing, root: str) -> None:
    found = await catalogues.read(w.connection, w.agency, w.now)
    w.publish(KIND, record_of(w.agency), body_of(found), {f"role:{role}@{root}" for role in DESKS})


def body_of(found: Catalogue) -> CatalogueBody:
    """What travels of a catalogue."""
    asked = found.asked
    return CatalogueBody(
        services=[
            {"code": one.code, "labelId": one.label_id, "labelEn": one.label_en, "active": one.active}
            for one in found.services.values()
        ],
        instrument={"id": asked.id, "version": asked.version, "issue": asked.issue, "body": dict(asked.body)},
        rules=dict(found.rules.body),
    )


async def set_services(room: Room, w: Writing, item: Item) -> None:
    """``rating.set_services``: what changed of the list gets a new version; what is left out is closed."""
    args: RatingServicesArgs = item.args
    codes = [one.code for one in args.services]
    if len(set(codes)) < len(codes):
        raise Refusal("invalid", f"Satu kode pelayanan muncul dua kali. {_SAFE}")
    if not any(one.active for one in args.services):
        raise Refusal("invalid", f"Minimal satu pelayanan harus aktif. {_SAFE}")
    known = (await catalogues.read(w.connection, w.agency, w.now)).services
    by = None if item.actor.system else item.actor.account
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(args.services):
        before = known.get(one.code)
        rows.append({
            "id": uuid7(), "agency": w.agency, "code": one.code, "label_id": one.label_id, "label_en": one.label_en,
            "official": "" if before is None else before.official, "place": place, "active": one.active,
            "version": 1 if before is None else before.version + 1, "changed": w.now, "changed_by": by,
        })  # fmt: skip
    for place, (code, before) in enumerate(sorted(known.items()), len(args.services)):
        if code not in codes and before.active:
            rows.append({
                "id": uuid7(), "agency": w.agency, "code": code, "label_id": before.label_id,
                "label_en": before.label_en, "official": before.official, "place": place, "active": False,
                "version": before.version + 1, "changed": w.now, "changed_by": by,
            })  # fmt: skip
    await w.connection.execute(insert(RATING_SERVICE), rows)
    await publish(room, w)


async def set_rules(room: Room, w: Writing, item: Item) -> None:
    """``rating.set_rules``: a new version from now on. Raises ``invalid`` with a sentence for each faulty one."""
    args: RatingRulesArgs = item.args
    faults = rules.faults(args.rules)
    if faults:
        raise Refusal("invalid", f"{' '.join(dict.fromkeys(faults.values()))} {_SAFE}", fields=faults)
    present = (await catalogues.read(w.connection, w.agency, w.now)).rules
    s = RATING_SETTINGS.c
    last = (await w.connection.execute(select(func.max(s.version)).where(s.agency == w.agency))).scalar_one()
    await w.connection.execute(insert(RATING_SETTINGS), [{
        "id": uuid7(), "agency": w.agency, "version": (last or 0) + 1, "valid_from": w.now,
        "body": {**present.body, **args.rules},
        "changed_by": None if item.actor.system else item.actor.account,
    }])  # fmt: skip
    await publish(room, w)


async def set_instrument(room: Room, w: Writing, item: Item) -> None:
    """``rating.set_instrument``: new texts; indicators or elements and their order stay as they are."""
    args: RatingInstrumentArgs = item.args
    present = (await catalogues.read(w.connection, w.agency, w.now)).in_force.get((args.family, args.version))
    if present is None:
        raise Refusal("not_found", f"Instrumen ini tidak ada. {_SAFE}")
    if len(orjson.dumps(args.body)) > MOST_BYTES or not _same_shape(present.body, args.body):
        raise Refusal("invalid", f"Hanya teks yang bisa diganti; susunan instrumen tetap. {_SAFE}")
    await w.connection.execute(insert(RATING_INSTRUMENT), [{
        "id": uuid7(), "agency": w.agency, "family": args.family, "version": args.version,
        "issue": present.issue + 1, "body": args.body, "valid_from": w.now,
        "created_by": None if item.actor.system else item.actor.account,
    }])  # fmt: skip
    await publish(room, w)


def _same_shape(before: Any, after: Any, name: str = "") -> bool:
    """Whether only texts differ: the same members, lists as long, codes and numbers equal, no text empty."""
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and set(before) == set(after)
            and all(_same_shape(value, after[key], key) for key, value in before.items())
        )
    if isinstance(before, list):
        same_length = isinstance(after, list) and len(before) == len(after)
        return same_length and all(_same_shape(one, other, name) for one, other in zip(before, after, strict=True))
    if isinstance(before, str) and name not in _FIXED:
        return isinstance(after, str) and bool(after.strip()) and len(after) <= 300
    return bool(before == after) and type(before) is type(after)


_FIXED = frozenset({
    "code", "letter", "from", "to", "weight_policies", "default_weight", "formula_version", "sex", "age_band",
    "education", "work",
})  # fmt: skip
