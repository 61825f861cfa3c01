"""Typed GraphQL mutations, one for each declared mutation kind, from the same registry and the same handler."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any, Union, get_args, get_origin

import strawberry
from pydantic import BaseModel
from strawberry.tools import create_type

from backend.api.scalars import JSON
from backend.api.sync_api import count
from backend.context import RequestContext
from sync.answers import Answer
from sync.errors import Refusal
from sync.ids import is_uuid
from sync.registry import MutationKind, Registry

_VERSION = re.compile(r"[0-9]{1,18}")
_DIGEST = re.compile(r"[0-9a-f]{16}")


@strawberry.type(description="What became of a mutation: the same words as in a sync answer.")
class MutationResult:
    """One answer of the engine."""

    id: strawberry.ID
    record: strawberry.ID
    status: str
    first: str | None
    code: str | None
    message: str | None
    version: str | None
    feed: str | None
    receipt: str | None
    proof: str | None
    conflicts: list[str]
    server: JSON | None


@strawberry.input(description="How a mutation relates to what its author saw.")
class MutationMeta:
    """``id``: the client's own UUID, so that a repeated call acts once; ``asGrant``: the role grant to work as."""

    id: strawberry.ID
    as_grant: strawberry.ID | None = None
    base_version: str | None = None
    base: JSON | None = None
    seen: JSON | None = None
    seen_digest: str | None = None
    depends_on: list[strawberry.ID] | None = None
    resolves: list[strawberry.ID] | None = None


def typed_mutations(registry: Registry) -> type:
    """A GraphQL type with one field for each mutation kind that people may use: ``question.ask`` is ``questionAsk``."""
    inputs: dict[type[BaseModel], type] = {}
    fields = [_field(kind, inputs) for kind in registry.mutations() if not kind.internal]
    return create_type("KindMutation", fields)


def _field(kind: MutationKind, inputs: dict[type[BaseModel], type]) -> Any:
    arguments = _input_type(kind.args, inputs)

    async def resolve(info: Any, record: Any, meta: Any, args: Any) -> Any:
        return await _execute(info.context, kind, str(record), meta, args)

    async def resolve_bare(info: Any, record: Any, meta: Any) -> Any:
        return await _execute(info.context, kind, str(record), meta, None)

    resolver: Callable[..., Any] = resolve_bare if arguments is None else resolve
    resolver.__name__ = kind.name.replace(".", "_")
    resolver.__annotations__ = {
        "info": strawberry.Info,
        "record": strawberry.ID,
        "meta": MutationMeta,
        "return": MutationResult,
        **({} if arguments is None else {"args": arguments}),
    }
    description = f"{kind.doc.rstrip('.')}. Rule: {kind.rule.value}. Who may: {kind.may.doc}."
    return strawberry.mutation(resolver=resolver, name=_camel(kind.name), description=description)


async def _execute(context: RequestContext, kind: MutationKind, record: str, meta: MutationMeta, args: Any) -> Any:
    viewer = context.require()
    actor = viewer.acting(None if meta.as_grant is None else str(meta.as_grant))
    if actor is None:
        raise Refusal("forbidden", "Peran itu tidak Anda pegang sekarang.")
    if not (is_uuid(str(meta.id)) and is_uuid(record)):
        raise Refusal("invalid", "Nomor kiriman harus UUID dengan huruf kecil.")
    if meta.base_version is not None and not _VERSION.fullmatch(meta.base_version):
        raise Refusal("invalid", "Versi dasar harus angka.")
    if meta.seen_digest is not None and not _DIGEST.fullmatch(meta.seen_digest):
        raise Refusal("invalid", "Ringkasan yang dilihat harus 16 angka heksadesimal.")
    answer: Answer = await context.engine.execute(
        actor,
        kind.name,
        record,
        {} if args is None else _plain(args, kind.args),
        id=str(meta.id),
        seen=_mapping(meta.seen),
        seen_digest=meta.seen_digest,
        base=_mapping(meta.base),
        base_version=None if meta.base_version is None else int(meta.base_version),
        depends_on=[str(one) for one in meta.depends_on or ()],
        resolves=[str(one) for one in meta.resolves or ()],
    )
    count(context, kind.name, answer.status, answer.code)
    return MutationResult(
        id=strawberry.ID(answer.id),
        record=strawberry.ID(record),
        status=answer.status,
        first=answer.first,
        code=answer.code,
        message=answer.message,
        version=None if answer.version is None else str(answer.version),
        feed=None if answer.feed is None else str(answer.feed),
        receipt=answer.receipt,
        proof=answer.proof,
        conflicts=answer.conflicts,
        server=None if answer.server is None else JSON(answer.server),
    )


def _mapping(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal("invalid", "Bagian ini harus berupa objek.")
    return value


def _plain(args: Any, model: type[BaseModel]) -> dict[str, Any]:
    """The wire members that the caller gave (left-out ones stay out: a fields mutation writes only what it names)."""
    out: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        value = getattr(args, name, strawberry.UNSET)
        if value is not strawberry.UNSET:
            out[info.alias or name] = _unwrap(value)
    return out


def _unwrap(value: Any) -> Any:
    if isinstance(value, list):
        return [_unwrap(one) for one in value]
    if hasattr(value, "__strawberry_definition__"):
        return {
            _camel_member(name): _unwrap(member)
            for name, member in vars(value).items()
            if member is not strawberry.UNSET
        }
    return value


def _input_type(model: type[BaseModel], inputs: dict[type[BaseModel], type]) -> type | None:
    if not model.model_fields:
        return None
    if model not in inputs:
        namespace: dict[str, Any] = {}
        annotations: dict[str, Any] = {}
        for name, info in model.model_fields.items():
            annotation = _graphql_type(info.annotation, inputs)
            if not info.is_required():
                annotation = typing.Optional[annotation]  # noqa: UP045
                namespace[name] = strawberry.UNSET
            annotations[name] = annotation
        namespace["__annotations__"] = annotations
        name = model.__name__ if model.__name__.endswith("Args") else f"{model.__name__}Args"
        inputs[model] = strawberry.input(type(f"{name[:-4]}Input", (), namespace))
    return inputs[model]


def _graphql_type(annotation: Any, inputs: dict[type[BaseModel], type]) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _graphql_type(get_args(annotation)[0], inputs)
    if origin in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        inner = _graphql_type(rest[0], inputs) if len(rest) == 1 else JSON
        return typing.Optional[inner] if len(rest) < len(get_args(annotation)) else inner  # noqa: UP045
    if origin in (list, tuple, frozenset, set):
        return list[_graphql_type(get_args(annotation)[0], inputs)]  # type: ignore[misc]
    if origin is typing.Literal:
        return str if all(isinstance(one, str) for one in get_args(annotation)) else JSON
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _input_type(annotation, inputs) or JSON
    if annotation in (str, int, float, bool):
        return annotation
    if isinstance(annotation, type) and issubclass(annotation, str):
        return str
    return JSON


def _camel(kind: str) -> str:
    head, *rest = kind.replace("_", ".").split(".")
    return head + "".join(part.capitalize() for part in rest)


def _camel_member(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
