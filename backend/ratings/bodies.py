"""What travels: the bodies that the feed carries and the args of every mutation, camelCase on the wire.

Instants are strings like ``2026-11-21T07:05:00.123Z`` (UTC). No phone number travels in clear: see ``phone``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from sync.registry import Wire
from sync.words import Id, Instant

ServiceCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,16}$")]
IndicatorCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}$")]
Score = Annotated[int, Field(strict=True, ge=1, le=5)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class RatingBody(Wire):
    """A held rating as the desk of its site sees it: nothing of the phone, the browser or the device."""

    officer: str
    officer_name: str
    site: str
    service: str
    version: str
    score: int | None = None
    scores: dict[str, int] = Field(default_factory=dict)
    indicators: list[str] = Field(default_factory=list)
    presence: str
    channel: str
    service_date: str
    status: str
    reason: str | None = None
    made_at: str
    arrived_at: str


class DecisionBody(Wire):
    """A decision about a rating, for the desk of its site."""

    rating: str
    act: str
    after: str
    name: str
    reason: str
    at: str


class CatalogueBody(Wire):
    """What pages and kiosks of an agency ask: services, the instrument in force, and the rules that they need."""

    services: list[dict[str, Any]]
    instrument: dict[str, Any]
    rules: dict[str, Any]


class RatingArgs(Wire):
    """One rating. ``phone`` is sealed for this rating (never in clear), ``browser`` and ``device`` are keyed hashes.

    A public page fills ``code``, ``opened`` (when its form was issued) and ``proven`` (opened with a valid step
    code) from its signed stamp; a kiosk ``tabletSeq`` and ``tabletAt``, its site is that of its pairing. ``own``:
    the officer's own signed-in session sent it.
    """

    instrument: Id
    version: Literal["v1", "v2"]
    officer: Id
    service: ServiceCode
    score: Score | None = None
    scores: dict[IndicatorCode, Score] = Field(default_factory=dict, max_length=9)
    indicators: list[IndicatorCode] = Field(default_factory=list, max_length=9)
    phone: Annotated[str, StringConstraints(max_length=400)] | None = None
    language: Literal["id", "en"] = "id"
    ticket: Id | None = None
    code: Id | None = None
    board: Id | None = None
    opened: Instant | None = None
    proven: bool = False
    browser: Hash | None = None
    device: Hash | None = None
    own: bool = False
    tablet_seq: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    tablet_at: Instant | None = None


class RatingDecisionArgs(Wire):
    """A decision about one rating, with its reason."""

    rating: Id
    act: Literal["tahan", "sahkan", "batal"]
    reason: Reason


class RatingServiceEntry(Wire):
    """One entry of the closed list of services."""

    code: ServiceCode
    label_id: Label
    label_en: Label
    active: bool = True


class RatingServicesArgs(Wire):
    """The whole list of services in its order; a code that is left out is closed, never deleted."""

    services: Annotated[list[RatingServiceEntry], Field(min_length=1, max_length=200)]


class RatingRulesArgs(Wire):
    """Changed rules by name; the others stay."""

    rules: dict[str, Any] = Field(min_length=1, max_length=20)


class RatingInstrumentArgs(Wire):
    """New texts of an instrument version, as a whole; codes and scale stay."""

    family: Literal["PACAK", "IKM"]
    version: Literal["v1", "v2", "1"]
    body: dict[str, Any]
