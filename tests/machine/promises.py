"""I1 to I9, each as one named check."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.machine.dice import Dice
from tests.machine.disk import Disk
from tests.machine.phone import OPEN, Phone

if TYPE_CHECKING:
    from tests.machine.world import World


@dataclass
class Ledger:
    """What the test itself did, told by nobody but the test: what was saved, lost on purpose, spoilt."""

    dice: Dice
    saved: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    lost: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    lost_ids: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)
    spoilt: set[tuple[str, str]] = field(default_factory=set)
    uploads: set[str] = field(default_factory=set)
    marks: dict[str, str] = field(default_factory=dict)

    def mark_of(self, account: str) -> str:
        """The one mark of an account."""
        return self.marks.setdefault(account, self.dice.uuid())


def open_rows(phone: Phone) -> list[Any]:
    """What still waits, for a message."""
    return [
        (row["seq"], row["item"]["kind"], row["state"], row["withdrawing"], row["item"]["dependsOn"], row["result"])
        for row in phone.here.outbox.values()
        if row["state"] in OPEN
    ]


def each_step(world: World, phone: Phone) -> None:
    """I2, I7: nothing leaves a disk but by its author's or the server's word; a frozen text never changes."""
    for account, disk in phone.disks.items():
        if disk.sealed is not None:
            i6_sealed_is_unreadable(world, phone, account, disk)
            continue
        place, tables, ledger = (phone.name, account), disk.tables, world.ledger
        for seq, row in tables.outbox.items():
            ledger.saved.setdefault((row["id"], phone.name), row["item"])
            if row["text"] is not None:
                text = ledger.texts.setdefault((row["id"], phone.name), row["text"])
                assert text == row["text"], f"a frozen text was changed: {row['id']}"
            else:
                assert not row["tried"], "tried, and no text was frozen"
            assert seq <= tables.meta["seq"]
        now = set(tables.outbox)
        gone = ledger.rows.get(place, set()) - now - ledger.lost.get(place, set())
        meant = {*tables.meta["voided"], *tables.meta["told"]}
        assert gone <= meant, f"I7: {place} lost {sorted(gone - meant)}"
        ledger.rows[place] = now
    if phone.account is not None and any(row["state"] in OPEN for row in phone.here.outbox.values()):
        assert phone.wakes_at() is not None, "I5: something waits and no timer is armed"


async def cursor_is_not_ahead(world: World, phone: Phone) -> None:
    """I4: no phone believes to hold more than the server has given."""
    if phone.account is None or phone.here.meta["epoch"] != world.server.engine.life.epoch:
        return
    last = await world.server.feed_of(world.people.agencies[phone.account])
    assert phone.here.meta["feed"] <= last, "I4: a cursor is ahead of the counter"


def no_flicker(phone: Phone) -> None:
    """What a person wrote and did not take back is shown, whatever was pulled."""
    if phone.account is None:
        return
    view, latest = phone.show(), dict[tuple[str, str], Any]()
    for seq in sorted(phone.here.outbox):
        row = phone.here.outbox[seq]
        if row["state"] in OPEN and not row["withdrawing"]:
            if row["item"]["kind"] == "plan.edit":
                latest |= {(row["item"]["record"], name): value for name, value in row["item"]["args"].items()}
            if row["item"]["kind"] == "plan.delete":
                latest = {key: value for key, value in latest.items() if key[0] != row["item"]["record"]}
        elif row["state"] == "accepted" and row["item"]["kind"] == "plan.edit":
            # Written later and taken already, as after a restore: what it wrote stands above what goes out once more.
            for name in row["item"]["args"]:
                latest.pop((row["item"]["record"], name), None)
    for (record, name), value in latest.items():
        assert view[("plan", record)][name] == value, "a pulled record lies over unsent work"


def i3_same_view(world: World, phone: Phone) -> None:
    """I3, I4: whoever was told that there is no more holds exactly what the oracle says it may see."""
    place = (phone.name, phone.account)
    if place in world.ledger.spoilt or phone.account is None:
        return
    held = {key: (one["version"], one["body"]) for key, one in phone.here.records.items()}
    told = world.server.model.seen_by(phone.account)
    differ = {
        key: (held.get(key), told.get(key)) for key in held.keys() | told.keys() if held.get(key) != told.get(key)
    }
    assert not differ, f"I3: {phone.name} and the server differ (held, expected): {differ}"


def i6_page_is_mine(world: World, phone: Phone, page: Any) -> None:
    """I6: a page holds only records that its reader may see, of its reader's agency."""
    if not page or page.get("code") or phone.session is None:
        assert not page or not page.get("changes")
        return
    visible = world.server.model.seen_by(phone.session)
    strange = [one for one in page["changes"] if (one["kind"], one["id"]) not in visible]
    assert not strange, f"I6: {phone.name} was shown {strange}"


def i6_answer_is_mine(world: World, phone: Phone, reply: dict[str, Any]) -> None:
    """I6: a batch in another account's name is answered with nothing."""
    if phone.session != phone.account:
        assert reply["results"] == [], "I6: an answer to somebody else"


