"""One spelling of a definition, so that two versions can be compared and a stored one be proven unchanged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any

from backend.applications.rules.definition import Service


def plain(value: Any) -> Any:
    """The value as JSON has it. Members that stand at their default are left out: a member that a later version of this
    software adds changes no hash of a definition that was stored before."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if not _at_default(value, one)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value


def canonical(service: Service) -> str:
    """Canonical JSON: keys sorted, no spaces, lists in their own order (fields stand on the screen in it)."""
    return json.dumps(plain(service), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(service: Service) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical(service).encode()).hexdigest()


def _at_default(value: Any, member: Field[Any]) -> bool:
    if member.default is not MISSING:
        return bool(getattr(value, member.name) == member.default)
    if member.default_factory is not MISSING:
        return bool(getattr(value, member.name) == member.default_factory())
    return False
