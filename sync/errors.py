"""The small family of errors that a person may see, each with a stable code and an Indonesian sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """A final no, said to a person.

    ``code`` is stable and for programs; ``message`` is Indonesian and says what happened, what is safe and
    what to do next; ``fields`` names the faulty inputs, each with its own sentence; ``detail`` is what a
    program may need besides (it must hold nothing that the person may not see). ``unpermitted``: a handler found that
    the person may not do this; it is noted as a refusal by a kind's own permission is.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        detail: Mapping[str, Any] | None = None,
        unpermitted: bool = False,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.detail = dict(detail or {})
        self.unpermitted = unpermitted


class Conflict(Exception):
    """Somebody else changed what this act builds on; a person has to choose. ``fields`` names what differs."""

    def __init__(
        self, fields: Sequence[str] = (), message: str = "Data ini sudah berubah. Pilih yang berlaku."
    ) -> None:
        super().__init__(f"conflict: {', '.join(fields)}")
        self.fields = list(fields)
        self.message = message


class ProtocolRefusal(Exception):
    """A whole batch or pull that cannot be read: malformed, foreign, forged or too large.

    It travels in the envelope of the protocol as the batch's ``code``; nothing was read or written.
    """

    def __init__(self, code: str, message: str = "", retry_after_ms: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after_ms = retry_after_ms
