"""From bytes to rows of cells. Nothing of the file is trusted: size, packing, shape and spelling are checked first."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import time

from python_calamine import CalamineError, CalamineWorkbook

from backend.identity.rules.sheet import Cell, show
from sync.errors import Refusal

MAX_BYTES = 10_000_000
MAX_UNPACKED = 120_000_000
MAX_PARTS = 500
MAX_ROWS = 50_000
MAX_COLUMNS = 100
# A sheet is known by what it holds: a workbook may call it anything and put it anywhere.
_WORKSHEET = (b"sheetData", b"s\x00h\x00e\x00e\x00t\x00D\x00")
_OTHER_BOOKS = ("content.xml", "xl/workbook.bin")
_ANY_ROW = re.compile(rb"<(?:[^\s<>/:]+:)?row[\s>/]")
_ANY_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s>/]")
_PLACED_CELL = re.compile(rb"""<(?:[^\s<>/:]+:)?c\s+r=["'][A-Za-z]{1,3}[0-9]{1,7}["']""")
_PLACE = re.compile(rb"""\sr(?:ef)?\s*=\s*["']([^"']{1,60})["']""")
_CORNER = re.compile(rb"\$?([A-Za-z]{0,4})\$?([0-9]{1,9})")
_ODD = "Berkas XLSX tidak lazim. Simpan ulang dari aplikasi lembar kerja."
_SAFE = "Belum ada yang disimpan."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows under it; ``lines`` are their numbers as the spreadsheet counts (the header is 1)."""

    header: list[Cell]
    rows: list[list[Cell]]
    lines: list[int]


def read_sheet(content: bytes) -> Sheet:
    """Read a CSV file (UTF-8, comma or semicolon) or an XLSX workbook's first sheet, by content, not by name.

    Raises :class:`Refusal` ``import_file`` with what is wrong and what to do. Blocking: call it in a thread.
    """
    if len(content) > MAX_BYTES:
        raise _refuse(f"Berkas lebih dari {MAX_BYTES // 1_000_000} MB. Bagi menjadi beberapa berkas.")
    if content[:4] == b"PK\x03\x04":
        table = _read_workbook(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _refuse("Berkas ini XLS lama atau terkunci sandi. Simpan sebagai XLSX tanpa sandi.")
    else:
        table = _read_csv(content)
    filled = [(n, row) for n, row in enumerate(table, 1) if any(show(cell) for cell in row)]
    if len(filled) < 2:
        raise _refuse("Berkas tidak berisi baris pegawai. Baris pertama harus judul kolom.")
    if len(filled) > MAX_ROWS:
        raise _refuse(f"Berkas berisi lebih dari {MAX_ROWS} baris. Bagi menjadi beberapa berkas.")
    return Sheet(filled[0][1], [row for _, row in filled[1:]], [n for n, _ in filled[1:]])


def _refuse(sentence: str) -> Refusal:
    return Refusal("import_file", f"{sentence} {_SAFE}")


def _read_csv(content: bytes) -> list[list[Cell]]:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _refuse("Berkas memakai UTF-16. Simpan sebagai CSV UTF-8.")
    if b"\x00" in content:
        raise _refuse("Berkas ini bukan CSV atau XLSX.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refuse("Huruf di berkas tidak terbaca. Simpan sebagai CSV UTF-8.") from None
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    table: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(row) > MAX_COLUMNS:
                raise _refuse(f"Ada baris dengan lebih dari {MAX_COLUMNS} kolom.")
            table.append(list(map(_bare, row)))
            if len(table) > MAX_ROWS * 2:
                raise _refuse(f"Berkas berisi lebih dari {MAX_ROWS} baris. Bagi menjadi beberapa berkas.")
    except csv.Error:
        raise _refuse(f"Berkas CSV rusak di sekitar baris {len(table) + 1}. Periksa tanda kutipnya.") from None
    return table


def _bare(cell: Cell | time) -> Cell:
    """Our own files of wrong rows carry an apostrophe before what looks like a formula: taken off again."""
    if isinstance(cell, str) and len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@":
        return cell[1:]
    return cell.isoformat() if isinstance(cell, time) else cell


def _read_workbook(content: bytes) -> list[list[Cell]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except Refusal:
        raise
    except (zipfile.BadZipFile, CalamineError, EOFError, OSError, ValueError, IndexError, NotImplementedError,
            RuntimeError) as error:  # fmt: skip
        raise _refuse("Berkas XLSX rusak atau terkunci. Simpan ulang dari aplikasi lembar kerja.") from error
    except BaseException as error:
        # A panic of the reader's native code is no Exception; it must not take the server along.
        if type(error).__name__ != "PanicException":
            raise
        raise _refuse("Berkas XLSX rusak. Simpan ulang dari aplikasi lembar kerja.") from None
    # Empty rows between are as many as the sheet is high: they must cost nothing.
    return [[] if row.count("") == len(row) else [_bare(cell) for cell in row] for row in rows]


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Unpack every part once with a limit: declared sizes may lie, and a sheet may claim billions of cells."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise _refuse("Berkas XLSX berisi terlalu banyak bagian.")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _refuse("Isi berkas XLSX terlalu besar. Bagi menjadi beberapa berkas.")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names or names.intersection(_OTHER_BOOKS):
        raise _refuse("Berkas ini bukan CSV atau XLSX.")
    if any("vbaProject" in name or name.startswith("xl/externalLinks/") for name in names):
        raise _refuse("Berkas memuat makro atau tautan ke berkas lain. Salin datanya ke berkas XLSX baru.")
    for part in parts:
        content = archive.read(part)
        sheet = any(mark in content for mark in _WORKSHEET)
        if not sheet and not part.filename.endswith((".xml", ".rels")):
            continue
        if b"\x00" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise _refuse(_ODD)
        if sheet:
            _check_worksheet(content)


def _check_worksheet(content: bytes) -> None:
    """The reader makes a full table as wide and as high as the farthest cell: a file of 1 kB may ask for all memory.

    Cells without a place of their own count on from the one before, so each must say where it is.
    """
    if len(_ANY_CELL.findall(content)) != len(_PLACED_CELL.findall(content)):
        raise _refuse(_ODD)
    if len(_ANY_ROW.findall(content)) > MAX_ROWS + 1:
        raise _refuse(f"Berkas berisi lebih dari {MAX_ROWS} baris. Bagi menjadi beberapa berkas.")
    if re.search(rb"<(?:\w+:)?f[\s>/]", content):
        raise _refuse("Berkas berisi rumus. Salin lalu tempel sebagai nilai saja.")
    for found in _PLACE.finditer(content):
        for column, row in _CORNER.findall(found[1]):
            if int(row) > MAX_ROWS + 1 or _column_number(column) > MAX_COLUMNS:
                raise _refuse(f"Lembar melebihi {MAX_ROWS} baris atau {MAX_COLUMNS} kolom. Hapus isi di luar tabel.")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
