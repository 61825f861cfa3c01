"""What travels of announcements, camelCase on the wire; instants are UTC."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from sync.registry import Wire

Text = Annotated[str, StringConstraints(max_length=20_000)]


class AnnouncementBody(Wire):
    """An announcement with its text for each place, by the names of :data:`backend.announcements.rules.OUTPUTS`."""

    title: str
    text: str
    outputs: dict[str, str]
    version: int
    author_name: str
    at: str
    published_at: str | None = None


class AnnouncementArgs(Wire):
    """What is announced; written again it is the next version of the same announcement."""

    title: Text
    text: Text


class NoArgs(Wire):
    """Nothing besides the record itself."""
