"""The codes of the next minutes, for the officer's own screen."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from backend.identity.graphql.common import Info, stamp
from backend.ratings.rules import codes as rules
from backend.ratings.service import codes, presence

AHEAD = 5
"""A screen gets the codes of so many minutes at once: it turns on through a short loss of signal. More would let
somebody pass proof of presence on before it begins."""


@strawberry.type(name="RatingStep", description="The code of one minute; begins is UTC.")
class RatingStep:
    """Shown for 60 s, taken for two minutes more."""

    code: str
    begins: str


@strawberry.type(name="RatingSteps", description="The caller's own code with the codes of the next minutes.")
class RatingSteps:
    """``now`` is the server's time: the phone's own clock may be wrong."""

    token: str
    now: str
    seconds: int
    steps: list[RatingStep]


@strawberry.type
class CodeQuery:
    """Reading of codes."""

    @strawberry.field(description="The rotating code of the signed-in officer; null without a code in force.")
    async def rating_steps(self, info: Info) -> RatingSteps | None:
        """Raises ``signed_out``. Nobody gets the steps of another's code."""
        context = info.context
        viewer = context.require()
        async with context.db.read() as session:
            found = await codes.live(session, viewer.agency, codes.PERSONAL, [viewer.account])
        if viewer.account not in found:
            return None
        token, now = found[viewer.account].token, context.clock.now()
        key, first = presence.step_key(context.keys, token), rules.step_of(now)
        steps = [
            RatingStep(
                code=rules.step_code(key, token, step),
                begins=stamp(datetime.fromtimestamp(step * rules.STEP_SECONDS, UTC)),
            )
            for step in range(first, first + AHEAD)
        ]
        return RatingSteps(token=token, now=stamp(now), seconds=rules.STEP_SECONDS, steps=steps)
