"""PDF from a template: Typst sets the page, the data reaches it as JSON and is never read as markup."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import typst

FONT = "Source Sans Pro"


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts that come with the packages: the same letters on every server, whatever it has installed."""
    files = str(resources.files("font_source_sans_pro") / "files")
    return typst.Fonts(include_system_fonts=False, font_paths=[files])


def compile_now(template: Path, data: Mapping[str, Any], made: datetime) -> bytes:
    """The PDF of a template (``*.typ``) filled with ``data`` (``sys.inputs.data`` as JSON).

    The same template, data and instant ``made`` give the same bytes. Raises ``typst.TypstError`` for a faulty template.
    """
    return typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": orjson.dumps(dict(data)).decode(), "font": FONT},
        timestamp=int(made.timestamp()),
    )


async def compile_pdf(template: Path, data: Mapping[str, Any], made: datetime) -> bytes:
    """The same beside the loop: a page takes some tenths of a second of processor time."""
    return await asyncio.to_thread(compile_now, template, data, made)
