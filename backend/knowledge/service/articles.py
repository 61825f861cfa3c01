"""Notes in force: looked at again, taken back, and what they said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.forms import service as forms
from backend.forms.office import office_hours
from backend.forms.service import Article, ArticleText
from backend.identity.service.tree import Tree
from backend.knowledge import rules
from backend.knowledge.bodies import CheckArgs, WithdrawArgs
from backend.knowledge.ports import Ports
from backend.knowledge.service.drafts import office_of
from sync.actors import Viewer
from sync.errors import Refusal
from sync.writing import Item, Writing


async def check(ports: Ports, w: Writing, item: Item) -> None:
    """``article.check``: it still holds; a version with a new date of checking. Raises ``state`` for an older one."""
    args: CheckArgs = item.args
    row, tree = await _charged(ports, w, item)
    if row.version != args.version:
        raise Refusal("state", "Jawaban ini sudah berubah. Tidak ada yang dicatat. Baca lagi, lalu tandai.")
    name = office_of(item, tree, row.unit or tree.root)
    await _next(w, item, replace(text_of(row), checked_at=tree.today(w.now), checked_by=name))


async def withdraw(ports: Ports, w: Writing, item: Item) -> None:
    """``article.withdraw``: off the phones, with a reason; its versions stay. A new draft may bring it back."""
    args: WithdrawArgs = item.args
    fault = rules.text_fault("Alasan", args.reason, most=rules.BASIS_MOST, least=rules.LEAST)
    if fault:
        raise Refusal("invalid", f"{fault} Jawaban tetap berlaku.", fields={"reason": fault})
    row, _ = await _charged(ports, w, item)
    await _next(w, item, text_of(row), withdrawn=True, reason=args.reason.strip())


async def _charged(ports: Ports, w: Writing, item: Item) -> tuple[Article, Tree]:
    """The version in force, if the actor's unit is in charge of it."""
    tree = await ports.directory.trees.get(w.connection, w.agency)
    assert item.current is not None
    row = await forms.article(w.session, w.agency, item.current.body["slug"])
    if row is None or row.withdrawn:
        raise Refusal("gone", "Jawaban ini sudah ditarik. Tidak ada yang berubah.")
    if (row.unit or tree.root) not in item.actor.scope:
        raise Refusal("forbidden", "Jawaban ini milik unit lain. Tidak ada yang berubah. Hubungi unit itu.")
    return row, tree


async def _next(w: Writing, item: Item, text: ArticleText, *, withdrawn: bool = False, reason: str = "") -> None:
    version = await forms.publish_article(
        w.session, w.agency, text, w.now, item.actor.account, withdrawn=withdrawn, reason=reason
    )
    forms.show_article(w, version, (await office_hours(w.session, w.agency, w.now)).review_days)


def text_of(row: Article) -> ArticleText:
    """What an author wrote of a version."""
    return ArticleText(
        slug=row.slug, question=row.question, answer=row.answer, steps=tuple(row.steps), basis=row.basis,
        valid_from=row.valid_from, checked_at=row.checked_at, checked_by=row.checked_by, areas=tuple(row.areas),
        category=row.category, unit=row.unit, authors=tuple(row.authors), source=row.source,
    )  # fmt: skip


async def versions(session: AsyncSession, viewer: Viewer, slug: str) -> Sequence[Article]:
    """All versions of an article that the viewer may read, newest first; one for sub-districts is for who serves there.

    One that was withdrawn stays readable to the desks alone.
    """
    query = select(Article).where(col(Article.agency) == viewer.agency, col(Article.slug) == slug)
    found = list((await session.execute(query.order_by(col(Article.version).desc()).limit(50))).scalars())
    if any(actor.role in rules.WRITERS for actor in viewer.grants.values()):
        return found
    if not found or found[0].withdrawn:
        return []
    here = {name.removeprefix("area:") for name in viewer.audiences if name.startswith("area:")}
    return [row for row in found if not row.withdrawn and (not row.areas or here & set(row.areas))]
