"""The args of what comes in and goes out through other doors than the app; camelCase on the wire, instants UTC."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from backend.questions.bodies import Code, LongText
from sync.registry import Wire
from sync.words import Id, Instant

Name = Annotated[str, StringConstraints(max_length=2000)]
Address = Annotated[str, StringConstraints(max_length=2000)]
Identifier = Annotated[str, StringConstraints(max_length=100)]


class EnterArgs(Wire):
    """A question from the counter, WhatsApp, Instagram, Facebook or e-mail, typed in by staff.

    ``at``: when it was said or written there. ``identifier``: NIP or staff code, if the person gave one. ``visit``:
    the row of the guest register.
    """

    channel: Code
    text: LongText
    name: Name = ""
    address: Address = ""
    identifier: Identifier | None = None
    at: Instant | None = None
    kind: Code | None = None
    category: Code | None = None
    visit: Id | None = None


class CallArgs(Wire):
    """A call: what was asked, what was said, and whether a call back is promised. ``number`` as people write it."""

    text: LongText
    answer: LongText = ""
    name: Name = ""
    number: Address = ""
    identifier: Identifier | None = None
    at: Instant | None = None
    kind: Code | None = None
    category: Code | None = None
    call_back: bool = False


class IdentifyArgs(Wire):
    """How an asker outside the app proved who they are. ``means``: called back or written to at the registered number,
    or shown a card at the counter. ``birthDate`` as ``YYYY-MM-DD``."""

    identifier: Identifier
    birth_date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    means: Literal["hubungi_balik", "pesan_ke_nomor_terdaftar", "kartu_identitas"]


class SentArgs(Wire):
    """Which text was sent on the asker's channel."""

    message_id: Id


class RelayArgs(Wire):
    """What the asker wrote or said next on their channel, typed in by staff; the record is the message."""

    question: Id
    text: LongText
    at: Instant | None = None


class ReceiveArgs(Wire):
    """A message that a gateway brought; the record is the message. ``media`` names what came instead of text."""

    gateway: Id
    channel: Code
    address: Annotated[str, StringConstraints(max_length=320)]
    name: Annotated[str, StringConstraints(max_length=1000)]
    text: Annotated[str, StringConstraints(max_length=66_000)]
    media: Annotated[str, StringConstraints(max_length=100)] | None = None
    at: Instant | None = None


class DeliveredArgs(Wire):
    """How a text ended at the gateway."""

    message_id: Id
    outcome: Literal["terkirim", "gagal"]
