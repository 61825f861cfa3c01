"""What a case that lies with its applicant opens of itself: what became missing or wrong by a change elsewhere."""

from __future__ import annotations

from backend.applications.models import ApplicationReopened
from backend.applications.rules.readiness import mendable
from backend.applications.rules.states import Act, State
from backend.applications.service.showing import ready
from backend.applications.service.stored import Whole
from sync.ids import uuid7
from sync.writing import Writing

_REASON = "Perlu dilengkapi karena isian lain atau data kepegawaian berubah."


async def open_lacks(w: Writing, all_: Whole) -> None:
    """Open whatever stands against sending and can be mended by the applicant, until it is sent: another kind asks for
    other documents, which no verifier could have named. It is no request: what is not lacking any more blocks nothing.
    """
    if all_.state not in (State.RETURNED, State.CORRECTION):
        return
    faults = ready(all_).faults
    for target in sorted(mendable(all_.service, all_.values(), faults) - {one.target for one in all_.open}):
        row = ApplicationReopened(
            id=uuid7(), agency=w.agency, application=all_.app.id, act=Act.SUBMIT, target=target, reason=_REASON,
            asked_at=w.now, asked_by_name="Sistem",
        )  # fmt: skip
        w.session.add(row)
        all_.open.append(row)
    all_.open.sort(key=lambda one: one.target)
    await w.session.flush()
