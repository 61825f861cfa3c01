"""What the bundle puts into the feed. Nobody changes these records from a phone: publishing is done at the desk."""

from __future__ import annotations

from backend.forms.bodies import ArticleBody, CategorySetBody, FormBody, OfficeHoursBody
from sync.registry import RecordKind, Registry


def declare(registry: Registry) -> None:
    """Declare the record kinds of the bundle."""
    registry.record(RecordKind(name="form", body=FormBody, doc="The version of a form in force, for the agency."))
    registry.record(
        RecordKind(name="category_set", body=CategorySetBody, doc="Kinds and categories of questions, for the agency.")
    )
    registry.record(
        RecordKind(name="office_hours", body=OfficeHoursBody, doc="Calendar, target and telephone of the agency.")
    )
    registry.record(
        RecordKind(name="article", body=ArticleBody, doc="A knowledge article, for the agency or its sub-districts.")
    )
