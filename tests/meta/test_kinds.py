"""Every declared kind is whole, and none goes without a test."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from backend.app import declare
from sync.registry import (
    DeclarationError,
    MutationKind,
    Permission,
    RecordKind,
    Registry,
    Rule,
    Wire,
)
from tests.support.server import ROOT


def _registry() -> Registry:
    """All kinds of the server; declaring needs none of the parts that handlers use."""
    return declare(None, None, None, None, None, private_endpoints=False)  # type: ignore[arg-type]


MUTATIONS = [pytest.param(kind, id=kind.name) for kind in _registry().mutations()]
RECORDS = [pytest.param(kind, id=kind.name) for kind in _registry().records()]


@pytest.mark.parametrize("kind", MUTATIONS)
def test_mutation_kind_declares_rule_permission_and_words(kind: MutationKind) -> None:
    assert kind.rule in Rule
    assert callable(kind.may.check)
    assert kind.may.doc.strip()
    assert kind.doc.strip()
    assert inspect.iscoroutinefunction(kind.handler)


@pytest.mark.parametrize("kind", MUTATIONS)
def test_mutation_kind_refuses_unknown_members(kind: MutationKind) -> None:
    assert issubclass(kind.args, BaseModel)
    assert kind.args.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("kind", MUTATIONS)
def test_text_from_people_is_bounded(kind: MutationKind) -> None:
    """A string without a longest length is a disk that anyone may fill; 64 KiB is the largest item."""
    schema = kind.args.model_json_schema(by_alias=True)
    assert [path for path in _strings(schema, schema, ()) if _takes(kind.args, path, "x" * 70_000)] == []


@pytest.mark.parametrize("kind", MUTATIONS)
def test_mutation_kind_is_named_in_a_test(kind: MutationKind) -> None:
    here = ROOT / "tests" / "meta"
    texts = (path for path in (ROOT / "tests").rglob("*.py") if here not in path.parents)
    assert any(f'"{kind.name}"' in path.read_text() for path in texts)


@pytest.mark.parametrize("kind", RECORDS)
def test_record_kind_says_what_it_is(kind: RecordKind) -> None:
    assert kind.doc.strip()
    assert not kind.fields or kind.owners is not None


def test_a_kind_without_permission_does_not_start() -> None:
    registry = Registry()
    registry.record(RecordKind(name="thing", body=Wire, doc="A thing."))

    async def handle(_w: object, _items: object) -> None:
        """Nothing."""

    registry.mutation(
        MutationKind(
            name="thing.make",
            record="thing",
            rule=Rule.COMMAND,
            args=Wire,
            may=Permission(check=None, doc=""),  # type: ignore[arg-type]
            handler=handle,  # type: ignore[arg-type]
            doc="Make it.",
        )
    )
    with pytest.raises(DeclarationError):
        registry.close()


def _strings(part: dict[str, Any], root: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every place of a JSON schema that takes a string, as the names that lead there."""
    if "$ref" in part:
        part = root["$defs"][part["$ref"].rsplit("/", 1)[1]]
    if part.get("type") == "string":
        yield path
    for branch in part.get("anyOf", []):
        yield from _strings(branch, root, path)
    if isinstance(items := part.get("items"), dict):
        yield from _strings(items, root, (*path, "[]"))
    for name, member in part.get("properties", {}).items():
        yield from _strings(member, root, (*path, name))


def _takes(model: type[BaseModel], path: tuple[str, ...], value: Any) -> bool:
    """Whether the model accepts ``value`` at that place, whatever else is missing."""
    for name in reversed(path):
        value = [value] if name == "[]" else {name: value}
    try:
        model.model_validate(value)
    except ValidationError as error:
        wanted = tuple(0 if name == "[]" else name for name in path)
        return not any(found["loc"][: len(wanted)] == wanted for found in error.errors())
    return True
