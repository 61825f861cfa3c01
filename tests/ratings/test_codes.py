"""Codes of officers and sites through the engine: who may issue, revoke and replace them, and what stays."""

import asyncio

from backend.housekeeping import NIGHTLY, Housekeeping
from backend.identity.service.people import insert_people, new_person
from backend.jobs.runner import DueJob
from backend.ratings.models import RatingCode, RatingTicket
from backend.ratings.rules import codes as rules
from backend.ratings.service import codes, presence
from sync.ids import uuid7
from tests.ratings.balai import Balai
from tests.support.clock import SettableClock

SITES = {"BNK", "W-LK", "W-SL", "W-TR", "P-KR", "P-BL"}


async def test_six_sites_have_six_board_codes(balai: Balai) -> None:
    """Acceptance 7, the codes: one board code a site, every token its own."""
    boards = await balai.rows(RatingCode, kind="board")
    assert {row.site for row in boards} == {balai.units[code] for code in SITES}
    assert len({row.token for row in await balai.rows(RatingCode)}) == len(await balai.rows(RatingCode))
    assert all(rules.read_token(row.token) == row.token for row in boards)


async def test_every_officer_of_a_site_has_a_personal_code_outsourced_ones_too(balai: Balai) -> None:
    """Acceptance 5, the codes: nothing in them is of the person's number."""
    for key in ("bkk_petugas1", "bkk_petugas3"):
        code = await balai.code(kind="personal", person=balai.people[key])
        row = await balai.person(balai.people[key])
        number = row["nip"] or row["staff_code"]
        assert number not in code.token
        assert code.site is None


async def test_ensuring_again_makes_and_publishes_nothing(balai: Balai) -> None:
    before = {row.id: row.token for row in await balai.rows(RatingCode)}
    code = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    version = await balai.version("rating_code", code.id)
    async with balai.engine.writing(balai.agency) as w:
        assert await balai.codes.ensure(w) == 0
    assert {row.id: row.token for row in await balai.rows(RatingCode)} == before
    assert await balai.version("rating_code", code.id) == version


async def test_coordinator_replaces_a_code_and_the_old_one_is_kept_as_revoked(balai: Balai) -> None:
    """Acceptance 6, the codes: the old token is revoked with who and why, a new one is in force."""
    old, new = await balai.code(kind="personal", person=balai.people["bkk_petugas1"]), uuid7()
    done = await balai.act(
        "bkk_koordinator", "KOR", "rating.code_rotate", old.id, reason="Kartu hilang di dermaga", next=new
    )
    assert done.status == "applied", done.wire()
    [kept] = await balai.rows(RatingCode, id=old.id)
    assert (kept.revoked, kept.revoked_by) == (balai.clock.now(), balai.people["bkk_koordinator"])
    assert kept.reason == "Kartu hilang di dermaga"
    fresh = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    assert fresh.id == new
    assert fresh.token != old.token
    held = await balai.pull("bkk_petugas1")
    assert ("rating_code", new) in held
    assert ("rating_code", old.id) not in held
    async with balai.db.read() as session:
        found = await codes.find(session, old.token)
        assert found is not None
        assert not found.valid


async def test_officer_revokes_the_own_code_and_only_that(balai: Balai) -> None:
    mine = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    other = await balai.code(kind="personal", person=balai.people["bkk_petugas2"])
    refused = await balai.act("bkk_petugas1", None, "rating.code_revoke", other.id, reason="Bukan kode saya")
    assert (refused.status, refused.code) == ("rejected", "not_found")
    done = await balai.act("bkk_petugas1", None, "rating.code_revoke", mine.id, reason="Foto kode tersebar")
    assert done.status == "applied", done.wire()
    assert await balai.rows(RatingCode, revoked=None, person=balai.people["bkk_petugas1"]) == []
    again = await balai.act("bkk_petugas1", None, "rating.code_revoke", mine.id, reason="Foto kode tersebar")
    assert (again.status, again.code) == ("rejected", "gone")


