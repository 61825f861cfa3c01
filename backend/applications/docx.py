"""A filled letter as a Word file: the template's names are replaced by saved values, character for character.

A template is an ordinary DOCX that an agency lays out itself. It may name, in paragraphs and tables of the body and in
header and footer: ``{agency.name}``, ``{title}``, ``{intro}``, ``{closing}``, ``{signer.position}``, ``{signer.name}``,
and ``{number}``, ``{date}``, ``{signature}``, which become the open places of the letter (``${nomor_naskah}``). The
table row that holds ``{line.number}``, ``{line.label}`` and ``{line.value}`` is repeated for every line. A paragraph
whose names are all empty is left out. A value is only characters: it never becomes a name, markup, or an open place.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.table import _Row
from docx.text.paragraph import Paragraph

from backend.applications.rules.letters import Filled, FilledLine

TEMPLATE = Path(__file__).parent / "templates" / "surat.docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN = ("number", "date", "signature")
"""Names of the open places, in the order of a letter's placeholders."""
_NAME = re.compile(r"(?<!\$)\{([A-Za-z.]+)\}")
_UNSEEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


UNREADABLE = (KeyError, ValueError, AttributeError, SyntaxError, zipfile.BadZipFile)
"""What the library raises for a file whose parts are not what they say."""


class NoRow(ValueError):
    """A template in which no table row holds the lines."""


def docx_of(letter: Filled, told: Mapping[str, str], template: bytes) -> bytes:
    """The Word file. ``told``: what else the template may name (``agency.name``, ``signer.name``). The same input gives
    the same bytes. Raises ``ValueError`` if the template is no Word file or has no row for the lines."""
    try:
        document = docx.Document(io.BytesIO(template))
    except UNREADABLE as error:
        raise ValueError("template is no Word file") from error
    names = dict(told) | {"title": letter.title, "intro": letter.intro, "closing": letter.closing}
    names |= dict(zip(OPEN, (*letter.open, "", "", ""), strict=False))
    # What is filled is never looked at again: a name in a value stays a text.
    table, row = _row_for_lines(document)
    parts = [document, *(part for one in document.sections for part in (one.header, one.footer))]
    for part in parts:
        for paragraph in list(_paragraphs(part)):
            _fill(paragraph, names)
    for number, line in enumerate(letter.lines, 1):
        made = copy.deepcopy(row._tr)
        row._tr.addprevious(made)
        _fill_line(_Row(made, table), number if letter.numbered else None, line)
    row._tr.getparent().remove(row._tr)
    out = io.BytesIO()
    document.save(out)
    return _steady(out.getvalue())


def _paragraphs(part: Any) -> Iterator[Paragraph]:
    yield from part.paragraphs
    for table in part.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _paragraphs(cell)


def _row_for_lines(document: Any) -> tuple[Any, Any]:
    for table in document.tables:
        for row in table.rows:
            if any("{line." in cell.text for cell in row.cells):
                return table, row
    raise NoRow("template has no row for the lines")


def _fill_line(row: _Row, number: int | None, line: FilledLine) -> None:
    names = {"line.number": "" if number is None else f"{number}.", "line.label": line.label, "line.value": line.text}
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            if not line.rows or "{line.value}" not in paragraph.text:
                _fill(paragraph, names, keep=True)
                continue
            for place, text in enumerate(line.rows, 1):
                made = copy.deepcopy(paragraph._p)
                paragraph._p.addprevious(made)
                _fill(Paragraph(made, paragraph._parent), {"line.value": f"{place}. {text}"})
            paragraph._p.getparent().remove(paragraph._p)


def _fill(paragraph: Paragraph, names: Mapping[str, str], *, keep: bool = False) -> None:
    """Replace names in one pass. A word processor may have cut a name into several runs: the first keeps its look."""
    text = paragraph.text
    found = [one[1] for one in _NAME.finditer(text) if one[1] in names]
    if not found:
        return
    if not keep and not any(names[name] for name in found) and len(list(paragraph._p.itersiblings())) > 0:
        paragraph._p.getparent().remove(paragraph._p)
        return
    filled = _NAME.sub(lambda one: _seen(names.get(one[1], one[0])), text)
    first, *others = paragraph.runs
    first.text = filled
    for run in others:
        run._r.getparent().remove(run._r)


def _seen(text: str) -> str:
    """Without characters that XML cannot hold; nobody sees them."""
    return _UNSEEN.sub("", text)


def _steady(data: bytes) -> bytes:
    """The archive anew with one date for all its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            plain = zipfile.ZipInfo(entry.filename, _LONG_AGO)
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, old.read(entry))
    return out.getvalue()
