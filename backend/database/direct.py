"""The statement of every request: put together once, handed straight to the driver, its rows decoded when they differ.

Between a statement and its driver lie four layers that cost more than the statement. Who has remembered what these
very rows mean (they are hashable as they come) needs no decoding either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

Raw = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Form:
    """The statement as one driver takes it."""

    sql: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]
    binds: Mapping[str, Callable[[Any], Any]]
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]


class Direct:
    """A query whose parameters are named binds, for a connection on which no statement is open."""

    def __init__(self, query: Select[Any]) -> None:
        self.query = query
        self.width = len(query.selected_columns)
        self._forms: dict[str, _Form] = {}

    async def rows(self, connection: AsyncConnection, given: Mapping[str, Any]) -> Sequence[Raw]:
        """Run it; the rows as the driver gives them."""
        form = self._form(connection.dialect)
        values = {name: form.binds[name](value) if name in form.binds else value for name, value in given.items()}
        values |= form.constants
        sync = connection.sync_connection
        assert sync is not None
        driver: Any = sync.connection.driver_connection
        if form.order is None:
            return await (await driver.execute(form.sql, values)).fetchall()  # type: ignore[no-any-return]
        return await driver.execute_fetchall(form.sql, [values[name] for name in form.order])  # type: ignore[no-any-return]

    def decoded(self, dialect: Dialect, rows: Sequence[Raw]) -> list[dict[str, Any]]:
        """The same rows by name, with the types of the columns."""
        columns = self._form(dialect).columns
        return [
            {name: value if read is None else read(value) for (name, read), value in zip(columns, row, strict=True)}
            for row in rows
        ]

    def _form(self, dialect: Dialect) -> _Form:
        if dialect.name not in self._forms:
            compiled: Any = self.query.compile(dialect=dialect)
            binds = {
                name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
            }
            self._forms[dialect.name] = _Form(
                sql=str(compiled),
                order=None if compiled.positiontup is None else tuple(compiled.positiontup),
                constants={name: value for name, value in compiled.params.items() if value is not None},
                binds={name: write for name, write in binds.items() if write is not None},
                columns=tuple(
                    (str(column.key), column.type.dialect_impl(dialect).result_processor(dialect, None))
                    for column in self.query.selected_columns
                ),
            )
        return self._forms[dialect.name]
