"""What is wrong, in one shape everywhere: a stable code, the place, an Indonesian sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. ``path`` names the place (``fields.kind.options``, ``items.PAK``); a ``code`` keeps its meaning."""

    path: str
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text} [{self.code}]"
