"""What must be refused with a code and a sentence, without a 5xx, a trace, or anything half-written."""

from __future__ import annotations

import gzip
from typing import Any

import httpx
import orjson
import pytest

from sync.ids import uuid4
from tests.api.conftest import HOME

ME = "{ me { account } }"


async def post(client: httpx.AsyncClient, query: str, **extra: Any) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, **extra})


def code_of(answer: httpx.Response) -> str:
    content = answer.json()
    assert "Traceback" not in answer.text
    return str(content["errors"][0]["extensions"]["code"])


async def test_post_without_the_client_header_is_refused(client: httpx.AsyncClient) -> None:
    del client.headers["X-Sambung-Client"]
    answer = await post(client, ME)
    assert answer.status_code == 403
    assert code_of(answer) == "client_header"


@pytest.mark.parametrize(
    "origin", ["https://other.test", "null", "http://sambung.test.evil", "https://sambung.test:444"]
)
async def test_another_origin_is_refused(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post("/graphql", json={"query": ME}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert code_of(answer) == "origin"


async def test_own_origin_is_served(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": ME}, headers={"Origin": HOME})
    assert answer.status_code == 200
    assert answer.json() == {"data": {"me": None}}


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Query") { name } }',
        "{ me { agency { " + "name " * 400 + "} } }",
        "{ " + " ".join(f"a{n}: me {{ account }}" for n in range(20)) + " }",
        "query A { me { account } } query B { me { account } }",
        "fragment F on Me { account ...F } { me { ...F } }",
        "{ me { " + "... on Me { " * 3 + "account" + " }" * 3 + " } ",
        "{ nothing }",
        "{",
        "subscription { poke }",
    ],
)
async def test_costly_or_curious_documents_are_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await post(client, query)
    assert answer.status_code == 200
    content = answer.json()
    assert content["errors"], content
    assert not content.get("data")
    assert "Did you mean" not in answer.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"[]", "malformed"),
        (b'{"query": " "}', "malformed"),
        (b'{"query": 5}', "malformed"),
        (b'{"query": "{ me { account } }", "variables": []}', "malformed"),
        (b'{"query": "\\ud800"}', "malformed"),
        (b"[" * 100_000, "malformed"),
        (orjson.dumps({"query": "{" + "a" * 30_000 + "}"}), "too_large"),
        (b" " * (1024 * 1024 + 1), "too_large"),
    ],
)
async def test_bodies_that_are_no_request(client: httpx.AsyncClient, body: bytes, code: str) -> None:
    answer = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert code_of(answer) == code


async def test_gzip_is_inflated_and_its_bombs_are_not(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    good = gzip.compress(orjson.dumps({"query": ME}))
    assert (await client.post("/graphql", content=good, headers=headers)).json() == {"data": {"me": None}}
    bomb = gzip.compress(b" " * 50_000_000)
    answer = await client.post("/graphql", content=bomb, headers=headers)
    assert answer.status_code == 413
    for damaged in (good[:-4], good + b"x", b"nonsense", gzip.compress(b"") + good):
        assert (await client.post("/graphql", content=damaged, headers=headers)).status_code == 400
    answer = await client.post("/graphql", content=good, headers={**headers, "Content-Encoding": "br"})
    assert answer.status_code == 415


async def test_a_form_of_another_site_is_no_json(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/graphql", content=b'{"query":"{ me { account } }"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("cookie", ["x", "a" * 5000, "\u00e9".encode().decode("latin-1"), "../../etc", "' OR 1=1 --"])
async def test_forged_cookies_are_nobody(client: httpx.AsyncClient, cookie: str) -> None:
    headers = {"Cookie": f"__Host-sambung={cookie}".encode("latin-1")}
    answer = await client.post("/graphql", json={"query": ME}, headers=headers)  # type: ignore[arg-type]
    assert answer.json() == {"data": {"me": None}}


async def test_sync_without_a_session_says_signed_out_in_the_envelope(client: httpx.AsyncClient) -> None:
    request = uuid4()
    push = "mutation($batch: JSON!) { syncPush(batch: $batch) }"
    for batch in ({"requestId": request}, None, 5, [], "x"):
        answer = (await post(client, push, variables={"batch": batch})).json()
        if batch is None:
            assert answer["errors"]
            continue
        assert answer["data"]["syncPush"]["code"] == "signed_out"
        assert answer["data"]["syncPush"]["results"] == []


async def test_wrong_types_in_the_pull_are_told_by_graphql(client: httpx.AsyncClient) -> None:
    pull = (
        "query($account: ID!, $cursor: String, $limit: Int, $check: Boolean) "
        "{ syncPull(account: $account, cursor: $cursor, limit: $limit, check: $check) }"
    )
    for variables in ({}, {"account": None}, {"account": "x", "limit": "many"}, {"account": "x", "cursor": 5}):
        answer = await post(client, pull, variables=variables)
        assert answer.status_code == 200
        assert answer.json()["errors"]


async def test_the_protocol_documents_have_names(client: httpx.AsyncClient) -> None:
    """A phone names a document instead of sending its text; whole texts are accepted for ever."""
    pull = {"documentId": "syncPull", "variables": {"account": uuid4()}}
    push = {"documentId": "syncPush", "variables": {"batch": {"requestId": uuid4()}}}
    assert (await client.post("/graphql", json=pull)).json()["data"]["syncPull"]["code"] == "signed_out"
    answer = (await client.post("/graphql", json=push)).json()["data"]["syncPush"]
    assert (answer["code"], answer["requestId"]) == ("signed_out", push["variables"]["batch"]["requestId"])
    wrong = await client.post("/graphql", json={**pull, "variables": {"account": "x", "limit": "many"}})
    assert wrong.json()["errors"]


@pytest.mark.parametrize("name", ["syncSteal", "", None, 5, ["syncPull"], {"a": 1}])
async def test_an_unknown_document_name_is_refused(client: httpx.AsyncClient, name: object) -> None:
    answer = await client.post("/graphql", json={"documentId": name, "variables": {}})
    assert answer.status_code == 400
    assert code_of(answer) == "malformed"


async def test_a_document_beats_a_name(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": ME, "documentId": "syncPull"})
    assert answer.json() == {"data": {"me": None}}


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/assets/../../keys.json", "/%2e%2e/%2e%2e/etc/passwd", "/nothing.js", "/sw.js.map"]
)
async def test_files_outside_the_app_are_not_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "[project]" not in answer.text


async def test_receipt_page_says_valid_or_not_and_escapes(client: httpx.AsyncClient) -> None:
    for typed in ("K7QM-2P9D", "<script>alert(1)</script>", "%00", "x" * 500):
        answer = await client.get("/resi", params={"no": typed})
        assert answer.status_code == 404
        assert "<script>" not in answer.text
    codes = [(await client.get("/resi/K7QM2P9D")).status_code for _ in range(40)]
    assert codes[-1] == 429


async def test_headers_that_protect_are_on_every_answer(client: httpx.AsyncClient) -> None:
    for path in ("/", "/healthz", "/graphql"):
        answer = await client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert answer.headers["x-request-id"]
