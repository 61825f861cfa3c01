"""Whoever may take the step that is due on a report is told so, in the transaction that made it due."""

from __future__ import annotations

from backend.identity.service.directory import Directory
from backend.identity.service.tree import Tree
from backend.notifications.service import Notice, notify_all
from backend.ratings.models import RatingReport
from backend.ratings.rules.cycle import STEPS
from sync.writing import Writing

_AT_ANY_SITE = ("KOR", "KSB")
"""Roles that take their steps wherever they hold them; the others must hold theirs over the agency."""


async def tell_next(
    w: Writing, directory: Directory, tree: Tree, report: RatingReport, due: int | None, title: str, actor: str | None
) -> None:
    """Tell everybody whose step ``due`` is, but the one who just acted. ``title``: the period in words."""
    if due is None:
        return
    step = STEPS[due]
    accounts: set[str] = set()
    for role in step.roles:
        for officer in await directory.officers(w.session, w.agency, role, w.now):
            if role in _AT_ANY_SITE or not step.timed or officer.grant_unit == tree.root:
                accounts.add(officer.account)
    sentence = (
        f"Laporan {report.number}, {title}: langkah {due}, {step.title.lower()}, menunggu Anda ({step.limit} menit)."
    )
    notices = [
        Notice(
            agency=w.agency, account=account, kind="work.report", title="Laporan rating", body=sentence,
            url=f"/laporan/rating/{report.id}", thread=f"laporan-rating:{report.id}",
        )
        for account in sorted(accounts - {actor})
    ]  # fmt: skip
    await notify_all(w.session, notices, now=w.now)
