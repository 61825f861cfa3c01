"""Posters and table cards: sharp at any size, large enough, and readable by a camera."""

from __future__ import annotations

import io
import json
import random
import re
import zlib
from datetime import UTC, datetime

import pytest
import typst
import zxingcpp
from PIL import Image

from backend.ratings.rules import codes
from backend.ratings.service import posters
from backend.reports import pdf

MADE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PPI = 150
SIZE_MM = {"a4": (210, 297), "a5": (148, 210)}
LONG = "Dr. dr. Kirana Salsabila Wirabuana Kusumaningrat, Sp.PD., M.K.M., FINASIM"


def text_of(**given: str) -> dict:
    facts = {"agency": "Balai Uji", "site": "Pos Pelabuhan", "kind": "board", "channels": "Aduan: 0812 0000 0920"}
    token = codes.new_token(random.Random(3).choice)
    return dict(posters.content("https://sambung.example.id", token, **(facts | given)))


def printed(text: dict, form: str, paper: str) -> list[Image.Image]:
    """The pages as a printer shows them, in grey, by the same template, fonts and data as the PDF."""
    found = typst.compile(
        posters.TEMPLATE.read_bytes(),
        root=str(posters.TEMPLATE.parent),
        font_paths=pdf._fonts(),
        format="png",
        ppi=PPI,
        sys_inputs={"data": json.dumps({**text, "form": form, "paper": paper}), "font": pdf.FONT},
    )
    pages = found if isinstance(found, list) else [found]
    return [Image.open(io.BytesIO(page)).convert("L") for page in pages]


@pytest.mark.parametrize("paper", posters.PAPERS)
@pytest.mark.parametrize("form", posters.FORMS)
@pytest.mark.parametrize("name", ["", LONG], ids=["board", "officer"])
def test_sheet_is_one_page_with_a_code_of_60_mm_that_reads_back(name: str, form: str, paper: str) -> None:
    text = text_of(name=name)
    [page] = printed(text, form, paper)
    width, height = (side / PPI * 25.4 for side in page.size)
    assert (round(width), round(height)) == SIZE_MM[paper]
    found = zxingcpp.read_barcodes(page)
    assert [one.text for one in found] == [text["url"]] * (2 if form == "kartu" else 1)
    for one in found:
        corners = one.position
        assert abs(corners.top_right.x - corners.top_left.x) / PPI * 25.4 >= 60


async def test_pdf_is_vectors_and_letters_without_a_single_picture() -> None:
    content = await posters.sheet(text_of(), "poster", "a4", MADE)
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert b"/Subtype/Image" not in content.replace(b" ", b"")
    assert b"/FontFile" in content
    # The dark modules are drawn as paths: hundreds of closed shapes in one of the streams.
    streams = (
        zlib.decompress(raw) for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S) if raw[:1] == b"x"
    )
    assert max(stream.count(b"\nh") for stream in streams) > 200


async def test_the_same_sheet_is_the_same_file() -> None:
    one, other = [await posters.sheet(text_of(), "kartu", "a5", MADE) for _ in range(2)]
    assert one == other


async def test_what_is_written_in_a_name_is_set_as_it_is() -> None:
    """Markup and code of the typesetter in a name stay letters."""
    text = text_of(name='#panic("x") *tebal* $x^2$ <a> \\ @b', site="= Judul")
    [page] = printed(text, "poster", "a4")
    assert [one.text for one in zxingcpp.read_barcodes(page)] == [text["url"]]
    assert (await posters.sheet(text, "poster", "a5", MADE)).startswith(b"%PDF-")


def test_a_survey_has_its_own_address_and_heading() -> None:
    text = text_of(kind="survey")
    assert "/survei/" in text["url"]
    assert text["heading"]["id"] == "Isi survei kepuasan"
