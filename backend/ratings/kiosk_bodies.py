"""What travels to and from kiosks, camelCase on the wire. Instants are strings like ``2026-11-21T07:05:00.123Z``."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sync.registry import Wire
from sync.words import Id, Instant


class PinBody(Wire):
    """How the tablet checks the staff's PIN: PBKDF2 with SHA-256; base64url."""

    salt: str
    hash: str
    iterations: int


class CounterOfficer(Wire):
    """Somebody who serves at the site; local dates of the agency, both included, ``to`` left out: open."""

    id: str
    name: str
    start: str = Field(alias="from")
    to: str | None = None


class CounterService(Wire):
    """One entry of the closed list of services."""

    code: str
    id: str
    en: str


class KioskBody(Wire):
    """All that a counter tablet needs for a week without signal; to that tablet alone.

    ``seal``: public key for phone numbers (base64url of an uncompressed P-256 point). ``instrument``: the row that
    is asked, its version and its texts. ``board``: the token of the site's board code, shown when the tablet cannot
    take ratings, with a code keyed by ``stepKey`` (base64url, 32 bytes). ``phoneDays``: after so many days the number
    is deleted.
    """

    name: str
    agency: str
    agency_name: str
    site: str
    site_code: str
    site_name: str
    zone: str
    seal: str
    pin: PinBody
    instrument: str
    version: str
    texts: dict[str, Any]
    services: list[CounterService]
    officers: list[CounterOfficer]
    board: str | None = None
    step_key: str | None = None
    phone_required: bool = True
    phone_days: int = 90
    tickets: bool = False
    channels: list[str] = Field(default_factory=list)


class ShiftBody(Wire):
    """An officer's turn at a site; ``end`` is missing while nobody has ended it."""

    site: str
    person: str
    name: str
    start: str
    end: str | None = None
    source: str


class EnterShiftArgs(Wire):
    """A turn as the coordinator enters it (UTC, half open)."""

    site: Id
    person: Id
    start: Instant
    end: Instant


class SignOnArgs(Wire):
    """Who begins a turn at the kiosk now."""

    person: Id


class NoArgs(Wire):
    """Nothing besides the record itself."""
