"""Rows that are read at once are exactly what GraphQL's own execution makes of them."""

from __future__ import annotations

import enum
from typing import Any

import pytest
import strawberry

from backend.api.rows import RowExecutor


class Mood(enum.StrEnum):
    GOOD = "good"


@strawberry.type
class Inner:
    name: str


@strawberry.type
class Thing:
    id: strawberry.ID
    name: str
    note: str | None
    count: int
    share: float
    open: bool
    inner: Inner

    @strawberry.field
    def shout(self) -> str:
        return self.name.upper()


VALUES: dict[str, dict[str, Any]] = {
    "plain": {},
    "null": {"note": None},
    "a word of an enumeration": {"name": Mood.GOOD},
    "null where there must be none": {"name": None},
    "another type": {"name": 7, "open": 1, "count": True},
    "too large": {"count": 2**31},
    "smallest": {"count": -(2**31)},
}
DOCUMENTS = [
    "{ things { id name note count open } }",
    "{ things { a: name b: name ...F } } fragment F on Thing { name count }",
    "{ things { name @skip(if: true) count @include(if: true) } }",
    "{ things { __typename name } }",
    "{ things { name shout } }",
    "{ things { share inner { name } } }",
]


def schema(executor: Any, values: dict[str, Any]) -> strawberry.Schema:
    base = {"id": "1", "name": "x", "note": "y", "count": 3, "share": 0.5, "open": True, "inner": Inner(name="i")}

    @strawberry.type
    class Query:
        @strawberry.field
        def things(self) -> list[Thing]:
            return [Thing(**base), Thing(**{**base, **values})]

    return strawberry.Schema(Query, execution_context_class=executor)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("name", VALUES)
async def test_rows_are_what_graphql_makes_of_them(name: str, document: str) -> None:
    ours, theirs = [
        await schema(executor, VALUES[name]).execute(document, context_value=None) for executor in (RowExecutor, None)
    ]
    assert ours.data == theirs.data
    assert [str(one) for one in ours.errors or []] == [str(one) for one in theirs.errors or []]


async def test_plain_rows_need_no_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    fields: list[str] = []
    straight = RowExecutor.execute_field

    def execute_field(self: Any, parent: Any, *rest: Any, **more: Any) -> Any:
        fields.append(parent.name)
        return straight(self, parent, *rest, **more)

    monkeypatch.setattr(RowExecutor, "execute_field", execute_field)
    result = await schema(RowExecutor, {}).execute(DOCUMENTS[0], context_value=None)
    assert result.errors is None
    assert fields == ["Query"]
