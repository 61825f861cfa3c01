"""What became of each mutation, and the Indonesian sentences of the engine's own answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from sync.store import Key

ACCEPTED = frozenset({"applied", "merged"})
FAILED = frozenset({"conflict", "rejected"})

MESSAGES = {
    "forbidden": "Anda tidak berwenang untuk ini. Tulisan Anda tetap tersimpan. Tanyakan pada petugas bila keliru.",
    "not_found": "Data yang dituju tidak ditemukan. Tulisan Anda tetap tersimpan untuk disalin.",
    "gone": "Data ini sudah dihapus. Tulisan Anda tetap tersimpan untuk disalin.",
    "exists": "Data dengan nomor ini sudah ada. Tulisan Anda tetap tersimpan untuk disalin.",
    "dependency": "Kiriman sebelumnya tidak diterima, jadi ini tidak dijalankan. Tulisan Anda tetap tersimpan.",
    "chain": "Kiriman sebelumnya belum selesai. Periksa kiriman itu, lalu ulangi bila masih perlu.",
    "id_reused": "Kiriman ini tidak dikenali. Tulisan Anda tetap tersimpan untuk disalin.",
    "withdrawn": "Kiriman ini sudah Anda batalkan.",
    "too_old": "Kiriman ini dibuat aplikasi yang terlalu lama. Salin isinya, perbarui aplikasi, lalu kirim lagi.",
    "conflict": "Data ini sudah berubah sejak Anda melihatnya. Keduanya tersimpan; pilih yang berlaku.",
    "waiting": "Menunggu kiriman lain yang terkait. Tetap tersimpan.",
    "internal": "Menunggu perbaikan di server. Tetap tersimpan dan dikerjakan sendiri nanti.",
    "newer": "Server belum mengenal kiriman ini. Dicoba lagi otomatis.",
}


@dataclass(slots=True)
class Answer:
    """One result of a push.

    ``server_key`` names the record whose present state is shown with it, ``touched`` the records that it
    published, ``waits`` what it waits for, ``resolved`` the earlier mutations that it stands for from now on.
    """

    id: str
    status: str
    first: str | None = None
    code: str | None = None
    message: str | None = None
    version: int | None = None
    feed: int | None = None
    receipt: str | None = None
    proof: str | None = None
    conflicts: list[str] = field(default_factory=list)
    server_key: Key | None = None
    server: dict[str, Any] | None = None
    touched: list[Key] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether it ended without taking effect."""
        return self.status in FAILED

    @property
    def accepted(self) -> bool:
        """Whether it took effect, now or before."""
        return self.status in ACCEPTED or self.status == "duplicate"

    def wire(self) -> dict[str, Any]:
        """The JSON members of the protocol, empty ones left out."""
        out: dict[str, Any] = {"id": self.id, "status": self.status}
        if self.first is not None:
            out["first"] = self.first
        if self.code is not None:
            out["code"] = self.code
        if self.message is not None:
            out["message"] = self.message
        if self.version is not None:
            out["version"] = self.version
        if self.feed is not None:
            out["feed"] = str(self.feed)
        if self.receipt is not None:
            out["receipt"] = self.receipt
        if self.proof is not None:
            out["proof"] = self.proof
        if self.server is not None:
            out["server"] = self.server
        if self.conflicts:
            out["conflicts"] = self.conflicts
        if self.fields:
            out["fields"] = self.fields
        return out


def rejected(id: str, code: str, message: str | None = None, **more: Any) -> Answer:
    """A final no with the engine's sentence, unless a better one is given."""
    return Answer(id, "rejected", code=code, message=message or MESSAGES.get(code), **more)


def conflicting(id: str, code: str | None = None, message: str | None = None, **more: Any) -> Answer:
    """Not applied; a person has to look."""
    return Answer(id, "conflict", code=code, message=message or MESSAGES[code or "conflict"], **more)


_SENTENCES = {
    "missing": "Wajib diisi.",
    "string_too_short": "Terlalu pendek.",
    "string_too_long": "Terlalu panjang.",
    "extra_forbidden": "Isian ini tidak dikenal.",
    "string_pattern_mismatch": "Bentuknya tidak sesuai.",
}


def unfit(id: str, error: ValidationError) -> Answer:
    """A final no to args that do not fit, with a sentence for each (the first 20 are enough to go on)."""
    names = {".".join(str(part) for part in one["loc"])[:200]: _sentence(one) for one in error.errors()[:20]}
    listed = ", ".join(sorted(name for name in names if name)) or "isian"
    message = f"Ada isian yang belum benar ({listed}). Tulisan Anda tetap tersimpan; perbaiki lalu kirim lagi."
    return rejected(id, "invalid", message, fields=names)


def _sentence(error: Mapping[str, Any]) -> str:
    text = str(error.get("ctx", {}).get("error", "")) if error["type"] == "value_error" else ""
    return text or _SENTENCES.get(str(error["type"]), "Isian tidak sesuai.")
