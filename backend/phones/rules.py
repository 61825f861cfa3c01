"""What a phone may report, and what each word counts."""

from __future__ import annotations

from enum import StrEnum

MOST = 1_000_000
"""More of anything than this is told as this."""


class Trouble(StrEnum):
    """One kind of trouble on a phone; the amount beside it is the state now, so 0 means that it has ended."""

    LOST_ITEMS = "lost_items"
    """Own numbers that the server never got and the phone no longer holds."""
    STUCK_HOURS = "stuck_hours"
    """Age in hours of the oldest item that waits although the server answers."""
    SELF_RESET = "self_reset"
    """Copies thrown away because their digest did not fit twice in a row."""
    SAVE_FAILED = "save_failed"
    """Times that the phone refused to store what somebody wrote (full, broken, or closed store)."""


def amount(told: int) -> int:
    """Within bounds: a phone may be wrong about itself, but not for ever large."""
    return max(0, min(told, MOST))
