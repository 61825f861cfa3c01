"""QR codes as one vector path: sharp at any size, and small enough to stand inside a page."""

from __future__ import annotations

from collections.abc import Sequence

import qrcode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

QUIET = 4
"""Light modules around the code that the standard asks for."""


def modules(text: str, *, sturdy: bool = False) -> Sequence[Sequence[bool]]:
    """The dark modules of a code, quiet zone included; ``sturdy`` survives a quarter of damage (paper on a counter)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q if sturdy else ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


def path(matrix: Sequence[Sequence[bool]]) -> str:
    """The dark modules as SVG path data, one unit a module, neighbours in a row joined."""
    parts: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                parts.append(f"M{x} {y}h{end - x}v1H{x}z")
            x = end + 1
    return "".join(parts)


def svg(text: str, label: str = "", *, sturdy: bool = False) -> str:
    """A whole SVG image, black on white in every theme. ``label`` must be plain, escaped text."""
    matrix = modules(text, sturdy=sturdy)
    size = len(matrix)
    named = f' role="img" aria-label="{label}"' if label else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges"{named}>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path(matrix)}"/></svg>'
    )
