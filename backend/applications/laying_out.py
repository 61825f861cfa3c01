"""Whether a Word file may lay out a letter of a service: everything that speaks against it, at once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from docx.oxml import parse_xml

from backend.applications.docx import MEDIA_TYPE, OPEN, UNREADABLE, NoRow, docx_of
from backend.applications.rules.definition import FACTS, Letter, Service
from backend.applications.rules.fault import Fault
from backend.applications.rules.letters import Filled, FilledLine
from backend.files.content import recognise

MOST_BYTES, MOST_UNPACKED = 1_000_000, 20_000_000
TOLD = ("agency.name", "agency.address", "place", "period.name", "signer.name", "signer.position")
"""Names besides those of the letter itself, its lines and the facts of the subject (``subject.name``)."""
_NAMES = re.compile(r"(?<!\$)\{([A-Za-z.]+)\}")
_LINE = ("line.label", "line.value")
_HARMLESS = ("hyperlink",)


def template_faults(service: Service, letter: Letter, data: bytes) -> list[Fault]:
    """Judge a file by filling it: each open place of the letter stands there once, its lines have their row, every name
    is known and is filled. Nothing in it is loaded from elsewhere."""
    if len(data) > MOST_BYTES:
        return [_fault("TEMPLATE_SIZE", "Naskah lebih dari 1 MB. Kecilkan gambar di dalamnya.")]
    if recognise(data) != MEDIA_TYPE:
        return [_fault("TEMPLATE_TYPE", "Ini bukan berkas Word (DOCX), atau berisi makro. Simpan sebagai DOCX biasa.")]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            return [_fault("TEMPLATE_SIZE", "Isi naskah terlalu besar untuk dibuka dengan aman.")]
    try:
        before = list(_texts(data))
        known = {"title", "intro", "closing", *OPEN, *TOLD, *_LINE, "line.number"}
        known |= {f"subject.{name}" for name in FACTS[service.subject]}
        after = list(_texts(docx_of(_sample(letter), dict.fromkeys(known, "Contoh"), data)))
        outside = _is_foreign(data)
    except NoRow:
        return [_fault("TEMPLATE_LINES", "Naskah tidak punya baris tabel dengan {line.label} dan {line.value}.")]
    except UNREADABLE:
        return [_fault("TEMPLATE_TYPE", "Berkas Word ini tidak terbaca. Simpan ulang sebagai DOCX, lalu coba lagi.")]
    found = []
    if outside:
        found.append(_fault("TEMPLATE_FOREIGN", "Naskah memuat isi dari alamat luar. Sisipkan isinya ke dalam berkas."))
    named = {name for text in before for name in _NAMES.findall(text)}
    for name in sorted(named - known):
        found.append(_fault("TEMPLATE_NAME", f"Nama {{{name}}} tidak dikenal. Periksa ejaannya."))
    for name in sorted(set(_LINE) - named):
        found.append(_fault("TEMPLATE_LINES", f"{{{name}}} belum ada di baris tabel."))
    for name in sorted({name for text in after for name in _NAMES.findall(text)} & known):
        found.append(_fault("TEMPLATE_PLACE", f"{{{name}}} ada di tempat yang tidak diisi, misalnya kotak teks."))
    whole = "\n".join(after)
    for place, name in zip(OPEN, letter.placeholders, strict=False):
        times = whole.count(f"${{{name}}}")
        if times != 1:
            said = "belum ada" if times == 0 else f"ada {times} kali"
            found.append(_fault("TEMPLATE_OPEN", f"Tempat {{{place}}} ({name}) {said}; harus tepat satu kali."))
    return found


def _fault(code: str, text: str) -> Fault:
    return Fault("template", code, text)


def _sample(letter: Letter) -> Filled:
    """The letter with something in every line."""
    lines = tuple(FilledLine(f"Baris {number}", "Contoh") for number, _ in enumerate(letter.lines or ("",), 1))
    marks = tuple(f"${{{name}}}" for name in letter.placeholders)
    return Filled("Contoh", "Contoh", lines, "Contoh", marks, numbered=letter.numbered)


def _parts(data: bytes, ending: str) -> Iterator[Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if PurePosixPath(name).suffix == ending:
                yield parse_xml(archive.read(name))


def _texts(data: bytes) -> Iterator[str]:
    """Every paragraph anywhere in the file, text boxes, headers and footers included."""
    for root in _parts(data, ".xml"):
        for paragraph in root.iter("{*}p"):
            yield "".join(text.text or "" for text in paragraph.iter("{*}t"))


def _is_foreign(data: bytes) -> bool:
    """Whether a part is fetched from elsewhere when somebody opens the file; a link that is pressed is not."""
    return any(
        one.get("TargetMode") == "External" and not str(one.get("Type")).endswith(_HARMLESS)
        for root in _parts(data, ".rels")
        for one in root
    )
