"""Workbooks (XLSX): texts that no spreadsheet takes for a formula, numbers as numbers; same data, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import xlsxwriter  # type: ignore[import-untyped]

Cell = str | int | Fraction | None
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
_BAD_IN_NAMES = str.maketrans("", "", "[]:*?/\\'")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: ``lines`` stand above the table as they are; ``widths`` in characters, the last one counts on."""

    name: str
    lines: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int] = (24,)


def neutral(text: str) -> str:
    """A text as no spreadsheet, nor a CSV file made from it, takes it for a formula."""
    return f"'{text}" if text[:1] in _ACTIVE else text


def workbook(title: str, sheets: Sequence[Sheet], made: datetime) -> bytes:
    """The file. Texts are written as texts, exact numbers with two decimals; an empty cell is empty."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as book:
        book.set_properties({"title": neutral(title), "created": made.replace(tzinfo=None)})
        formats = {
            "line": book.add_format({"bold": True}),
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "mean": book.add_format({"num_format": "0.00"}),
        }
        for sheet in sheets:
            _write(book, sheet, formats)
    return output.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: Sheet, formats: dict[str, object]) -> None:
    page = book.add_worksheet(sheet.name.translate(_BAD_IN_NAMES)[:31])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    for column in range(len(sheet.header)):
        page.set_column(column, column, sheet.widths[min(column, len(sheet.widths) - 1)])
    for number, line in enumerate(sheet.lines):
        page.write_string(number, 0, neutral(line), formats["line"])
    top = len(sheet.lines) + bool(sheet.lines)
    for column, name in enumerate(sheet.header):
        page.write_string(top, column, neutral(name), formats["head"])
    for number, row in enumerate(sheet.rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, neutral(cell), formats["text"])
            elif isinstance(cell, Fraction):
                page.write_number(number, column, float(cell), formats["mean"])
            elif cell is not None:
                page.write_number(number, column, cell)
    page.freeze_panes(top + 1, 1)
