"""Identifiers: canonical lower-case UUID strings. They identify; they never order, expire or authorise."""

from __future__ import annotations

import re
import uuid

import uuid_utils

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def uuid7() -> str:
    """A new time-ordered identifier (UUIDv7), for rows whose neighbours are read together."""
    return str(uuid_utils.uuid7())


def uuid4() -> str:
    """A new random identifier (UUIDv4), for things that must not tell when they were made."""
    return str(uuid.uuid4())


def derived(namespace: str, name: str) -> str:
    """The same identifier for the same name (UUIDv5): timed acts, imports and webhooks use it to act once.

    ``namespace`` is a UUID string, ``name`` any text.
    """
    return str(uuid.uuid5(uuid.UUID(namespace), name))


def is_uuid(value: object) -> bool:
    """Whether ``value`` is a UUID in the one spelling that the protocol allows."""
    return isinstance(value, str) and _CANONICAL.match(value) is not None
