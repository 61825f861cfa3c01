"""Wrong rows as a file to mend and upload again; no cell of it can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter  # type: ignore[import-untyped]

from backend.identity.rules.sheet import Cell, Draft, show

REASON = "ALASAN"


def neutral(cell: Cell) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = show(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _lines(header: Sequence[Cell], wrong: Sequence[Draft]) -> list[list[str]]:
    lines = [[*map(neutral, header), REASON]]
    for draft in wrong:
        cells = [neutral(draft.cells[n]) if n < len(draft.cells) else "" for n in range(len(header))]
        reasons = "; ".join(f"{one.column}: {one.reason}" for one in draft.problems)
        lines.append([*cells, reasons])
    return lines


def as_csv(header: Sequence[Cell], wrong: Sequence[Draft]) -> bytes:
    """The wrong rows as CSV: UTF-8 with its mark and semicolons, which spreadsheets here open without asking."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(_lines(header, wrong))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(header: Sequence[Cell], wrong: Sequence[Draft]) -> bytes:
    """The wrong rows as XLSX, every cell a text: a NIP keeps its 18 digits."""
    output = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, options) as workbook:
        page = workbook.add_worksheet("Perlu diperbaiki")
        text = workbook.add_format({"num_format": "@"})
        page.set_column(0, len(header), 20, text)
        for row, cells in enumerate(_lines(header, wrong)):
            for column, cell in enumerate(cells):
                page.write_string(row, column, cell, text)
    return output.getvalue()