async def test_coordinator_of_one_site_does_not_touch_the_codes_of_another(balai: Balai) -> None:
    board = await balai.code(kind="board", site=balai.units["P-KR"])
    refused = await balai.act("bkk_koordinator", "KOR", "rating.code_revoke", board.id, reason="Bukan lokasi saya")
    assert (refused.status, refused.code) == ("rejected", "not_found")
    refused = await balai.act("bkk_koordinator", "KOR", "rating.code_issue", uuid7(), kind="board", site=board.site)
    assert (refused.status, refused.code) == ("rejected", "forbidden")
    done = await balai.act("bkk_tim_rating", "TRK", "rating.code_revoke", board.id, reason="Papan dibongkar")
    assert done.status == "applied", done.wire()
    assert ("rating_code", board.id) not in await balai.pull("bkk_tim_rating")


async def test_a_revoked_board_is_issued_anew_once(balai: Balai) -> None:
    board, site = await balai.code(kind="board", site=balai.units["W-LK"]), balai.units["W-LK"]
    taken = await balai.act("bkk_koordinator", "KOR", "rating.code_issue", uuid7(), kind="board", site=site)
    assert (taken.status, taken.code) == ("rejected", "exists")
    await balai.act("bkk_koordinator", "KOR", "rating.code_revoke", board.id, reason="Papan rusak")
    both = await asyncio.gather(*(
        balai.act("bkk_koordinator", "KOR", "rating.code_issue", uuid7(), kind="board", site=site) for _ in range(4)
    ))  # fmt: skip
    assert sorted(answer.status for answer in both) == ["applied", "rejected", "rejected", "rejected"]
    assert {answer.code for answer in both if answer.status == "rejected"} == {"exists"}
    assert (await balai.code(kind="board", site=site)).token != board.token


async def test_a_code_for_what_cannot_have_it_is_refused(balai: Balai) -> None:
    """Somebody who serves elsewhere, nobody named, a board of a person, a unit that is no service site."""
    for kind, site, person, code in (
        ("personal", "W-LK", "bkk_petugas3", "not_found"),
        ("personal", "W-LK", None, "invalid"),
        ("board", "W-LK", "bkk_petugas1", "invalid"),
        ("board", "TK5", None, "invalid"),
    ):
        named = {"person": balai.people[person]} if person else {}
        for row in await balai.rows(RatingCode, revoked=None):
            if row.person == named.get("person") and row.person is not None:
                await balai.act("bkk_tim_rating", "TRK", "rating.code_revoke", row.id, reason="Untuk diganti")
        asked = {"kind": kind, "site": balai.units[site], **named}
        refused = await balai.act("bkk_tim_rating", "TRK", "rating.code_issue", uuid7(), **asked)
        assert (refused.status, refused.code) == ("rejected", code), refused.wire()


async def test_ticket_is_signed_for_one_visit_and_stays_with_its_issuer(balai: Balai, clock: SettableClock) -> None:
    id = uuid7()
    done = await balai.act("bkk_koordinator", "KOR", "rating.ticket", id, site=balai.units["W-LK"], service="S01")
    assert done.status == "applied", done.wire()
    body = (await balai.pull("bkk_koordinator"))[("rating_ticket", id)]
    assert presence.read_ticket(balai.keys, body["signed"]) == id
    assert ("rating_ticket", id) not in await balai.pull("bkk_tim_rating")
    [row] = await balai.rows(RatingTicket, id=id)
    assert presence.ticket_counts(row.issued, clock.now())
    assert not presence.ticket_counts(row.issued, clock.now() + presence.TICKET_LIFE)
    changed = ("A" if body["signed"][0] != "A" else "B") + body["signed"][1:]
    assert presence.read_ticket(balai.keys, changed) is None
    assert presence.read_ticket(balai.keys, "") is None
    refused = await balai.act("bkk_koordinator", "KOR", "rating.ticket", uuid7(), site=balai.units["P-KR"])
    assert (refused.status, refused.code) == ("rejected", "forbidden")


