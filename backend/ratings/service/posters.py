"""Posters and table cards with a static code: A4 and A5, for print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from backend.ratings.rules import codes as rules
from backend.reports import qr
from backend.reports.pdf import compile_pdf

Form = Literal["poster", "kartu"]
Paper = Literal["a4", "a5"]
FORMS: tuple[str, ...] = get_args(Form)
PAPERS: tuple[str, ...] = get_args(Paper)
TEMPLATE = Path(__file__).parent.parent / "templates" / "poster.typ"

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="12" fill="#0B5952"/>'
    '<path fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" d="M33 15.5A7.5 7.5 0 0 0 26 11h-4a7.5 7.5'
    ' 0 0 0-5.6 12.5M15 32.5A7.5 7.5 0 0 0 22 37h4a7.5 7.5 0 0 0 5.6-12.5"/><circle cx="24" cy="24" r="3.5"'
    ' fill="#FFBF2E"/></svg>'
)
HEADING = {"id": "Nilai pelayanan kami", "en": "Rate our service"}
SURVEY = {"id": "Isi survei kepuasan", "en": "Take our satisfaction survey"}
OPEN = {"id": "Pindai, atau buka", "en": "Scan, or open"}
GRATUITY = {
    "id": "Pelayanan tanpa suap dan gratifikasi.",
    "en": "Our service is free of bribes and gratuities.",
}


def content(
    public_url: str, token: str, *, kind: str, agency: str, site: str, name: str = "", channels: str = ""
) -> Mapping[str, Any]:
    """What stands on the sheet of a token: ``name`` of the officer, if it is a personal one."""
    survey = kind == "survey"
    url = public_url.rstrip("/") + (f"/survei/{token}" if survey else rules.form_path(token))
    return {
        "title": f"{(SURVEY if survey else HEADING)['id']}: {name or site}",
        "agency": agency,
        "heading": SURVEY if survey else HEADING,
        "name": name,
        "site": site if not name else f"{site}, {agency}",
        "url": url,
        "short": url.split("://", 1)[-1],
        "open": OPEN,
        "gratuity": GRATUITY,
        "channels": channels,
        "mark": MARK,
        "qr": qr.svg(url, sturdy=True),
    }


async def sheet(text: Mapping[str, Any], form: Form, paper: Paper, made: datetime) -> bytes:
    """The PDF; the same text and instant give the same bytes."""
    return await compile_pdf(TEMPLATE, {**text, "form": form, "paper": paper}, made)
