"""What the agency's work plans are: a working copy beside the national record (default), or the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMPANION, MAIN = "pendamping", "utama"
DEFAULT_NAME = "e-Kinerja nasional"
"""What the national record is called where the agency did not name it."""


def standing_of(settings: Mapping[str, Any]) -> str:
    """From the agency's settings (``skp_standing``)."""
    return MAIN if settings.get("skp_standing") == MAIN else COMPANION


def national_name(settings: Mapping[str, Any]) -> str:
    """What the national record is called."""
    return (settings.get("national_record") or {}).get("name") or DEFAULT_NAME


def reports(settings: Mapping[str, Any]) -> bool:
    """Whether final evaluations go to the national record: a working copy's always, else where an address is named."""
    return standing_of(settings) == COMPANION or bool((settings.get("national_record") or {}).get("url"))


def on_paper(settings: Mapping[str, Any]) -> str:
    """What a print says of it; the record itself says nothing."""
    return "" if standing_of(settings) == MAIN else f"Salinan kerja; catatan resmi ada di {national_name(settings)}."
