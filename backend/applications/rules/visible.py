"""Texts as people see them: without what takes no ink, so that nothing invisible counts as an answer."""

from __future__ import annotations

import re
import unicodedata

_NO_INK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Fillers, joiners and variation selectors of Unicode (*Default_Ignorable_Code_Point*) and the empty braille cell;
signs of the category *Cf* come on top."""


def visible(text: str) -> str:
    """The text in its compatible spelling (full width like plain letters) without signs that take no ink."""
    if text.isascii():
        return text
    plain = _NO_INK.sub("", unicodedata.normalize("NFKC", text))
    return "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
