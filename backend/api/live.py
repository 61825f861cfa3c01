"""What is live: subscriptions over SSE, and the one mutation that tells of typing. Nothing here is stored."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator

import strawberry

from backend.api.pokes import Stream
from backend.api.presence import Presence
from backend.context import RequestContext
from sync.errors import Refusal
from sync.ids import is_uuid
from sync.store import StoredRecord

SEAT_SECONDS = 120.0
"""A stream of presence ends by itself after this time and the page opens another: whoever vanished without a word
does not stay available, and a role that ended counts no longer."""


@strawberry.type(description="A conversation at this moment; oneself never counts.")
class ConversationPresence:
    """``available``: somebody who may answer is there; without a conversation everything is false."""

    available: bool
    asker_typing: bool
    officer_typing: bool


@strawberry.type
class Subscription:
    """Live streams over SSE."""

    @strawberry.subscription
    async def poke(self, info: strawberry.Info) -> AsyncGenerator[bool, None]:
        """One ``true`` at the start and one after each change; many changes at once give one."""
        context: RequestContext = info.context
        viewer = context.require()
        pokes = context.ports["pokes"]
        async with pokes.listening(viewer.agency, viewer.account, viewer.audiences) as stream:
            yield True
            while await _woken(context, stream):
                yield True

    @strawberry.subscription
    async def presence(
        self, info: strawberry.Info, question: strawberry.ID | None = None
    ) -> AsyncGenerator[ConversationPresence, None]:
        """Who is at a conversation, or (without ``question``) that one is at the desk. Each event is a poke too."""
        context: RequestContext = info.context
        viewer = context.require()
        shown = None if question is None else await _visible(context, str(question))
        presence: Presence = context.ports["presence"]
        end = time.monotonic() + SEAT_SECONDS
        async with context.ports["pokes"].listening(viewer.agency, viewer.account, viewer.audiences) as stream:
            with presence.seated(viewer, shown, stream.event) as seat:
                while (left := end - time.monotonic()) > 0:
                    now = presence.moment(seat)
                    yield ConversationPresence(
                        available=now.available, asker_typing=now.asker_typing, officer_typing=now.officer_typing
                    )
                    if not await _woken(context, stream, min(left, now.lasts)):
                        return


async def _woken(context: RequestContext, stream: Stream, seconds: float | None = None) -> bool:
    """Wait until the stream is touched or the time is over; ``False``: its session ended meanwhile."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stream.event.wait()
    stream.event.clear()
    if not stream.doubted:
        return True
    stream.doubted = False
    return bool(await context.ports["still_open"](context))


async def _visible(context: RequestContext, question: str) -> StoredRecord:
    """A conversation that the caller may see. Raises :class:`Refusal` ``not_found`` for every other id."""
    viewer, key = context.require(), ("question", question)
    if is_uuid(question):
        async with context.db.reading() as connection:
            found = await context.engine.store.records(connection, viewer.agency, [key], lock=False)
        stored = found.get(key)
        if stored is not None and not stored.deleted and not stored.audiences.isdisjoint(viewer.audiences):
            return stored
    raise Refusal("not_found", "Pertanyaan tidak ditemukan. Tulisan Anda tetap tersimpan.")


async def _typing(info: strawberry.Info, question: strawberry.ID, active: bool = True) -> bool:
    context: RequestContext = info.context
    viewer = context.require()
    presence: Presence = context.ports["presence"]
    presence.type(viewer, await _visible(context, str(question)), active=active)
    return True


@strawberry.type
class Mutation:
    """Telling of typing."""

    typing: bool = strawberry.mutation(
        resolver=_typing,
        description="The caller writes in a conversation (counts six seconds), or no more. Nothing is stored.",
    )
