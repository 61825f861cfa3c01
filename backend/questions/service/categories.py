"""An agency's own kinds and categories: checked, then a new version of its catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.forms import service as forms
from backend.questions import rules
from backend.questions.suggestions import CATALOGUE, category_set, seed
from sync.errors import Refusal


async def install(session: AsyncSession, agency: str, now: datetime) -> None:
    """Give a new agency the 17 seeded categories; one that has its own keeps them."""
    if await forms.catalogue(session, agency, CATALOGUE) is None:
        await replace(session, agency, seed(), now)


async def replace(
    session: AsyncSession, agency: str, content: Mapping[str, Any], now: datetime, by: str | None = None
) -> int:
    """A new version of the agency's categories; returns its number. Publish the bundle afterwards.

    Raises ``invalid`` if the shape is wrong, a code appears twice, or ``lainnya`` or ``pertanyaan`` is missing:
    the suggestions fall back on those two.
    """
    try:
        read = category_set(0, content)
    except ValidationError as error:
        raise Refusal("invalid", "Daftar topik tidak terbaca. Daftar lama tetap berlaku. Periksa isinya.") from error
    for codes in ([one.code for one in read.categories], [one.code for one in read.kinds]):
        if len(set(codes)) != len(codes):
            raise Refusal("invalid", "Ada kode topik yang sama. Daftar lama tetap berlaku. Beri kode berbeda.")
    if read.category(rules.OTHER) is None or read.kind(rules.DEFAULT_KIND) is None:
        sentence = f"Topik '{rules.OTHER}' dan jenis '{rules.DEFAULT_KIND}' harus ada."
        raise Refusal("invalid", f"{sentence} Daftar lama tetap berlaku. Tambahkan, lalu simpan lagi.")
    return (await forms.publish_catalogue(session, agency, CATALOGUE, content, now, by)).version
