"""The codes of the next minutes for the officer's own screen, and what has no code yet for its coordinators."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from backend.identity.graphql.common import Info, directory, stamp, working_as
from backend.identity.service.tree import Node
from backend.ratings.rules import codes as rules
from backend.ratings.service import codes, duty, presence

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


@strawberry.type(name="RatingCodeGap", description="What cannot be rated for want of a code.")
class RatingCodeGap:
    """``kind``: personal (with ``person``), board, survey."""

    kind: str
    site: strawberry.ID
    site_name: str
    person: strawberry.ID | None
    person_name: str | None


def _gap(kind: str, node: Node, officer: duty.Officer | None = None) -> RatingCodeGap:
    return RatingCodeGap(
        kind=kind,
        site=strawberry.ID(node.id),
        site_name=node.name,
        person=None if officer is None else strawberry.ID(officer.id),
        person_name=None if officer is None else officer.name,
    )


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

    @strawberry.field(description="Sites and officers without a code in force, where the caller is KOR or TRK.")
    async def rating_code_gaps(self, info: Info) -> list[RatingCodeGap]:
        """Raises ``signed_out``, ``forbidden``."""
        context = info.context
        context.require()
        actor = await working_as(context, ("KOR", "TRK"), "rating.codes", kind="rating_code")
        async with context.db.read() as session:
            tree = await directory(context).trees.get(session, actor.agency)
            today = tree.today(context.clock.now())
            places = [node for node in duty.sites(tree, today) if node.id in actor.scope]
            found = [
                _gap(kind, node)
                for kind in (codes.BOARD, codes.SURVEY)
                for node in places
                if node.id not in await codes.live(session, actor.agency, kind, [node.id])
            ]
            people = {one.id: one for one in await duty.officers(session, actor.agency)}
            served = await duty.sites_of(session, tree, people, today)
            held = await codes.live(session, actor.agency, codes.PERSONAL)
        known = {node.id: node for node in places}
        missing = ((person, served[person][0]) for person in people if person in served and person not in held)
        return found + [_gap(codes.PERSONAL, known[site], people[person]) for person, site in missing if site in known]
