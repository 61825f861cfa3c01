"""``rating.submit``: what arrives from public pages and kiosks. Set-based: a batch costs one statement a table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.calendar import rules as hours
from backend.identity.rules.phones import Phone
from backend.ratings.bodies import RatingArgs
from backend.ratings.models import RATING, RATING_CODE, RATING_PHONE, RATING_SHIFT, RATING_TICKET
from backend.ratings.ports import Agency, Officer
from backend.ratings.rules import arrival as rules
from backend.ratings.rules.arrival import Evidence, Reason, Status
from backend.ratings.rules.scores import INDICATORS
from backend.ratings.service import crowds
from backend.ratings.service.catalogue import Catalogue
from backend.ratings.service.room import Room
from backend.ratings.service.shown import publish_held
from sync.clock import from_ms, parse_wire
from sync.errors import Refusal
from sync.writing import Item, Writing

Row = dict[str, Any]
REPEATED = "duplikat"
RECEIVED = "Penilaian Anda untuk layanan ini sudah kami terima."
REVOKED = "Kode ini tidak berlaku lagi. Tidak ada yang disimpan."
PAGE, KIOSK = "halaman", "kiosk"
PROVEN, UNPROVEN = "hadir", "tanpa_bukti"
_AGAIN = "Tidak ada yang disimpan. Muat ulang halaman, lalu isi lagi."


@dataclass(frozen=True, slots=True)
class Served:
    """Where an officer serves on a day, each in their order: by turns, and by where they are posted."""

    turns: Sequence[str] = ()
    posts: Sequence[str] = ()

    @property
    def sites(self) -> Sequence[str]:
        """The sites of the day: turns tell more than postings."""
        return self.turns or self.posts


@dataclass(slots=True)
class Facts:
    """What a batch is judged by, read once."""

    agency: Agency
    catalogue: Catalogue
    officers: Mapping[str, Officer]
    owners: Mapping[str, frozenset[str]]
    codes: Mapping[str, Any]
    tickets: Mapping[str, Any]
    served: Mapping[tuple[str, date], Served]


async def submit(room: Room, w: Writing, items: Sequence[Item]) -> None:
    """Judge and store ratings: each is kept, whatever its status. Raises :class:`Refusal` for what cannot be one.

    A repeated one is kept as *duplikat* and answered so (code ``duplikat``); a kiosk does not tell its visitor.
    """
    facts = await _facts(room, w, items)
    rows = [_row(room, w, facts, item) for item in items]
    found = await crowds.find(w, facts.catalogue.rules, rows)
    for row in rows:
        if row["status"] == Status.VALID and row["id"] in found.held:
            _judge(row, Status.HELD, found.held[row["id"]])
    phones = [row.pop("phone") for row in rows]
    repeated = await _store(w, rows)
    await _store_phones(room, w, facts, rows, phones)
    await crowds.hold_earlier(w, found)
    for item, row in zip(items, rows, strict=True):
        if row["id"] in repeated:
            item.lose(REPEATED, RECEIVED)
        elif row["status"] == Status.HELD:
            publish_held(w, row, row["status_reason"])


async def _facts(room: Room, w: Writing, items: Sequence[Item]) -> Facts:
    args: list[RatingArgs] = [item.args for item in items]
    codes = {code for one in args for code in (one.code, one.board) if code is not None}
    tickets = {one.ticket for one in args if one.ticket is not None}
    agency = await room.house.agency(w.connection, w.agency)
    catalogue = await room.catalogues.get(w.connection, w.agency, w.now)
    days = {
        (item.args.officer, hours.local_date(agency.zone, _made(catalogue, item)[0]))
        for item in items
        if _kiosk(item) or not (item.args.board or item.args.ticket)
    }
    return Facts(
        agency=agency,
        catalogue=catalogue,
        officers=await room.house.officers(w.connection, w.agency, {one.officer for one in args}),
        owners=await room.house.phone_owners(w.connection, w.agency) if any(one.phone for one in args) else {},
        codes=await _by_id(w, RATING_CODE, codes),
        tickets=await _by_id(w, RATING_TICKET, tickets),
        served=await _served(room, w, agency, days),
    )


async def _by_id(w: Writing, table: Any, ids: set[str]) -> Mapping[str, Any]:
    if not ids:
        return {}
    query = select(table).where(table.c.agency == w.agency, table.c.id.in_(sorted(ids)))
    return {row["id"]: row for row in (await w.connection.execute(query)).mappings()}


def _made(catalogue: Catalogue, item: Item) -> tuple[datetime, Evidence]:
    """When the rating was made, and by whose evidence."""
    args: RatingArgs = item.args
    return rules.judged_at(
        kiosk=item.made if _kiosk(item) else None,
        opened=None if args.opened is None else from_ms(parse_wire(args.opened) or 0),
        proven=args.proven,
        arrived=item.arrived,
        form_hours=catalogue.rules.number("form_hours"),
    )


def _kiosk(item: Item) -> str | None:
    """The paired tablet that sent it; the server itself is none, whatever it hands in."""
    return None if item.actor.system else item.actor.facts.get("kiosk")


def _row(room: Room, w: Writing, facts: Facts, item: Item) -> Row:
    args: RatingArgs = item.args
    kiosk = _kiosk(item)
    _check(facts, item, kiosk)
    made, evidence = _made(facts.catalogue, item)
    site, estimated = _site(facts, item, kiosk, hours.local_date(facts.agency.zone, made))
    place = facts.agency.site(site)
    zone = facts.agency.zone if place is None else place.calendar.zone
    phone, broken = _phone(room, w, item)
    row: Row = {
        "id": item.record,
        "agency": w.agency,
        "instrument": args.instrument,
        "version": args.version,
        "officer": args.officer,
        "officer_name": facts.officers[args.officer].name,
        "site": site,
        "site_estimated": estimated,
        "service": args.service,
        "score": args.score,
        "scores": args.scores,
        "indicators": [code for code in INDICATORS if code in args.indicators],
        "code": None if kiosk else args.code,
        "kiosk": kiosk,
        "ticket": args.ticket,
        "presence": PROVEN if kiosk or args.proven or args.ticket else UNPROVEN,
        "channel": KIOSK if kiosk else PAGE,
        "made_at": made,
        "made_by": evidence,
        "tablet_at": from_ms(parse_wire(args.tablet_at) or 0) if kiosk and args.tablet_at else None,
        "tablet_seq": (args.tablet_seq or item.seq) if kiosk else None,
        "arrived_at": item.arrived,
        "service_date": hours.local_date(zone, made),
        "phone_hash": None if phone is None else room.secrets.phone_hash(w.agency, phone),
        "browser_hash": None if kiosk else args.browser,
        "device_hash": room.secrets.hashed("device", w.agency, KIOSK, kiosk) if kiosk else args.device,
        "visit_key": None,
        "language": args.language,
        "content_hash": hashlib.sha256(orjson.dumps(item.raw, option=orjson.OPT_SORT_KEYS)).hexdigest(),
        "phone": phone,
    }
    status, reason = _first_status(
        facts, row, own=args.own and not kiosk, broken=broken, released=bool(item.actor.facts.get("released"))
    )
    _judge(row, status, reason)
    if status != Status.VOID:
        row["visit_key"] = _visit(room, row)
    return row


def _check(facts: Facts, item: Item, kiosk: str | None) -> None:
    """Whether this can be a rating at all. Raises :class:`Refusal`."""
    args: RatingArgs = item.args
    instrument = facts.catalogue.instruments.get(args.instrument)
    if instrument is None or instrument.version != args.version:
        raise Refusal("instrument", f"Lembar penilaian ini tidak dikenal. {_AGAIN}")
    faults = rules.score_faults(args.version, args.score, args.scores, args.indicators)
    if faults:
        raise Refusal("invalid", f"{' '.join(faults)} Tidak ada yang disimpan.")
    service = facts.catalogue.services.get(args.service)
    # A kiosk may have shown yesterday's list; what was closed since still was a service.
    if service is None or not (service.active or kiosk):
        raise Refusal("service", f"Jenis pelayanan ini tidak ada dalam daftar. {_AGAIN}")
    if args.officer not in facts.officers:
        raise Refusal("not_found", f"Petugas ini tidak ditemukan. {_AGAIN}")
    if facts.catalogue.rules.is_on("phone_required") and not args.phone:
        raise Refusal("invalid", "Isi nomor HP/WA. Tidak ada yang disimpan.")
    if args.ticket is not None and args.ticket not in facts.tickets:
        raise Refusal("ticket", f"Karcis kunjungan ini tidak dikenal. {_AGAIN}")
    if kiosk:
        return
    code = facts.codes.get(args.code or "")
    board = facts.codes.get(args.board or "") if args.board else None
    if code is None or code["kind"] != "personal" or code["person"] != args.officer:
        raise Refusal("not_found", f"Kode ini tidak dikenal. {_AGAIN}")
    if code["revoked"] is not None or (board is not None and board["revoked"] is not None):
        raise Refusal("revoked", REVOKED)
    if args.board and (board is None or board["kind"] != "board"):
        raise Refusal("not_found", f"Kode ini tidak dikenal. {_AGAIN}")


def _site(facts: Facts, item: Item, kiosk: str | None, day: date) -> tuple[str, bool]:
    """The site of a rating and whether it is only estimated (section 2)."""
    args: RatingArgs = item.args
    if kiosk:
        return str(item.actor.facts["site"]), False
    if args.board:
        return str(facts.codes[args.board]["site"]), False
    if args.ticket:
        return str(facts.tickets[args.ticket]["site"]), False
    sites = facts.served[args.officer, day].sites
    if sites:
        return sites[0], len(sites) > 1
    unit = facts.officers[args.officer].unit
    return (str(unit), False) if facts.agency.site(unit) else (facts.agency.root, True)


async def _served(
    room: Room, w: Writing, agency: Agency, wanted: set[tuple[str, date]]
) -> Mapping[tuple[str, date], Served]:
    """The sites that officers serve on local dates."""
    found: dict[tuple[str, date], Served] = {}
    for day in sorted({day for _, day in wanted}):
        people = sorted({officer for officer, on in wanted if on == day})
        turns = await _turns(w, people, day, agency)
        postings = await room.house.postings(w.connection, w.agency, people, day)
        for officer in people:
            posts = [one.site for one in postings if one.person == officer and agency.site(one.site)]
            found[officer, day] = Served(list(dict.fromkeys(turns.get(officer, ()))), list(dict.fromkeys(posts)))
    return found


async def _turns(w: Writing, officers: Sequence[str], day: date, agency: Agency) -> Mapping[str, list[str]]:
    """The sites of the officers' turns on a local date, in their order."""
    s = RATING_SHIFT.c
    begin = datetime(day.year, day.month, day.day, tzinfo=hours.ZONES[agency.zone])
    over = begin + timedelta(days=1)
    query = (
        select(s.person, s.site)
        .where(
            s.agency == w.agency, s.person.in_(officers), s.cancelled.is_(None), s.start < over,
            # One that was begun at a kiosk and never ended there belongs to its own night.
            or_(s.end > begin, and_(s.end.is_(None), s.start > begin - timedelta(hours=12))),
        )
        .order_by(s.start, s.id)
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for row in await w.connection.execute(query):
        found.setdefault(row.person, []).append(row.site)
    return found


def _phone(room: Room, w: Writing, item: Item) -> tuple[Phone | None, bool]:
    """The number behind the sealed text, and whether there was one that cannot be read."""
    if not item.args.phone:
        return None, False
    try:
        phone = room.secrets.open(w.agency, item.record, item.args.phone)
    except ValueError:
        return None, True
    return (None, True) if phone.error else (phone, False)


def _first_status(facts: Facts, row: Row, *, own: bool, broken: bool, released: bool) -> tuple[Status, Reason | None]:
    """The status by what the rating itself shows; bursts and repeats come later (section 5)."""
    phone: Phone | None = row["phone"]
    owners = frozenset[str]() if phone is None else facts.owners.get(phone.e164, frozenset())
    if row["officer"] in owners:
        return Status.VOID, Reason.OWN_PHONE
    if own:
        return Status.VOID, Reason.OWN_SESSION
    if released:
        return Status.HELD, Reason.RELEASED
    if owners:
        return Status.HELD, Reason.STAFF_PHONE
    if broken:
        return Status.HELD, Reason.PHONE_UNREADABLE
    place = facts.agency.site(row["site"])
    if row["kiosk"] and not _serves(facts, row, hours.local_date(facts.agency.zone, row["made_at"])):
        return Status.HELD, Reason.ELSEWHERE
    if place is not None and not hours.is_open(place.calendar, row["made_at"]):
        return Status.HELD, Reason.HOURS
    return Status.VALID, None


def _serves(facts: Facts, row: Row, day: date) -> bool:
    """Whether the officer serves at the site of a rating on the day that it was made: by turn, posting or own unit."""
    served, own = facts.served[row["officer"], day], facts.officers[row["officer"]].unit
    return row["site"] in {*served.turns, *served.posts, own}


def _judge(row: Row, status: Status, reason: Reason | None) -> None:
    row["status"] = row["arrived_as"] = str(status)
    row["status_reason"] = None if reason is None else str(reason)


def _visit(room: Room, row: Row) -> str | None:
    """What only one valid rating may have: the ticket, else who rated whom for what on which day."""
    if row["ticket"]:
        return room.secrets.hashed("visit", row["agency"], "ticket", row["ticket"])
    who = row["phone_hash"] or row["browser_hash"]
    if who is None:
        return None
    return room.secrets.hashed(
        "visit", row["agency"], who, row["officer"], row["service"], row["service_date"].isoformat()
    )


async def _store(w: Writing, rows: Sequence[Row]) -> set[str]:
    """Insert all; those whose visit has a rating already become *duplikat*. Gives their ids.

    Uniqueness is the database's: two at the same instant are told apart as well.
    """
    make = postgresql.insert if w.store.postgres else sqlite.insert
    ordered = sorted(rows, key=lambda row: row["visit_key"] or "")
    statement = make(RATING).on_conflict_do_nothing(index_elements=["agency", "visit_key"]).returning(RATING.c.id)
    # With the rows beside it (not inside) the statement is put together once and kept, however many they are.
    stored = set((await w.connection.execute(statement, ordered)).scalars())
    repeated = [row for row in rows if row["id"] not in stored]
    for row in repeated:
        row["visit_key"] = None
        _judge(row, Status.DUPLICATE, Reason.REPEATED)
    if repeated:
        await w.connection.execute(insert(RATING), repeated)
    spent = [row for row in rows if row["ticket"] and row["id"] in stored]
    for row in spent:
        await w.connection.execute(
            update(RATING_TICKET).where(RATING_TICKET.c.id == row["ticket"]).values(used_by=row["id"])
        )
    return {row["id"] for row in repeated}


async def _store_phones(
    room: Room, w: Writing, facts: Facts, rows: Sequence[Row], phones: Sequence[Phone | None]
) -> None:
    keep = crowds.days(facts.catalogue.rules.number("phone_days"))
    numbers = [
        {
            "rating": row["id"], "agency": w.agency, "delete_after": row["arrived_at"] + keep,
            "ciphertext": room.secrets.seal(w.agency, row["id"], phone.e164),
        }
        for row, phone in zip(rows, phones, strict=True)
        if phone is not None
    ]  # fmt: skip
    if numbers:
        await w.connection.execute(insert(RATING_PHONE), numbers)