def i6_sealed_is_unreadable(world: World, phone: Phone, account: str, disk: Disk) -> None:
    """I6: the next person at this phone finds nothing of what was sealed, nor of what was pulled."""
    assert not disk.tables.records
    assert not disk.tables.next_records
    dump = disk.dump()
    for item in world.ledger.saved.values():
        words = [word for word in item["args"].values() if isinstance(word, str) and word.startswith("rahasia")]
        assert not any(word in dump for word in words), "I6: a sealed store can be read"


def i8_nothing_is_held_back(phone: Phone) -> None:
    """I8: after an answered flush only what is stuck itself, or stands behind something stuck, still waits."""
    stuck: set[str] = set()
    for seq in sorted(phone.here.outbox):
        row = phone.here.outbox[seq]
        if row["state"] not in OPEN:
            continue
        item = row["item"]
        named = [item["record"], *item["dependsOn"], item["args"].get("mutation")]
        itself = row["withdrawing"] or row["state"] == "deferred" or (row["result"] or {}).get("status") == "retry"
        assert itself or not stuck.isdisjoint(named), f"I8: {item} waits behind nothing"
        stuck |= {row["id"], item["record"]}


async def at_rest(world: World, phone: Phone) -> None:
    """What must hold of one store when every fault has ended and nothing waits."""
    assert phone.account is not None
    each_step(world, phone)
    model, meta = world.server.model, phone.here.meta
    place = (phone.name, phone.account)
    world.ledger.spoilt.discard(place)
    i3_same_view(world, phone)
    assert phone.show() == {key: body for key, (_, body) in model.seen_by(phone.account).items()}, (
        "I3: the overlay is not empty"
    )
    for row in phone.here.outbox.values():
        i7_has_ended_in_sight(world, phone, row)
    i9_missing_is_lost(world, phone, place)
    assert meta["mismatches"] == 0, "I3: the digest does not fit"


def i7_has_ended_in_sight(world: World, phone: Phone, row: dict[str, Any]) -> None:
    """I1, I7: an item has its final answer, the server's memory says the same, and its text is there."""
    item, known = world.ledger.saved[row["id"], phone.name], world.server.model.known.get(row["id"])
    assert row["state"] not in OPEN, f"I7: {row} has no end"
    assert row["item"]["args"] == item["args"] or row["text"] is None, "I7: the text is not what was saved"
    if row["state"] == "accepted":
        assert known is not None, f"I1: accepted, and the server knows nothing of it: {row}"
        assert known.accepted, f"I1: accepted, and the server says {known.status}: {row}"


def i9_missing_is_lost(world: World, phone: Phone, place: tuple[str, str]) -> None:
    """I9: reported as missing is exactly what was lost: numbers of this device that nobody holds."""
    meta = phone.here.meta
    if meta["device"] in world.ledger.copied:
        return  # two phones count with the same numbers: what is missing of one may be the other's
    stored = world.server.model.answered.get(meta["device"], set())
    gone = world.ledger.lost.get(place, set())
    told = {*meta["voided"], *meta["told"]}
    expected = {seq for seq in gone if seq > meta["from"] and seq not in told}
    assert set(meta["lost"]) == expected - stored, f"I9: reported {meta['lost']}, lost {sorted(expected - stored)}"


async def of_the_server(world: World) -> None:
    """I1: each mutation that was accepted has taken effect exactly once in the database, all others never."""
    found = Counter(str(row[0]) for row in await world.server.rows("SELECT mutation FROM machine_effect"))
    assert dict(found) == world.server.model.effects, "I1: effects in the database and accepted mutations differ"
    rows = await world.server.rows("SELECT id, status, made, arrived FROM sync_mutation")
    for id, status, made, arrived in rows:
        known = world.server.model.known.get(str(id))
        assert known is None or known.status == status, f"I1: {id} is {status}, expected {known.status}"
        assert made is None or arrived is None or made <= arrived, "made after it arrived"
    order = [str(row[0]) for row in await world.server.rows("SELECT mutation FROM machine_effect ORDER BY n")]
    i8_order(world, order)


def i8_order(world: World, order: list[str]) -> None:
    """I8: nothing took effect before what it names."""
    place = {id: n for n, id in enumerate(order)}
    for id in order:
        known = world.server.model.known.get(id)
        for need in known.item.get("dependsOn", ()) if known is not None else ():
            need = world.server.model.stands_for(need)
            if need in world.server.model.known and world.server.model.known[need].kind != "sync.withdraw":
                assert place.get(need, -1) < place[id], f"I8: {id} took effect before {need}"


def withdraw_what_hangs_on_lost_work(world: World, phone: Phone) -> None:
    """An item that names something lost waits for ever: its author sees the loss and takes it back."""
    gone = set(world.ledger.lost_ids)
    for seq in sorted(phone.here.outbox):
        row = phone.here.outbox[seq]
        if row["state"] in OPEN and not gone.isdisjoint(row["item"]["dependsOn"]):
            if not row["withdrawing"]:
                phone.withdraw(seq)
            gone.add(row["id"])
