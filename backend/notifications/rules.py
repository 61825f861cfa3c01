"""What is sent, when, and how a delivery ends. Pure."""

from __future__ import annotations

import base64
import bisect
import enum
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_ZONE = "Asia/Jakarta"
TITLE = "Sambung"
MAX_ATTEMPTS = 8
"""After so many passes over the network a delivery ends: with the pauses below about half a day."""
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=4)
LONGEST_RETRY_AFTER = timedelta(hours=24)
FAILURES_UNTIL_REMOVED = 20
"""A subscription that was refused so often in a row, without a single success, is given up."""

RECORD = 4096
OVERHEAD = 16 + 4 + 1 + 65 + 16 + 1
"""Salt, record size, key length, key, tag and padding of an encrypted message (RFC 8188, RFC 8291)."""
MAX_PAYLOAD = RECORD - OVERHEAD
"""Longest plain payload in bytes; push services need not take more than 4096 encrypted ones (RFC 8030, 7.2)."""


class State(enum.StrEnum):
    """Where a delivery stands. All but the first two are ends."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    NO_SUBSCRIPTION = "no_subscription"
    GONE = "gone"
    FAILED_PERMANENT = "failed_permanent"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


ENDS = tuple(state for state in State if state not in (State.WAITING, State.SENDING))


class Outcome(enum.StrEnum):
    """What one try at one device came to."""

    DELIVERED = "delivered"
    GONE = "gone"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Family:
    """What all notices of one family have in common; ``lasts`` is how long they are worth delivering."""

    generic: str
    many: str = "Ada {n} kabar untuk Anda."
    urgency: str = "normal"
    lasts: timedelta = timedelta(days=3)
    default_on: bool = True
    gap: timedelta = timedelta(0)
    """So long after a notice that its person has not looked at, no other of the same thread is sent."""
    always: bool = False
    """Neither preferences nor quiet hours hold it back (the person asked for it this moment)."""


FAMILIES: Mapping[str, Family] = {
    "answered": Family("Ada jawaban untuk Anda.", "Ada {n} kabar baru dalam satu percakapan.", "high"),
    "application": Family("Ada kabar tentang usul Anda."),
    "deadline": Family("Ada batas waktu yang mendekat.", lasts=timedelta(days=1)),
    "work": Family(
        "Ada pekerjaan baru untuk Anda.",
        "Ada {n} pekerjaan baru untuk Anda.",
        "high",
        timedelta(days=1),
        gap=timedelta(minutes=3),
    ),
    # Who leads the team has it within a minute.
    "work.late": Family(
        "Ada pertanyaan yang lewat batas waktu.",
        "Ada {n} pertanyaan yang lewat batas waktu.",
        "high",
        timedelta(days=1),
        gap=timedelta(seconds=50),
    ),
    "announcement": Family("Ada pengumuman baru.", urgency="low", default_on=False),
    "test": Family(
        "Uji coba berhasil. Kabar akan muncul di sini.",
        "Uji coba berhasil. Kabar akan muncul di sini.",
        "high",
        timedelta(minutes=10),
        always=True,
    ),
}
"""A notice's kind is ``family`` or ``family.detail``; what a person wishes goes by the family."""

_OTHER = Family("Ada kabar untuk Anda.")