async def test_step_code_of_a_screen_counts_for_its_token_and_kiosk_secrets(balai: Balai, clock: SettableClock) -> None:
    token = (await balai.code(kind="board", site=balai.units["W-LK"])).token
    other = (await balai.code(kind="board", site=balai.units["P-KR"])).token
    now, step = clock.now(), rules.step_of(clock.now())
    code = rules.step_code(presence.step_key(balai.keys, token), token, step)
    assert presence.proved(balai.keys, token, code, now) == step
    assert presence.proved(balai.keys, other, code, now) is None
    assert presence.proved(balai.keys, token, None, now) is None
    tablet = bytes(range(32))
    shown = rules.step_code(tablet, token, step)
    assert presence.proved(balai.keys, token, shown, now) is None
    assert presence.proved(balai.keys, token, shown, now, [tablet]) == step


STEPS = "{ ratingSteps { token now seconds steps { code begins } } }"


async def test_officer_gets_the_steps_of_the_own_code_only(balai: Balai, clock: SettableClock) -> None:
    """The rotating code is the officer's own; each of its steps proves presence in its minute."""
    mine = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    shown = (await balai.ask("bkk_petugas1", STEPS))["ratingSteps"]
    assert shown["token"] == mine.token
    assert [one["begins"] for one in shown["steps"]] == [f"2026-11-20T02:0{n}:00Z" for n in range(5)]
    for step in shown["steps"]:
        assert presence.proved(balai.keys, mine.token, step["code"], clock.now()) is not None
        clock.advance(minutes=1)
    other = (await balai.ask("bkk_petugas2", STEPS))["ratingSteps"]
    assert other["token"] != mine.token
    await balai.act("bkk_petugas1", None, "rating.code_revoke", mine.id, reason="Foto kode tersebar")
    assert (await balai.ask("bkk_petugas1", STEPS))["ratingSteps"] is None


GAPS = "{ ratingCodeGaps { kind site siteName person personName } }"


async def test_coordinator_sees_what_has_no_code_at_the_own_site_only(balai: Balai) -> None:
    assert (await balai.ask("bkk_koordinator", GAPS))["ratingCodeGaps"] == []
    for where in ({"kind": "board", "site": balai.units["W-LK"]}, {"kind": "board", "site": balai.units["P-KR"]}):
        board = await balai.code(**where)
        await balai.act("bkk_tim_rating", "TRK", "rating.code_revoke", board.id, reason="Papan rusak")
    mine = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    await balai.act("bkk_petugas1", None, "rating.code_revoke", mine.id, reason="Foto kode tersebar")
    found = (await balai.ask("bkk_koordinator", GAPS))["ratingCodeGaps"]
    assert [(one["kind"], one["siteName"]) for one in found] == [
        ("board", "Wilker Pelabuhan Laut Kencana"),
        ("personal", "Wilker Pelabuhan Laut Kencana"),
    ]
    assert found[1]["person"] == balai.people["bkk_petugas1"]
    assert len((await balai.ask("bkk_tim_rating", GAPS))["ratingCodeGaps"]) == 3


async def test_the_night_gives_codes_to_new_officers_and_none_to_a_revoked_one(balai: Balai) -> None:
    gone = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    await balai.act("bkk_petugas1", None, "rating.code_revoke", gone.id, reason="Foto kode tersebar")
    async with balai.db.writing() as connection:
        person = new_person(
            balai.agency, balai.clock.now(), name="Rara Wulan", kind="NON_ASN", staff_code="BNK-02006",
            unit=balai.units["P-BL"],
        )  # fmt: skip
        await insert_people(connection, [person], (await balai.tree()).today(balai.clock.now()))
    night = Housekeeping(balai.db, balai.engine, balai.clock, balai.house.ports["files"], balai.directory)
    due = DueJob(uuid7(), NIGHTLY, "all", None, balai.clock.now(), {}, run=1, attempt=1, claim=uuid7())
    await night.nightly(due)
    assert (await balai.code(kind="personal", person=person["id"])).token
    assert await balai.rows(RatingCode, person=balai.people["bkk_petugas1"], revoked=None) == []
    held = await balai.pull("bkk_tim_rating")
    assert any(body.get("personName") == "Rara Wulan" for (kind, _), body in held.items() if kind == "rating_code")
