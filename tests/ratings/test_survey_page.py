"""The survey as a visitor fills it: four plain pages, nothing stored before the last, once however often it is sent."""

from __future__ import annotations

import re

import httpx

from backend.ratings.models import IkmAnswer
from backend.ratings.service import catalogue
from tests.ratings.balai import Balai

SIZE = 14 * 1024
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


async def survey_path(balai: Balai) -> str:
    """The survey of a site; the board's code opens it too, so that paper needs one code only."""
    async with balai.db.write() as session:
        await catalogue.install(session, balai.agency, balai.clock.now())
    return f"/survei/{(await balai.code(kind='board', site=balai.units['W-LK'])).token}"


def hidden(answer: httpx.Response) -> dict[str, str]:
    """What a page carries along."""
    return dict(HIDDEN.findall(answer.text))


async def test_nine_questions_three_a_page_stored_once(balai: Balai) -> None:
    path = await survey_path(balai)
    async with balai.browser() as browser:
        answer = await browser.get(path)
        assert answer.status_code == 200
        assert len(answer.content) <= SIZE
        fields = {"service": "S01", "sex": "P", "age_band": "", "education": "S1", "work": "TNI/Polri"}
        answer = await browser.post(path, data=hidden(answer) | fields)
        for first in (1, 4, 7):
            legends = re.findall(r"<legend>([^<]+)", answer.text)
            assert len(legends) == 3
            assert len(answer.content) <= SIZE
            assert await balai.rows(IkmAnswer) == []
            last = hidden(answer) | {f"U{number}": "3" for number in range(first, first + 3)}
            answer = await browser.post(path, data=last)
        assert answer.status_code == 303
        for _ in range(5):
            again = await browser.post(path, data=last)
            assert again.status_code == 303
        thanks = await browser.get(answer.headers["location"])
    assert "sudah kami terima" in thanks.text or "telah kami terima" in thanks.text
    [row] = await balai.rows(IkmAnswer)
    assert [getattr(row, f"u{number}") for number in range(1, 10)] == [3] * 9
    assert (row.site, row.service, row.sex, row.age_band, row.work) == (
        balai.units["W-LK"], "S01", "P", None, "TNI/Polri",
    )  # fmt: skip


async def test_a_visitor_who_goes_back_finds_what_was_given(balai_on_sqlite: Balai) -> None:
    """By the button of the page, also with a half filled one; the browser's own button finds pages that it may keep."""
    path = await survey_path(balai_on_sqlite)
    async with balai_on_sqlite.browser() as browser:
        fields = {"service": "S01", "sex": "P"}
        second = await browser.post(path, data=hidden(await browser.get(path)) | fields)
        assert "no-store" not in second.headers["cache-control"]
        third = await browser.post(path, data=hidden(second) | {"U1": "1", "U2": "2", "U3": "3"})
        back = await browser.post(path, data=hidden(third) | {"U4": "4", "back": "1"})
        assert (back.status_code, re.findall(r"<legend>([^<]+)", back.text)[0][:2]) == (
            200, re.findall(r"<legend>([^<]+)", second.text)[0][:2],
        )  # fmt: skip
        assert re.findall(r'name="(U[1-3])" value="(\d)"[^>]*checked', back.text) == [
            ("U1", "1"),
            ("U2", "2"),
            ("U3", "3"),
        ]
        first = await browser.post(path, data=hidden(back) | {"U1": "1", "back": "1"})
        assert re.search(r'value="S01"[^>]*selected', first.text)
        on = await browser.post(path, data=hidden(first) | fields)
        on = await browser.post(path, data=hidden(on) | {"U1": "2", "U2": "2", "U3": "3"})
        assert re.findall(r'name="(U\d)" value="(\d)"[^>]*checked', on.text) == [("U4", "4")]


async def test_what_is_missing_is_named_in_the_language_and_nothing_is_stored(balai: Balai) -> None:
    """Acceptance 17 for the survey: English labels, errors and thanks, the same stored codes."""
    path = await survey_path(balai)
    async with balai.browser() as browser:
        start = await browser.get(path, params={"lang": "en"})
        assert "Satisfaction survey" in start.text
        assert "Prefer not to say" in start.text
        bad = await browser.post(f"{path}?lang=en", data=hidden(start) | {"service": "S99", "sex": "X"})
        assert bad.status_code == 422
        assert "Choose a type of service from this list." in bad.text
        second = await browser.post(f"{path}?lang=en", data=hidden(start) | {"service": "S01"})
        assert "Did the requirements fit the service?" in second.text
        missing = await browser.post(f"{path}?lang=en", data=hidden(second) | {"U1": "4", "U2": "9"})
        assert missing.status_code == 422
        assert missing.text.count("Choose one answer.") == 4
        jumped = await browser.post(path, data=hidden(start) | {"service": "S01", "page": "4", "U9": "4"})
        assert jumped.status_code == 422
    assert await balai.rows(IkmAnswer) == []


async def test_forged_and_foreign_forms_are_pages_with_a_next_step(balai: Balai) -> None:
    path = await survey_path(balai)
    personal = await balai.code(kind="personal", person=balai.people["bkk_petugas1"])
    async with balai.browser() as browser:
        start = hidden(await browser.get(path))
        forged = await browser.post(path, data=start | {"stamp": start["stamp"][:-2] + "xx", "service": "S01"})
        assert forged.status_code == 400
        assert (await browser.get(f"/survei/{personal.token}")).status_code == 404
        assert (await browser.post(path, content=b"\xff" * 40_000)).status_code == 400
        assert (await browser.get("/survei/<script>")).status_code == 404
        script = await browser.post(path, data=start | {"service": "<script>alert(1)</script>"})
        assert "<script>alert" not in script.text
        board = await balai.code(kind="board", site=balai.units["W-LK"])
        done = await balai.act("bkk_tim_rating", "TRK", "rating.code_revoke", board.id, reason="Papan hilang.")
        assert done.status == "applied", done.wire()
        gone = await browser.get(path)
        assert gone.status_code == 410
        assert "Kode ini tidak berlaku lagi." in gone.text
