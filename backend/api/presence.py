"""Who is at a conversation this moment, and who is writing: known only while a stream lives, never stored.

A page that shows a conversation, or the desk's inbox, holds a seat. A seat of somebody who may answer makes an officer
available to the askers of that desk; words being typed are told to the others at the same conversation. Between server
processes it travels by :class:`backend.api.line.Line`; what another process does not renew is forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import structlog

from backend.api.line import Line, Words
from backend.database.engine import Database
from sync.actors import Viewer
from sync.store import StoredRecord

log = structlog.get_logger("presence")

CHANNEL = "sambung_presence"
TYPING_SECONDS = 6.0
"""So long a keystroke counts as writing; the app tells again every three seconds."""
AGAIN_SECONDS = 1.5
"""Within this time the same word changes nothing and is not passed on."""
LINGER_SECONDS = 2.0
"""A seat that was left counts so long: a page that is loaded anew does not flicker on the other side."""
RENEW_SECONDS = 20.0
REMOTE_SECONDS = 50.0
"""What another process said of an officer counts so long; it says it again in time."""
MARGIN_SECONDS = 0.02
"""A timer may ring a little early; what it waits for must be over then."""
ANSWERING = ("role:OPR@", "role:BID@")
"""Audiences of those who answer askers."""

ViewerOf = Callable[[str], Awaitable[Viewer | None]]


@dataclass(frozen=True, slots=True)
class Moment:
    """What one seat is told; oneself never counts. ``lasts``: seconds until nobody types on; else infinite."""

    available: bool
    asker_typing: bool
    officer_typing: bool
    lasts: float


@dataclass(eq=False, slots=True)
class Seat:
    """One page of an account. ``wanted``: who may answer the conversation, ``holder``: who alone does."""

    agency: str
    account: str
    answers: frozenset[str]
    event: asyncio.Event
    question: str | None = None
    wanted: frozenset[str] = frozenset()
    holder: str | None = None


@dataclass(slots=True)
class _Agency:
    """``here``: officers by (process, account), with what they answer and until when (this process's clock).
    ``typing``: by question and account, whether it is the asker, and until when."""

    seats: set[Seat] = field(default_factory=set)
    here: dict[tuple[str, str], tuple[frozenset[str], float]] = field(default_factory=dict)
    typing: dict[str, dict[str, tuple[bool, float]]] = field(default_factory=dict)


def answering(viewer: Viewer) -> frozenset[str]:
    """The audiences for which somebody may answer."""
    return frozenset(name for name in viewer.audiences if name.startswith(ANSWERING))


class Presence:
    """The seats of this process, and what the other processes said. ``viewer_of`` tells what an officer may answer."""

    def __init__(self, db: Database, viewer_of: ViewerOf, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._viewer_of = viewer_of
        self._clock = clock
        self._agencies: dict[str, _Agency] = {}
        self._words: list[Words] = []
        self._line = Line(db, CHANNEL, self._drain, self._heard)
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to exchange words with other processes."""
        self._line.start()
        if self._line.open:
            self._renewing = asyncio.create_task(self._renew())

    async def stop(self) -> None:
        """End that."""
        tasks = [*self._tasks, *([self._renewing] if self._renewing else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._line.stop()

    @contextlib.contextmanager
    def seated(self, viewer: Viewer, question: StoredRecord | None, event: asyncio.Event) -> Iterator[Seat]:
        """Take a seat as long as the block lasts; ``event`` is set whenever its moment may have changed."""
        own = question is not None and f"person:{viewer.account}" in question.audiences
        seat = Seat(viewer.agency, viewer.account, frozenset() if own else answering(viewer), event)
        if question is not None:
            seat.question = question.id
            seat.wanted = frozenset(name for name in question.audiences if name.startswith(ANSWERING))
            seat.holder = question.body.get("holderId")
        if viewer.agency not in self._agencies:
            self._say("who", viewer.agency)
        agency = self._agencies.setdefault(viewer.agency, _Agency())
        agency.seats.add(seat)
        if seat.answers:
            self._is_here(seat.agency, self._line.name, seat.account, seat.answers, math.inf)
            self._say("here", seat.agency, seat.account, REMOTE_SECONDS)
        try:
            yield seat
        finally:
            agency.seats.discard(seat)
            self._left(seat)

    def type(self, viewer: Viewer, question: StoredRecord, *, active: bool) -> None:
        """Somebody who may see the conversation writes there, or no more."""
        asker = f"person:{viewer.account}" in question.audiences
        until = self._clock() + TYPING_SECONDS if active else 0.0
        known = self._agency(viewer.agency).typing.get(question.id, {}).get(viewer.account, (asker, 0.0))[1]
        if until and until - known < AGAIN_SECONDS:
            return
        self._types(viewer.agency, question.id, viewer.account, asker, until)
        self._say("typing", viewer.agency, question.id, viewer.account, asker, active)

    def moment(self, seat: Seat) -> Moment:
        """What a seat may know now."""
        agency, now = self._agency(seat.agency), self._clock()
        others = [
            (asker, until)
            for account, (asker, until) in agency.typing.get(seat.question or "", {}).items()
            if until > now and account != seat.account
        ]
        available = seat.question is not None and any(
            until > now and account != seat.account and self._answers(seat, account, roles)
            for (_, account), (roles, until) in agency.here.items()
        )
        return Moment(
            available=available,
            asker_typing=any(asker for asker, _ in others),
            officer_typing=any(not asker for asker, _ in others),
            lasts=min((until - now + MARGIN_SECONDS for _, until in others), default=math.inf),
        )

    @staticmethod
    def _answers(seat: Seat, account: str, roles: frozenset[str]) -> bool:
        return account == seat.holder if seat.holder else not roles.isdisjoint(seat.wanted)

    def _agency(self, agency: str) -> _Agency:
        return self._agencies.get(agency) or _Agency()

    def _left(self, seat: Seat) -> None:
        agency = self._agencies[seat.agency]
        if seat.question is not None and seat.account in agency.typing.get(seat.question, {}):
            self._types(seat.agency, seat.question, seat.account, False, 0.0)
            self._say("typing", seat.agency, seat.question, seat.account, False, False)
        if seat.answers and not any(one.account == seat.account and one.answers for one in agency.seats):
            until = self._clock() + LINGER_SECONDS
            self._is_here(seat.agency, self._line.name, seat.account, seat.answers, until)
            self._say("here", seat.agency, seat.account, LINGER_SECONDS)
        elif not agency.seats and not agency.here:
            self._agencies.pop(seat.agency, None)

    def _is_here(self, agency: str, process: str, account: str, roles: frozenset[str], until: float) -> None:
        known = self._agencies.setdefault(agency, _Agency())
        before = known.here.get((process, account), (frozenset[str](), 0.0))
        known.here[process, account] = (roles, until)
        if before[1] <= self._clock() or before[0] != roles:
            self._wake(agency)
        if until != math.inf:
            asyncio.get_running_loop().call_later(max(until - self._clock(), 0) + 0.01, self._expire, agency)

    def _expire(self, agency: str) -> None:
        known, now = self._agencies.get(agency), self._clock()
        if known is None:
            return
        gone = [key for key, (_, until) in known.here.items() if until <= now]
        for key in gone:
            del known.here[key]
        if gone:
            self._wake(agency)
        if not known.seats and not known.here:
            self._agencies.pop(agency, None)

    def _types(self, agency: str, question: str, account: str, asker: bool, until: float) -> None:
        known = self._agencies.get(agency)
        if known is None:
            return  # Nobody of the agency has a page open here.
        now = self._clock()
        writing = known.typing.setdefault(question, {})
        writing[account] = (asker, until)
        for other in [other for other, (_, end) in writing.items() if end <= now]:
            del writing[other]
        if not writing:
            del known.typing[question]
        self._wake(agency, question)

    def _wake(self, agency: str, question: str | None = None) -> None:
        for seat in self._agency(agency).seats:
            if seat.question is not None and question in (None, seat.question):
                seat.event.set()

    # --- the line to the other processes ---

    def _say(self, *words: object) -> None:
        if self._line.open:
            self._words.append(words)
            self._line.ring()

    def _drain(self) -> list[Words]:
        words, self._words = self._words, []
        return words

    def _heard(self, words: Words) -> None:
        origin, word, agency = words[:3]
        if word == "typing":
            question, account, asker, active = words[3:]
            self._types(agency, question, account, asker, self._clock() + TYPING_SECONDS if active else 0.0)
        elif word == "who":
            self._tell_officers(agency)
        elif agency in self._agencies:
            account, seconds = words[3:]
            task = asyncio.create_task(self._met(origin, agency, account, seconds))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _met(self, origin: str, agency: str, account: str, seconds: float) -> None:
        known = self._agency(agency).here.get((origin, account))
        try:
            viewer = None if known else await self._viewer_of(account)
        except Exception as error:
            log.warning("officer_not_read", error=type(error).__name__)
            return
        roles = known[0] if known else answering(viewer) if viewer else frozenset()
        self._is_here(agency, origin, account, roles, self._clock() + seconds)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            for agency in self._agencies:
                self._tell_officers(agency)

    def _tell_officers(self, agency: str) -> None:
        for account in {seat.account for seat in self._agency(agency).seats if seat.answers}:
            self._say("here", agency, account, REMOTE_SECONDS)
