"""What counts as written: a text of spaces and invisible marks says nothing."""

from __future__ import annotations


def written(text: str | None) -> str:
    """The text without spaces around it; empty if no letter of it can be seen."""
    plain = (text or "").strip()
    return plain if any(letter.isprintable() and not letter.isspace() for letter in plain) else ""
