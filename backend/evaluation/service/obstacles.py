"""Obstacles: what staff met in a quarter, word for word into its report."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.evaluation.bodies import ObstacleArgs, ObstacleBody
from backend.evaluation.models import EvaluationObstacle
from backend.evaluation.service.room import LEADERS, SAFE, STAFF, quarter, seen_by, stamp
from backend.identity.service.directory import Directory
from sync.errors import Refusal
from sync.writing import Item, Writing


class Obstacles:
    """The handlers; ``directory`` gives the agency's units and clock."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def add(self, w: Writing, items: Sequence[Item]) -> None:
        """``evaluation.obstacle``: kept as written; one of a quarter that has not begun loses."""
        tree = await self._directory.trees.get(w.session, w.agency)
        taken = await _taken(w, [item.record for item in items])
        for item in items:
            args: ObstacleArgs = item.args
            if item.record in taken:
                item.lose("exists", "Hambatan dengan nomor ini sudah ada. Tulisan aman untuk disalin.")
            elif quarter(args.period).first > tree.today(w.now):
                item.lose("invalid", f"Triwulan ini belum mulai. {SAFE} Pilih triwulan lain.")
            else:
                taken.add(item.record)
                row = EvaluationObstacle(
                    id=item.record, agency=w.agency, period=args.period, text=args.text, effort=args.effort,
                    account=item.actor.account, name=item.actor.name, role=item.actor.role, at=w.now,
                )  # fmt: skip
                w.session.add(row)
                _show(w, tree.root, row)
        await w.session.flush()

    async def withdraw(self, w: Writing, item: Item) -> None:
        """``evaluation.withdraw``: it stays on file and is in no report that becomes final later."""
        row = await w.session.get(EvaluationObstacle, item.record)
        if row is None or row.agency != w.agency:
            raise Refusal("not_found", "Hambatan tidak ditemukan. Muat ulang daftar.")
        if row.withdrawn is None:
            row.withdrawn = w.now
            await w.session.flush()
        tree = await self._directory.trees.get(w.session, w.agency)
        _show(w, tree.root, row)


async def of_period(session: AsyncSession, agency: str, period: str) -> list[EvaluationObstacle]:
    """The obstacles of a quarter that count, oldest first (one statement)."""
    c = EvaluationObstacle
    query = (
        select(c)
        .where(col(c.agency) == agency, col(c.period) == period, col(c.withdrawn).is_(None))
        .order_by(col(c.at), col(c.id))
    )
    return list((await session.execute(query)).scalars())


async def _taken(w: Writing, ids: Sequence[str]) -> set[str]:
    found = await w.session.execute(select(col(EvaluationObstacle.id)).where(col(EvaluationObstacle.id).in_(list(ids))))
    return set(found.scalars())


def _show(w: Writing, root: str, row: EvaluationObstacle) -> None:
    body = ObstacleBody(
        period=row.period, text=row.text, effort=row.effort, author=row.account, author_name=row.name, role=row.role,
        at=stamp(row.at), withdrawn=row.withdrawn is not None, unit=root,
    )  # fmt: skip
    w.publish("evaluation_obstacle", row.id, body, seen_by(root, {*LEADERS, *STAFF}, row.account))
