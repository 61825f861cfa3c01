"""Whether a file may be a document of a case, and whether an uploaded output is what was signed elsewhere.

What a file is was found by its content (:mod:`backend.files`); its name and ending say nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from backend.applications.rules.definition import MB, Item, Service
from backend.applications.rules.fault import Fault
from backend.applications.rules.names import mentions
from backend.applications.rules.placeholders import left_in

MEDIA: Mapping[str, tuple[str, str]] = {
    "pdf": ("application/pdf", "PDF"),
    "jpeg": ("image/jpeg", "foto JPEG"),
    "png": ("image/png", "gambar PNG"),
}
"""By the words of a definition: media type, and name on the screen. Never SVG."""
_SAFE = "Berkas lama tetap ada."


@dataclass(frozen=True, slots=True)
class Signed:
    """What was found in an uploaded output. ``text``: of all pages, ``None`` without a text layer. ``sha256``: in hex.
    ``signature``: the file holds a signature (of whom, nobody here can say)."""

    type: str
    sha256: str
    text: str | None
    signature: bool


def document_fault(service: Service, item: Item, type: str, size: int) -> Fault | None:
    """Why a file is refused for an item: empty, of another type than its content must have, or over the limit."""
    path = f"items.{item.code}"
    if size == 0:
        return Fault(path, "FILE_EMPTY", f"Berkas kosong. {_SAFE} Pilih berkas lain.")
    if type not in {MEDIA[word][0] for word in item.types}:
        wanted = " atau ".join(MEDIA[word][1] for word in item.types)
        return Fault(path, "FILE_TYPE", f"Ini bukan {wanted}. {_SAFE}")
    image = type != MEDIA["pdf"][0]
    limit = item.limit or (service.files.image_bytes if image else service.files.pdf_bytes)
    if size > limit:
        return Fault(path, "FILE_LIMIT", f"Berkas melebihi {_megabytes(limit)}. {_SAFE} Pilih berkas lain.")
    return None


def signed_faults(service: Service, found: Signed, drafts: Collection[str], others: Collection[str]) -> list[Fault]:
    """Why an uploaded output is refused. ``drafts``: hashes of the case's own drafts, ``others``: of files of other
    cases."""
    if found.type != MEDIA["pdf"][0]:
        return [Fault("output", "FILE_TYPE", f"Ini bukan PDF. {_SAFE}")]
    faults = []
    if found.sha256 in drafts:
        faults.append(Fault("output", "OWN_DRAFT", "Ini draf yang belum ditandatangani. Unggah hasil tanda tangan."))
    if found.sha256 in others:
        faults.append(Fault("output", "USED_ELSEWHERE", "Berkas ini sudah dipakai permohonan lain. Periksa lagi."))
    if service.output.signed:
        names = {name for letter in service.letters for name in letter.placeholders}
        for name in left_in(found.text or "", sorted(names)):
            faults.append(Fault("output", "STILL_DRAFT", f"Masih draf: ada ${{{name}}}."))
    return faults


def signed_doubts(service: Service, found: Signed, subject: str) -> list[Fault]:
    """What an officer must confirm with a reason before an output counts; ``subject``: the name that it must hold."""
    if not service.output.signed:
        return []
    doubts = []
    if found.text is None or not found.text.strip():
        doubts.append(Fault("output", "NO_TEXT", "Teks berkas tidak terbaca, jadi nama tidak dapat dicocokkan."))
    elif not mentions(found.text, subject):
        doubts.append(Fault("output", "NAME_DIFFERS", f"'{subject}' tidak ada dalam berkas. Periksa lagi."))
    if not found.signature:
        doubts.append(Fault("output", "NO_SIGNATURE", "Tanda tangan elektronik tidak ditemukan dalam berkas."))
    return doubts


def _megabytes(limit: int) -> str:
    return f"{limit / MB:g} MB".replace(".", ",")