def family(kind: str) -> Family:
    """The family of a notice's kind; an unknown one gets a neutral sentence."""
    return FAMILIES.get(kind) or FAMILIES.get(kind.partition(".")[0], _OTHER)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours without notices, local time; they may pass midnight. ``zone``: IANA name, empty: the agency's."""

    start: time
    end: time
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants of notices."""

    families: Mapping[str, bool] = field(default_factory=dict)
    show_content: bool = False
    quiet: Quiet | None = None

    @staticmethod
    def of(body: Mapping[str, Any] | None) -> Wishes:
        """From the body of a ``preference`` record (wire names); nothing stored: the defaults."""
        push = (body or {}).get("push") or {}
        quiet = (body or {}).get("quiet")
        return Wishes(
            families={name: value for name, value in push.items() if name in FAMILIES and isinstance(value, bool)},
            show_content=push.get("showContent") is True,
            quiet=Quiet(time.fromisoformat(quiet["from"]), time.fromisoformat(quiet["to"]), quiet.get("zone") or "")
            if quiet
            else None,
        )

    def wants(self, kind: str) -> bool:
        """Whether notices of that kind are wanted at all."""
        of_kind = family(kind)
        return of_kind.always or self.families.get(kind.partition(".")[0], of_kind.default_on)


def quiet_until(now: datetime, quiet: Quiet | None, agency_zone: str) -> datetime | None:
    """The end of the quiet hours that ``now`` (aware) lies in, aware; ``None`` outside them."""
    if quiet is None or quiet.start == quiet.end:
        return None
    try:
        zone = ZoneInfo(quiet.zone or agency_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo(DEFAULT_ZONE)
    local = now.astimezone(zone)
    clock, over_midnight = local.time(), quiet.start > quiet.end
    inside = clock >= quiet.start or clock < quiet.end if over_midnight else quiet.start <= clock < quiet.end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and clock >= quiet.start else local.date()
    return datetime.combine(day, quiet.end, zone).astimezone(now.tzinfo)


def judge(status: int) -> tuple[Outcome, str | None]:
    """What a push service's HTTP status means, and its error code (RFC 8030; 410 and 404: the device is gone)."""
    if 200 <= status < 300:
        return Outcome.DELIVERED, None
    if status in (404, 410):
        return Outcome.GONE, f"http_{status}"
    if status in (408, 425, 429) or status >= 500:
        return Outcome.RETRY, f"http_{status}"
    return Outcome.FAILED, f"http_{status}"


def pause(attempts: int, jitter: float, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after the n-th pass (n >= 1); never less than the service asked for, up to a day."""
    full: timedelta = min(FIRST_PAUSE * 4 ** min(attempts - 1, 10), LONGEST_PAUSE)
    own = full * (0.5 + jitter / 2)
    return own if retry_after is None else max(own, min(retry_after, LONGEST_RETRY_AFTER))


def end_of(outcomes: Collection[Outcome]) -> State:
    """How a delivery ends, from how it ended at each device: one device that has it is enough."""
    if not outcomes:
        return State.NO_SUBSCRIPTION
    if Outcome.DELIVERED in outcomes:
        return State.DELIVERED
    if all(outcome is Outcome.GONE for outcome in outcomes):
        return State.GONE
    return State.FAILED_PERMANENT


def topic(account: str, thread: str) -> str:
    """The Topic header: the push service keeps only the last message of a topic. 32 symbols that tell nothing."""
    digest = hashlib.sha256(f"{account}:{thread}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


class PayloadTooLong(ValueError):
    """A message that no push service has to take, and that cannot be shortened."""


def payload(
    *,
    kind: str,
    title: str,
    body: str,
    url: str,
    thread: str | None,
    tag: str,
    show_content: bool,
    who: str = "",
    count: int = 1,
) -> bytes:
    """What the device's worker shows, as JSON in UTF-8, at most ``MAX_PAYLOAD`` bytes.

    Without ``show_content`` it holds the family's sentence, how many notices of the thread were not seen, and opaque
    ids only; with it, also who wrote and the newest text. A long text is shortened.
    Raises :class:`PayloadTooLong` if the ids alone are too long.
    """
    of_kind = family(kind)
    if not show_content or of_kind.always:
        title, body = TITLE, of_kind.generic if count == 1 else of_kind.many.format(n=count)
    else:
        title = (who or title) + (f" ({count})" if count > 1 else "")
    whole = {"v": 1, "title": title, "body": body, "tag": tag, "url": url, "thread": thread}
    encoded = _encode(whole)
    if len(encoded) <= MAX_PAYLOAD:
        return encoded

    def fits(kept: int) -> bool:
        return len(_encode({**whole, "body": body[:kept] + "…"})) <= MAX_PAYLOAD

    # Escapes and accents cost several bytes a character, so the longest fitting text is searched, not computed.
    kept = bisect.bisect_left(range(len(body)), True, key=lambda length: not fits(length)) - 1
    if kept < 0:
        raise PayloadTooLong(f"{len(encoded) - len(body.encode())} bytes without a text")
    return _encode({**whole, "body": body[:kept] + "…"})


def _encode(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
