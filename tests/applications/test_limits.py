"""The longest, the oddest and the same thing twice at once: nothing of it is beyond what a database takes, on both."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import date
from typing import Any

import pytest

from backend.applications import bodies
from backend.applications.models import ApplicationLetter, DocumentVersion, Signer
from backend.applications.public import _video
from backend.applications.reading import DATA, read
from backend.applications.service import letters, parties, searching, viewing
from sync.errors import Refusal
from sync.ids import uuid4, uuid7
from tests.applications.town import Town

DEFINITION: dict[str, Any] = tomllib.loads((DATA / "sisakat.toml").read_text()) | {"version": 2}
MANY_LETTERS = "\ufdfa" * 30
"""One sign that is eighteen letters where names are compared, thirty times."""


async def test_a_party_with_the_longest_name_fills_its_case(town: Town) -> None:
    """Its papers are stored under a name of usual length; what grows when it is compared is refused at the door."""
    key = await town.party("Partai " + "P" * 193, "N" * 200, "x" * 60 + "@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.biodata(key, case)
    await town.done(key, None, "application.submit", case)
    assert max(len(row.download_name) for row in await town.rows(DocumentVersion)) < 120
    for said, where in (
        ({"party": MANY_LETTERS}, "party"), ({"name": MANY_LETTERS}, "name"), ({"position": "P" * 151}, "position"),
        ({"email": "\u0130" * 100 + "@example.id"}, "email"),
    ):  # fmt: skip
        args = bodies.SignUpArgs(**({"party": "Partai Samudra", "name": "Sari", "email": "s@example.id"} | said))
        with pytest.raises(Refusal) as refused:
            async with town.engine.writing(town.agency) as w:
                await parties.sign_up(w, args, "x", date(2027, 1, 15))
        assert set(refused.value.fields or {}) == {where}


async def test_a_draft_that_is_fetched_many_times_at_once_is_one(town: Town) -> None:
    case = await town.verified()
    viewer = await town.viewer("verifikator")

    async def fetch() -> bytes:
        async with town.db.write() as session:
            seen = await viewing.seen(session, viewer, case)
            assert seen is not None
            letter = letters.letter_of(seen, seen.case.service.letters[0].code)
            return (await letters.draft(session, town.rooms.house, seen, letter, town.clock.now()))[1]

    assert len(set(await asyncio.gather(*(fetch() for _ in range(5))))) == 1
    assert len(await town.rows(ApplicationLetter, application=case)) == 1


async def test_a_period_that_no_calendar_has_is_refused_by_name(town: Town) -> None:
    """A case that could not be judged would wait for a repair for ever, and its letters with it."""
    case = await town.begin()
    await town.filled(case)
    for period in ("0001-01", "0001-12", "9999-12", "2027-00"):
        await town.write("opd_dikbud", "OPD", case, "promotion", kind="reguler", period=period, proposedRank="x")
        answer = await town.do("opd_dikbud", "OPD", "application.submit", case)
        assert (answer.status, answer.code) == ("rejected", "invalid"), period
        assert "fields.period" in answer.fields, period
    async with town.db.read() as session:
        service = await searching.service_of(session, town.agency, town.service("sikap"))
        assert service is not None
        for period in ("0001-01", "9999-12"):
            assert not await searching.due(session, town.rooms, town.clock, town.agency, service, period, None)


async def test_a_signer_of_another_agency_stays_as_it_is(town: Town) -> None:
    """Whoever knows the id of a foreign record does not write over it; one of no service is refused too."""
    foreign, elsewhere = uuid7(), uuid4()
    async with town.db.write() as session:
        session.add(Signer(id=foreign, agency=elsewhere, code="sisakat", name="Ratna", position="Kepala",
                           start=date(2026, 1, 1)))  # fmt: skip
    said = {"code": "sisakat", "name": "Orang Lain", "position": "Kepala", "start": "2026-01-01"}
    answer = await town.do("super_layanan", "SUP", "service.signer", foreign, **said)
    assert (answer.status, answer.code) == ("rejected", "not_found")
    [kept] = await town.rows(Signer, id=foreign)
    assert (kept.agency, kept.name) == (elsewhere, "Ratna")
    unknown = await town.do("super_layanan", "SUP", "service.signer", uuid7(), **(said | {"code": "x" * 50}))
    assert (unknown.status, unknown.code) == ("rejected", "not_found")


async def test_words_of_the_office_are_as_long_as_their_place(town: Town) -> None:
    case = await town.verified()
    for kind, args in (
        ("application.send_out", {"system": "S" * 101, "sentOn": "2027-01-15"}),
        ("application.issue", {"number": "9" * 101, "dated": "2027-01-15", "upload": uuid7()}),
    ):
        answer = await town.do("verifikator", "VER", kind, case, **args)
        assert (answer.status, answer.code) == ("rejected", "invalid"), kind
    await town.done("verifikator", "VER", "application.send_out", case, system="S" * 100, sentOn="2027-01-15")


@pytest.mark.parametrize(
    ("part", "said", "path"),
    [
        ("title", "T" * 201, "title"),
        ("notices", [{"state": "diajukan", "to": ["pemohon"], "text": "{service}" * 30}], "notices[1]"),
        ("page", {"video": "https://["}, "page.video"),
        ("page", {"video": "https://"}, "page.video"),
        ("page", {"video": "javascript:alert(1)"}, "page.video"),
        ("flow", {"outside_system": "S" * 101}, "flow.outside_system"),
        ("files", {"name": "{code}_{version}" + "a" * 100 + ".pdf"}, "files.name"),
        ("files", {"name": "{code}_{version}_{subject}{subject}.pdf"}, "files.name"),
        ("files", {"name": "../{code}_{version}.pdf"}, "files.name"),
    ],
)
def test_a_definition_that_its_places_could_not_hold_is_refused(part: str, said: Any, path: str) -> None:
    """Nobody publishes what fails at the first case, or on the public page for everybody."""
    whole = DEFINITION.get(part)
    body = DEFINITION | {part: {**whole, **said} if isinstance(said, dict) and isinstance(whole, dict) else said}
    assert [fault.path for fault in read(body).faults] == [path]


def test_a_group_has_the_name_of_a_record() -> None:
    first, *others = DEFINITION["fields"]
    found = read(DEFINITION | {"fields": [{**first, "group": "G" * 61}, *others]})
    assert [fault.code for fault in found.faults] == ["BAD_KEY"]


class Reader:
    """Reads Indonesian."""

    def pick(self, texts: tuple[str, str]) -> str:
        """The first."""
        return texts[0]


def test_an_address_that_is_none_leaves_the_public_page_standing() -> None:
    assert "href" not in _video(Reader(), "https://[::1") + _video(Reader(), "javascript:alert(1)")
    assert 'href="https://video.example.id/a?b=1&amp;c=2"' in _video(Reader(), "https://video.example.id/a?b=1&c=2")
