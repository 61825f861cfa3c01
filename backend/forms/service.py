"""Versions of forms, catalogues and articles; and the bundle that makes a phone useful without signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.forms import rules
from backend.forms.bodies import ArticleBody, CategorySetBody, FieldBody, FormBody, OfficeHoursBody
from backend.forms.defaults import ASK_FORM
from backend.forms.models import Article, Catalogue, FormDefinition
from backend.forms.office import Hours, office_hours, unit_names
from backend.forms.rules import Form, validate
from sync.errors import Refusal
from sync.ids import derived, uuid7
from sync.writing import Writing

__all__ = ["Article", "ArticleText", "Catalogue", "Form", "catalogue", "current_form", "publish_bundle", "validate"]

QUESTION_CATEGORIES = "pertanyaan"
DESKS = ("ADM", "OPR", "TEL", "BID", "KTM")
"""Roles that answer questions, or write what answers them."""
BUILT_IN: Mapping[str, Form] = {ASK_FORM.code: ASK_FORM}

Versioned = TypeVar("Versioned", FormDefinition, Catalogue, Article)


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an author writes of a knowledge article; ``areas`` are unit ids, none for the whole agency."""

    slug: str
    question: str
    answer: str
    steps: tuple[str, ...]
    basis: str
    valid_from: date
    checked_at: date
    checked_by: str
    areas: tuple[str, ...] = ()
    category: str = ""
    unit: str | None = None
    authors: tuple[str, ...] = ()
    source: str | None = None


# --- forms ---------------------------------------------------------------------------------------


