"""Whatever is not on the list of public things wants a session: every GraphQL field, every route."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_composite_type,
)
from starlette.routing import Route

from backend.app import create_app
from backend.keys import Keys
from backend.settings import Settings
from tests.support.clock import SettableClock
from tests.support.server import ROOT

PUBLIC_FIELDS = {"signIn", "signOut", "activate", "me", "pushPublicKey", "pairKiosk", "partySignUp"}
"""Open to anyone: signing in and out, taking an activation code, asking who one is, the key of our push messages,
bringing the pairing code of a counter tablet, and the sign-up of a party's officer."""

IN_ENVELOPE = {"syncPush", "syncPull"}
"""The protocol says `signed_out` in its own envelope."""

PUBLIC_ROUTES = {
    "/gateway/{id}",  # signed: tests/questions/test_gateway.py knocks at it
    "/n/{token}",
    "/n/{token}/terima",
    "/n/{token}/{sheet}.pdf",
    "/nilai",
    "/{agency}/nilai",
    "/{agency}/nilai/{site}",
    "/qr-saya",
    "/{agency}/qr-saya",
    "/landing/keyPass",
    "/panduan/penilaian.pdf",
    "/survei/{token}",
    "/survei/{token}/terima",
    "/publikasi/{site}",
    "/publikasi/{site}/ikm.json",
    "/{agency}/publikasi",
    "/publikasi/layanan/{code}",
    "/{agency}/layanan",
    "/{agency}/layanan/{code}",
    "/lapor-rahasia",
    "/lapor-rahasia/baca",
    "/lapor-rahasia/{code}",
    "/{agency}/lapor-rahasia",
    "/healthz",
    "/readyz",
    "/metrics",
    "/resi",
    "/resi/{code}",
    "/manifest.json",
    "/{path:path}",
}
"""Ratings with lists, codes, survey and publications; what services ask for; reports without a name; health,
numbers for the operator's network, the receipt check, and the app's files."""

UNKNOWN = "0198c0de-0000-7000-8000-000000000000"
"""An id that nothing has."""

SCHEMA: GraphQLSchema = build_schema((ROOT / "schema.graphql").read_text())


def _fields() -> list[tuple[str, str]]:
    roots = (
        ("query", SCHEMA.query_type),
        ("mutation", SCHEMA.mutation_type),
        ("subscription", SCHEMA.subscription_type),
    )
    return [(operation, name) for operation, root in roots if root is not None for name in root.fields]


@pytest.fixture
def app(sqlite_url: str, keys: Keys, clock: SettableClock, tmp_path: Path) -> FastAPI:
    """The server, without timers."""
    assert keys.path is not None
    settings = Settings(
        DATABASE_URL=sqlite_url,
        keys_file=keys.path,
        data_dir=tmp_path / "data",
        background=False,
        environment="development",
        public_url="http://test",
    )
    return create_app(settings, clock=clock)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a session."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        headers = {"X-Sambung-Client": "tests/1"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
            yield client


@pytest.mark.parametrize(("operation", "name"), [one for one in _fields() if one[1] not in PUBLIC_FIELDS])
async def test_field_wants_a_session(client: httpx.AsyncClient, operation: str, name: str) -> None:
    document, variables = _document(operation, name)
    accept = "text/event-stream" if operation == "subscription" else "application/json"
    answer = await client.post("/graphql", json={"query": document, "variables": variables}, headers={"accept": accept})
    content = answer.json()
    if name in IN_ENVELOPE:
        assert content["data"][name]["code"] == "signed_out", content
    else:
        assert [error["extensions"]["code"] for error in content["errors"]] == ["signed_out"], content


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/berkas"),
        ("HEAD", f"/berkas/{UNKNOWN}"),
        ("PATCH", f"/berkas/{UNKNOWN}"),
        ("DELETE", f"/berkas/{UNKNOWN}"),
        ("GET", f"/berkas/{UNKNOWN}/isi"),
        ("GET", f"/permohonan-berkas/{UNKNOWN}/draf/SKT"),
        ("GET", f"/permohonan-berkas/{UNKNOWN}/ringkasan"),
        ("GET", "/unduh/permohonan/sikap/xlsx"),
    ],
)
async def test_files_want_a_session(client: httpx.AsyncClient, method: str, path: str) -> None:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "10",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    answer = await client.request(method, path, headers=headers)
    assert answer.status_code == 401, answer.text


def test_every_route_is_known(app: FastAPI) -> None:
    """A new address is either on the public list or one of those that the tests above knock at."""
    paths = {route.path for route in app.routes if isinstance(route, Route)}
    private = {
        path for path in paths if path == "/graphql" or path.startswith(("/berkas", "/unduh", "/permohonan-berkas"))
    }
    assert paths - private <= PUBLIC_ROUTES
    assert private


def test_public_fields_exist() -> None:
    """A name that is gone from the schema goes from the list, before something else takes it."""
    assert {name for _, name in _fields()} >= PUBLIC_FIELDS


def _document(operation: str, name: str) -> tuple[str, dict[str, Any]]:
    """A valid operation on one field, with the plainest arguments that its types allow."""
    root = {"query": SCHEMA.query_type, "mutation": SCHEMA.mutation_type, "subscription": SCHEMA.subscription_type}
    field = root[operation].fields[name]  # type: ignore[union-attr]
    wanted = {argument: found.type for argument, found in field.args.items() if isinstance(found.type, GraphQLNonNull)}
    declared = ", ".join(f"${argument}: {type}" for argument, type in wanted.items())
    passed = ", ".join(f"{argument}: ${argument}" for argument in wanted)
    selected = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
    text = f"{operation}{f'({declared})' if declared else ''} {{ {name}{f'({passed})' if passed else ''}{selected} }}"
    return text, {argument: _value(type) for argument, type in wanted.items()}


def _value(type: Any) -> Any:
    if isinstance(type, GraphQLNonNull):
        return _value(type.of_type)
    if isinstance(type, GraphQLList):
        return [_value(type.of_type)]
    if isinstance(type, GraphQLEnumType):
        return next(iter(type.values))
    if isinstance(type, GraphQLInputObjectType):
        return {name: _value(one.type) for name, one in type.fields.items() if isinstance(one.type, GraphQLNonNull)}
    plain = {"ID": UNKNOWN, "Int": 1, "Float": 1.0, "Boolean": True, "JSON": {"protocol": "sambung-sync/1"}}
    return plain.get(type.name, "2026-11-20")
