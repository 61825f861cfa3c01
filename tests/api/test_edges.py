"""The edges of HTTP: odd paths, origins and methods, who may measure, and what a log line tells."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend import logs
from backend.app import House
from backend.database.engine import Database
from tests.api.conftest import HOME
from tests.api.test_hostile import ME, code_of, post

ODD = ["/%00", "/" + "a" * 400, "/assets/" + "b" * 3000, "/x%00y.js", "/%ff%fe", "//x", "/*"]


@pytest.mark.parametrize("path", ODD)
async def test_no_path_is_a_server_error(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code < 500


@pytest.mark.parametrize(
    "path", ["/%00/layanan", "/unduh/permohonan/%00/xlsx", "/publikasi/x?a=%00", "/lapor-rahasia/%00"]
)
async def test_an_address_with_a_character_zero_is_nowhere_before_a_database_sees_it(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (404, "Alamat ini tidak dikenal.")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_request_for_no_path_at_all_is_answered(app: FastAPI) -> None:
    """``OPTIONS *`` is a valid request line whose path has no slash."""
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: object) -> None:
        sent.append(message)  # type: ignore[arg-type]

    scope = {
        "type": "http", "method": "OPTIONS", "path": "*", "raw_path": b"*", "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert isinstance(sent[0]["status"], int)
    assert sent[0]["status"] < 500


@pytest.mark.parametrize("origin", ["http://[::1", "http://sambung.test", "https://", "https://sambung.test:bad", "x"])
async def test_an_origin_that_is_none_or_without_tls_is_refused(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post("/graphql", json={"query": ME}, headers={"Origin": origin})
    assert (answer.status_code, code_of(answer)) == (403, "origin")


@pytest.mark.parametrize("query", ["mutation($a: AskInpt) { questionAsk }", "{ mee { account } }", "{ me { acount } }"])
async def test_a_wrong_name_is_not_told_the_right_one(client: httpx.AsyncClient, query: str) -> None:
    answer = await post(client, query)
    assert answer.json()["errors"]
    assert "Did you mean" not in answer.text


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('mutation($i: String!) { signIn(identifier: $i, password: "x") { account } }', {"i": "a\x00@contoh.id"}),
        (r'mutation { signIn(identifier: "a\u0000@contoh.id", password: "x") { account } }', {}),
        (r'mutation { signIn(identifier: "a@contoh.id", password: "x", agency: "\u{0}") { account } }', {}),
    ],
)
async def test_the_character_zero_is_refused_before_a_database_sees_it(
    client: httpx.AsyncClient, query: str, variables: dict[str, str]
) -> None:
    assert code_of(await post(client, query, variables=variables)) == "invalid"


async def test_any_method_counts_under_a_known_name(client: httpx.AsyncClient) -> None:
    for word in ("BREW", "PROPFIND"):
        assert (await client.request(word, "/healthz")).status_code == 405
    shown = (await client.get("/metrics")).text
    assert 'method="other"' in shown
    assert "BREW" not in shown


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("::1", {}, 200),
        ("9.9.9.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.1"}, 404),
        ("9.9.9.9", {"Authorization": "Bearer rahasia"}, 404),
        ("testclient", {}, 404),
    ],
)
async def test_only_neighbours_may_measure(app: FastAPI, address: str, headers: dict[str, str], status: int) -> None:
    transport = httpx.ASGITransport(app=app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_with_a_token_only_its_bearer_may_measure(app: FastAPI) -> None:
    house: House = app.state.house
    house.settings.metrics_token = "rahasia-angka"
    transport = httpx.ASGITransport(app=app, client=("9.9.9.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        given = {"Authorization": "Bearer rahasia-angka"}
        assert (await client.get("/metrics", headers=given)).status_code == 200
        for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer \u00e9"}, {"Authorization": ""}):
            raw = {name: value.encode("latin-1") for name, value in wrong.items()}
            assert (await client.get("/metrics", headers=raw)).status_code == 404


async def test_receipt_checks_of_one_ipv6_network_share_their_limit(app: FastAPI) -> None:
    codes = []
    for n in range(40):
        transport = httpx.ASGITransport(app=app, client=(f"2001:db8::{n + 1:x}:1:2:3", 1))
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            codes.append((await client.get("/resi/K7QM2P9D")).status_code)
    assert codes[-1] == 429


async def test_an_exception_is_logged_without_what_people_wrote(db: Database, tmp_path: Path) -> None:
    """Databases quote the values that they refuse, in their own message and in that of the layer above."""
    secret = "Rahasia Siti 197203151998032901"
    statement = text("INSERT INTO job (id, kind, state) VALUES (:value, CAST(:value AS integer), NULL)")
    async with db.engine.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            await connection.execute(statement, {"value": secret})
    assert secret not in str(caught.value).replace(str(caught.value.orig), "")
    told = logs.describe(caught.value)
    assert secret not in told
    assert type(caught.value).__name__ in told
    assert "engine.py" in told or "default.py" in told
    record = logging.LogRecord(
        "x", logging.ERROR, "f", 1, f"failed\n{secret}", None, (DBAPIError, caught.value, caught.tb)
    )
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert secret not in line
