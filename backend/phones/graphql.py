"""The typed mutation with which a phone tells what is wrong on it."""

from __future__ import annotations

import strawberry

from backend.context import RequestContext
from backend.phones import service
from backend.phones.rules import Trouble
from sync.errors import Refusal

MOST_WORDS = len(Trouble)

strawberry.enum(
    Trouble,
    description="What can be wrong on a phone. `LOST_ITEMS`: numbers that are nowhere now; `STUCK_HOURS`: age of "
    "the oldest waiting item while the server answers; `SELF_RESET`: copies thrown away; `SAVE_FAILED`: refused saves.",
)


@strawberry.input(description="One trouble and how much of it there is now; 0: it has ended.")
class TroubleInput:
    """``amount`` >= 0; its unit follows from the kind."""

    what: Trouble
    amount: int


async def _report(info: strawberry.Info, troubles: list[TroubleInput], app_version: str) -> bool:
    context: RequestContext = info.context
    session = context.require_session()
    if len(troubles) > MOST_WORDS or len(app_version) > 32:
        raise Refusal("invalid", "Laporan HP ini terlalu panjang.")
    told = {Trouble(one.what): one.amount for one in troubles}
    async with context.db.writing() as connection:
        await service.note(
            connection,
            session=session.id,
            viewer=session.viewer,
            told=told,
            app_version=app_version,
            now=context.clock.now(),
        )
    return True


@strawberry.type
class Mutation:
    """Writing. Refuses with ``signed_out`` and ``invalid``."""

    report_trouble: bool = strawberry.mutation(
        resolver=_report,
        description="A phone tells the operator what is wrong on it, as numbers; no text, no content.",
    )
