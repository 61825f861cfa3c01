"""Reading an agency's categories from its catalogue (the JSON shape of ``data/question_categories.json``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from backend.questions.rules import Category, CategorySet, Kind

CATALOGUE = "pertanyaan"
"""The name of the catalogue in the forms room."""
_SEED = Path(__file__).parent / "data" / "question_categories.json"


class _Kind(BaseModel):
    model_config = ConfigDict(extra="ignore")

    code: str
    label: str
    keywords: tuple[str, ...] = ()


class _Category(_Kind):
    unit: str
    opening: str = ""
    data_pribadi: bool = False


class _Set(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kinds: tuple[_Kind, ...]
    categories: tuple[_Category, ...]


def category_set(version: int, content: Mapping[str, Any]) -> CategorySet:
    """Kinds and categories of one version. Raises ``pydantic.ValidationError`` if the content is not of that shape."""
    read = _Set.model_validate(dict(content))
    return CategorySet(
        version=version,
        kinds=tuple(Kind(kind.code, kind.label, kind.keywords) for kind in read.kinds),
        categories=tuple(
            Category(one.code, one.label, one.unit, one.keywords, one.opening, one.data_pribadi)
            for one in read.categories
        ),
    )


@cache
def seed() -> dict[str, Any]:
    """The 17 categories that a new agency starts with."""
    content: dict[str, Any] = json.loads(_SEED.read_text(encoding="utf-8"))
    return {"kinds": content["kinds"], "categories": content["categories"]}
