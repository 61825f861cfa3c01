"""Column types of the engine that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class Uid(TypeDecorator[str]):
    """A canonical lower-case UUID string: native ``uuid`` on PostgreSQL, 36 characters on SQLite."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse anything but a string, so that no second spelling enters the database."""
        if value is not None and not isinstance(value, str):
            raise TypeError("identifiers are strings")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Always a string."""
        return None if value is None else str(value)
