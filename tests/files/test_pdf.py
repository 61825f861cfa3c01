"""What a PDF says, read apart from the server: text, pages, signatures; what exhausts the reader reads as nothing."""

from __future__ import annotations

import sys

import pytest

from backend.files import inspect, pdf
from backend.files.pdf import Pdf, read_pdf
from tests.support.files import pdf_of


async def test_text_pages_and_signatures_are_found() -> None:
    plain = await read_pdf(pdf_of("Partai (Contoh) Nusantara", "Nomor : ${nomor_naskah}"))
    assert plain is not None
    assert plain.text.split() == ["Partai", "(Contoh)", "Nusantara", "Nomor", ":", "${nomor_naskah}"]
    assert (plain.pages, plain.signatures) == (1, 0)
    assert await read_pdf(pdf_of("Sah", signed=True)) == Pdf(1, "Sah", 1)
    assert await read_pdf(pdf_of()) == Pdf(1, "", 0)


async def test_what_cannot_be_read_is_nothing_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"", b"%PDF-1.7 and no more", b"MZ\x90", pdf_of("x")[:200]):
        assert await read_pdf(data) is None
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    monkeypatch.setattr(pdf, "_COMMAND", (sys.executable, "-c", "while True: pass"))
    assert await read_pdf(pdf_of("x")) is None, "a reader that turns in circles is ended"
    monkeypatch.setattr(pdf, "_COMMAND", (sys.executable, "-c", "import os; os.abort()"))
    assert await read_pdf(pdf_of("x")) is None, "one that crashes takes nothing along"


def test_a_signed_pdf_passes_the_inspection() -> None:
    assert inspect.danger_of(pdf_of("Sah", signed=True), "application/pdf") is None
