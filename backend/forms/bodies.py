"""What the bundle carries, camelCase on the wire. Dates are ISO; times of the week are local to ``zone``."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sync.registry import Wire


class OptionBody(Wire):
    """One thing that can be chosen."""

    value: str
    label: str


class FieldBody(Wire):
    """One field of a form."""

    key: str
    label: str
    type: str
    required: bool
    min_length: int
    max_length: int
    options: list[OptionBody] = Field(default_factory=list)
    help: str = ""


class FormBody(Wire):
    """The published version of a form."""

    code: str
    version: int
    title: str
    fields: list[FieldBody]


class KindBody(Wire):
    """One kind of question."""

    code: str
    label: str
    keywords: list[str] = Field(default_factory=list)


class CategoryBody(KindBody):
    """One category of questions; ``unit`` is the code of the unit in charge, id and name only if it exists."""

    unit: str
    unit_id: str | None = None
    unit_name: str | None = None
    opening: str = ""


class CategorySetBody(Wire):
    """The kinds and categories of an agency's questions."""

    version: int
    kinds: list[KindBody]
    categories: list[CategoryBody]


class OfficeHoursBody(Wire):
    """The agency's calendar as it was written, the target of an answer in working minutes, the telephone."""

    zone: str
    week: dict[str, Any]
    holidays: list[str] = Field(default_factory=list)
    special: list[dict[str, Any]] = Field(default_factory=list)
    days: dict[str, Any] = Field(default_factory=dict)
    target_minutes: int
    phone: str | None = None


class ArticleBody(Wire):
    """A knowledge article; ``area`` is the unit it is for, if it is for one. ``reviewOn``: to be looked at again."""

    slug: str
    question: str
    answer: str
    steps: list[str] = Field(default_factory=list)
    basis: str = ""
    valid_from: str
    checked_at: str
    checked_by: str
    review_on: str = ""
    category: str = ""
    version: int
    area: str | None = None
    areas: list[str] = Field(default_factory=list)
