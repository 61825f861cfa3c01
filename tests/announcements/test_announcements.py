"""An announcement is written once and says everywhere how the service is reached."""

from __future__ import annotations

from typing import Any

import pytest

from backend.announcements import records, rules
from backend.announcements.models import Announcement
from backend.announcements.service import Announcements
from backend.database.engine import Database
from backend.keys import Keys
from sync.engine import SyncEngine
from sync.ids import uuid7
from sync.registry import Registry
from tests.questions.office import Office
from tests.support.clock import SettableClock

HOURS = "Senin-Kamis 07.30-12.00 dan 13.00-16.00; Jumat 07.30-11.30 dan 13.00-16.30 WIB"
TEXT = "Layanan tutup hari Rabu.\nKami buka lagi hari Kamis."


@pytest.fixture
async def team(db: Database, keys: Keys, clock: SettableClock) -> Office:
    """The demonstration's office, writing announcements."""
    office = await Office(db, keys, clock).build()
    registry = Registry()
    records.declare(registry, Announcements(office.directory, "https://sambung.example.go.id/"))
    office.engine = SyncEngine(database=db, registry=registry.close(), keys=keys, clock=clock, viewers=office.directory)
    await office.engine.start()
    return office


async def write(office: Office, key: str, role: str | None, record: str, **changed: Any) -> Any:
    """Write one; the answer."""
    version = await office.version("announcement", record)
    args = {"title": "Libur bersama", "text": TEXT, **changed}
    return await office.act(key, role, "announcement.write", record, seen=version, **args)


async def test_18_written_once_four_outputs_name_chat_telephone_and_hours(team: Office) -> None:
    """Acceptance 18: edited once, all four carry the text, the chat, the telephone and the calendar's hours."""
    record = uuid7()
    assert (await write(team, "ketua_tim", "KTM", record)).status == "applied"
    edited = TEXT.replace("Rabu", "Kamis sore")
    assert (await write(team, "ketua_tim", "KTM", record, text=edited)).status == "applied"
    [body] = await team.of_kind("ketua_tim", "announcement")
    assert sorted(body["outputs"]) == sorted(rules.OUTPUTS)
    for name, text in body["outputs"].items():
        for part in (edited, "sambung.example.go.id/tanya", "0812 0000 0900", HOURS, "Libur bersama"):
            assert part in text, (name, part)
    assert body["version"] == 2
    assert await team.of_kind("guru", "announcement") == []
    version = await team.version("announcement", record)
    done = await team.act("admin_penyaring", "ADM", "announcement.publish", record, seen=version)
    assert done.status == "applied", done.wire()
    [seen] = await team.of_kind("guru", "announcement")
    assert seen["outputs"] == body["outputs"]
    assert len(await team.rows(Announcement)) == 1


async def test_two_who_edit_the_same_text_do_not_overwrite_each_other(team: Office) -> None:
    record = uuid7()
    await write(team, "ketua_tim", "KTM", record)
    stale = await team.version("announcement", record)
    await write(team, "ketua_tim", "KTM", record, text="Versi kedua.")
    late = await team.act(
        "admin_penyaring", "ADM", "announcement.write", record, seen=stale, title="Lain", text="Versi lain."
    )
    assert late.status == "conflict", late.wire()
    assert (await team.rows(Announcement))[0].text == "Versi kedua."


async def test_who_may_not_write_and_what_may_not_be_written(team: Office) -> None:
    for key, role in (("guru", None), ("operator1", "OPR"), ("loket", "LKT"), ("kepala_bkpsdm", "KPL")):
        answer = await write(team, key, role, uuid7())
        assert (answer.status, answer.code) == ("rejected", "forbidden"), key
    titles = [{"title": " "}, {"title": "a\nb"}, {"title": "j" * 121}]
    for bad in (*titles, {"text": ""}, {"text": "x" * 1801}, {"text": "\x07"}):
        answer = await write(team, "ketua_tim", "KTM", uuid7(), **bad)
        assert (answer.status, answer.code) == ("rejected", "invalid"), bad
    assert await team.rows(Announcement) == []


def test_hours_are_said_as_people_say_them_and_a_caption_fits() -> None:
    day, friday = [(28800, 43200)], [(28800, 41400), (48600, 57600)]
    assert rules.hours_in_words([day, day, [], day, friday, [], []], "WITA") == (
        "Senin-Selasa 08.00-12.00; Kamis 08.00-12.00; Jumat 08.00-11.30 dan 13.30-16.00 WITA"
    )
    ways = rules.Ways("https://sambung.contoh-kabupaten.go.id/tanya", "0812 0000 0900", HOURS)
    longest = rules.outputs("j" * rules.TITLE_MAX, "x" * rules.TEXT_MAX, ways)
    assert len(longest["instagram"]) <= rules.INSTAGRAM_MAX
    assert rules.outputs("A*B", "x", ways)["whatsapp"].startswith("*AB*\n")
