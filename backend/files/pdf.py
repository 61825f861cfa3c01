"""What a PDF says: its text, its pages, how many signatures it holds. Read in a process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

SECONDS = 20.0
AT_ONCE = 2
"""Readers at a time; more wait."""
_COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("pdf_child.py")))
_ROOM = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Pdf:
    """``text``: of all pages, empty without a text layer. ``signatures``: signed ones; whose they are, and whether they
    are valid, is not judged here."""

    pages: int
    text: str
    signatures: int


async def read_pdf(data: bytes) -> Pdf | None:
    """Read a PDF; ``None`` if nothing in it can be read (broken, locked, or made to exhaust its reader)."""
    return await asyncio.to_thread(_read, data)


def _read(data: bytes) -> Pdf | None:
    with _ROOM:
        try:
            done = subprocess.run(  # noqa: S603 - our own program; nothing of the file is in its arguments
                _COMMAND, input=data, capture_output=True, timeout=SECONDS, env={}, check=True
            )
            found = json.loads(done.stdout)
        except (subprocess.SubprocessError, ValueError):
            return None
    return None if found is None else Pdf(found["pages"], found["text"], found["signatures"])