async def draft_form(
    session: AsyncSession, agency: str, code: str, title: str, fields: Sequence[rules.Field], now: datetime,
    by: str | None = None,
) -> FormDefinition:  # fmt: skip
    """A new version of a form, not yet in force. Raises ``invalid`` with every fault of the definition."""
    faults = rules.definition_faults(fields)
    if faults:
        raise Refusal("invalid", " ".join([*faults, "Rancangan aman. Perbaiki, lalu simpan lagi."]))
    version = await _next_version(session, FormDefinition, agency, code=code)
    row = FormDefinition(
        id=uuid7(), agency=agency, code=code, version=version, title=title,
        fields=[field_body(field).model_dump(by_alias=True) for field in fields], made_at=now, made_by=by,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def edit_draft(session: AsyncSession, id: str, title: str, fields: Sequence[rules.Field]) -> FormDefinition:
    """Change a draft. Raises ``locked`` for a published version: that one stays as people filled it in."""
    row = await session.get(FormDefinition, id)
    if row is None:
        raise Refusal("not_found", "Formulir tidak ditemukan. Periksa daftar formulir.")
    if row.published_at is not None:
        raise Refusal("locked", "Versi ini sudah berlaku dan tidak diubah. Isian aman. Buat versi baru.")
    faults = rules.definition_faults(fields)
    if faults:
        raise Refusal("invalid", " ".join([*faults, "Rancangan aman. Perbaiki, lalu simpan lagi."]))
    row.title, row.fields = title, [field_body(field).model_dump(by_alias=True) for field in fields]
    await session.flush()
    return row


async def publish_form(session: AsyncSession, id: str, now: datetime) -> FormDefinition:
    """Put a draft in force from now on. Raises ``not_found``, or ``state`` if it is in force already."""
    row = await session.get(FormDefinition, id)
    if row is None:
        raise Refusal("not_found", "Formulir tidak ditemukan. Periksa daftar formulir.")
    if row.published_at is not None:
        raise Refusal("state", "Versi ini sudah berlaku. Tidak ada yang berubah.")
    row.published_at = now
    await session.flush()
    return row


async def current_form(session: AsyncSession, agency: str, code: str) -> Form:
    """The form in force; the built-in one if the agency has none. Raises ``KeyError`` for an unknown code."""
    found = await session.execute(
        select(FormDefinition)
        .where(
            col(FormDefinition.agency) == agency,
            col(FormDefinition.code) == code,
            col(FormDefinition.published_at).is_not(None),
        )
        .order_by(col(FormDefinition.version).desc())
        .limit(1)
    )
    row = found.scalars().first()
    return BUILT_IN[code] if row is None else read_form(row)


def read_form(row: FormDefinition) -> Form:
    """A stored version as the rules know it."""
    return Form(row.code, row.version, row.title, tuple(_field(FieldBody.model_validate(raw)) for raw in row.fields))


def field_body(field: rules.Field) -> FieldBody:
    """A field as it travels and is stored."""
    return FieldBody.model_validate(
        {
            "key": field.key, "label": field.label, "type": field.type.value, "required": field.required,
            "minLength": field.min_length, "maxLength": field.max_length, "help": field.help,
            "options": [{"value": option.value, "label": option.label} for option in field.options],
        }
    )  # fmt: skip


def _field(body: FieldBody) -> rules.Field:
    options = tuple(rules.Option(option.value, option.label) for option in body.options)
    return rules.Field(
        body.key, body.label, rules.FieldType(body.type), body.required, body.min_length, body.max_length, options,
        body.help,
    )  # fmt: skip


# --- catalogues and articles ---------------------------------------------------------------------


async def catalogue(session: AsyncSession, agency: str, code: str) -> Catalogue | None:
    """The latest version of a list of the agency, if it has one."""
    found = await session.execute(
        select(Catalogue)
        .where(col(Catalogue.agency) == agency, col(Catalogue.code) == code)
        .order_by(col(Catalogue.version).desc())
        .limit(1)
    )
    return found.scalars().first()


async def publish_catalogue(
    session: AsyncSession, agency: str, code: str, content: Mapping[str, Any], now: datetime, by: str | None = None
) -> Catalogue:
    """A new version of a list, in force at once. The service that reads it has checked the content."""
    version = await _next_version(session, Catalogue, agency, code=code)
    row = Catalogue(
        id=uuid7(), agency=agency, code=code, version=version, content=dict(content), made_by=by, published_at=now
    )
    session.add(row)
    await session.flush()
    return row


async def publish_article(
    session: AsyncSession, agency: str, text: ArticleText, now: datetime, by: str | None = None, *,
    withdrawn: bool = False, reason: str = "",
) -> Article:  # fmt: skip
    """A new version of a knowledge article, in force at once; a ``withdrawn`` one takes it from the phones."""
    version = await _next_version(session, Article, agency, slug=text.slug)
    row = Article(
        id=uuid7(), agency=agency, slug=text.slug, version=version, question=text.question, answer=text.answer,
        steps=list(text.steps), basis=text.basis, valid_from=text.valid_from, checked_at=text.checked_at,
        checked_by=text.checked_by, areas=list(text.areas), category=text.category, unit=text.unit,
        authors=list(text.authors), source=text.source, withdrawn=withdrawn, reason=reason, published_by=by,
        published_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def articles(session: AsyncSession, agency: str) -> list[Article]:
    """The version in force of every article of the agency."""
    latest = (
        select(col(Article.slug), func.max(col(Article.version)).label("version"))
        .where(col(Article.agency) == agency)
        .group_by(col(Article.slug))
        .subquery()
    )
    found = await session.execute(
        select(Article)
        .join(latest, (col(Article.slug) == latest.c.slug) & (col(Article.version) == latest.c.version))
        .where(col(Article.agency) == agency, col(Article.withdrawn).is_(False))
        .order_by(col(Article.slug))
    )
    return list(found.scalars())


async def article(session: AsyncSession, agency: str, slug: str) -> Article | None:
    """The latest version of one article, a withdrawn one too."""
    found = await session.execute(
        select(Article)
        .where(col(Article.agency) == agency, col(Article.slug) == slug)
        .order_by(col(Article.version).desc())
        .limit(1)
    )
    return found.scalars().first()


async def _next_version(session: AsyncSession, model: type[Versioned], agency: str, **key: str) -> int:
    found = await session.execute(
        select(func.max(col(model.version))).where(col(model.agency) == agency).filter_by(**key)
    )
    return int(found.scalar() or 0) + 1


# --- the bundle ----------------------------------------------------------------------------------


async def publish_bundle(w: Writing, agency_id: str) -> None:
    """Publish what every phone of the agency holds for work without signal, as it is in force now.

    Forms, question categories and office hours go to the whole agency, an article to its sub-districts or to
    the whole agency. Records keep their ids, so a new version replaces the old one on the phones.
    """
    everybody = {f"agency:{agency_id}"}
    for code in BUILT_IN:
        form = await current_form(w.session, agency_id, code)
        body = FormBody(
            code=form.code, version=form.version, title=form.title, fields=[field_body(field) for field in form.fields]
        )
        w.publish("form", derived(agency_id, f"form:{code}"), body, everybody)
    listed = await catalogue(w.session, agency_id, QUESTION_CATEGORIES)
    if listed is not None:
        body_of_set = _categories(listed, await unit_names(w.session, agency_id))
        w.publish("category_set", derived(agency_id, "category_set"), body_of_set, everybody)
    hours = await office_hours(w.session, agency_id, w.now)
    w.publish("office_hours", derived(agency_id, "office_hours"), _hours(hours), everybody)
    for row in await articles(w.session, agency_id):
        show_article(w, row, hours.review_days)


def show_article(w: Writing, row: Article, review_days: int) -> None:
    """Put a version of an article on the phones that it is for, or take a withdrawn one from them.

    One for sub-districts also goes to the desks, wherever they are: officers answer from it.
    """
    id = article_id(row.agency, row.slug)
    if row.withdrawn:
        w.unpublish("article", id)
        return
    desks = {f"role:{role}@{row.agency}" for role in DESKS}
    audiences = {f"area:{area}" for area in row.areas} | desks if row.areas else {f"agency:{row.agency}"}
    w.publish("article", id, _article(row, review_days), audiences)


def article_id(agency: str, slug: str) -> str:
    """The record of an article: the same for all its versions."""
    return derived(agency, f"article:{slug}")


def _categories(row: Catalogue, units: Mapping[str, tuple[str, str]]) -> CategorySetBody:
    kinds = [{name: kind.get(name) for name in ("code", "label")} | {"keywords": kind.get("keywords", [])}
             for kind in row.content["kinds"]]  # fmt: skip
    names = ("code", "label", "unit", "keywords", "opening")
    categories: list[dict[str, Any]] = []
    for one in row.content["categories"]:
        id, name = units.get(one["unit"], (None, None))
        categories.append({member: one[member] for member in names if member in one} | {"unitId": id, "unitName": name})
    return CategorySetBody.model_validate({"version": row.version, "kinds": kinds, "categories": categories})


def _hours(hours: Hours) -> OfficeHoursBody:
    members = {name: hours.calendar[name] for name in ("zone", "week", "holidays", "special", "days")
               if name in hours.calendar}  # fmt: skip
    return OfficeHoursBody.model_validate({**members, "targetMinutes": hours.target_minutes, "phone": hours.phone})


def _article(row: Article, review_days: int) -> ArticleBody:
    return ArticleBody(
        slug=row.slug, question=row.question, answer=row.answer, steps=row.steps, basis=row.basis,
        valid_from=row.valid_from.isoformat(), checked_at=row.checked_at.isoformat(), checked_by=row.checked_by,
        review_on=(row.checked_at + timedelta(days=review_days)).isoformat(), category=row.category,
        version=row.version, area=row.areas[0] if len(row.areas) == 1 else None, areas=row.areas,
    )  # fmt: skip
