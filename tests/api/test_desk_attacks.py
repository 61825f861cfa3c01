"""A signed-in HR admin or operator who sends what no screen would send, on both databases."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select

from backend.identity.models import PERSON
from backend.identity.service.accounts import grant_now
from sync.ids import uuid4, uuid7
from tests.support import office
from tests.support.in_process import served
from tests.support.phone import SIGN_IN

ASK = 'mutation($m: MutationMeta!, $a: AskInput!) { questionAsk(record: "%s", meta: $m, args: $a) { status code } }'
PREVIEW = "mutation($f: PeopleFile!) { importPreview(file: $f) { digest } }"
CSV = base64.b64encode(b"NIP,NAMA,UNIT\n199003152015041955,Anu Coba,MUTASI\n").decode()


class Browser:
    """Speaks GraphQL to the server in this process."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def code(self, query: str, **variables: Any) -> str:
        answer = await self.ask(query, **variables)
        assert answer.get("errors"), answer
        return str(answer["errors"][0]["extensions"]["code"])

    async def sign_in(self, worker: office.Worker) -> Browser:
        answer = await self.ask(SIGN_IN, identifier=worker.identifier, password=office.PASSWORD)
        assert not answer.get("errors"), answer
        return self


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def browser(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Browser]:
    """The small agency; its operator is also HR admin of the whole agency."""
    url, keys_file = request.getfixturevalue(f"{request.param}_office")
    async with served(url, keys_file, tmp_path) as (house, client):
        async with house.db.reading() as connection:
            query = select(PERSON.c.id, PERSON.c.agency).where(PERSON.c.nip == office.OPERATOR.identifier)
            person, agency = (await connection.execute(query)).one()
        async with house.engine.writing(agency) as w:
            tree = await house.directory.trees.get(w.connection, agency)
            await grant_now(w, tree, person, "HRA", tree.root, tree.today(w.now))
        yield Browser(client)


def _cursor(content: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).decode()


async def test_ids_that_are_none_are_not_found(browser: Browser) -> None:
    await browser.sign_in(office.OPERATOR)
    for id in ("x", "x" * 3000, uuid4(), uuid4().upper()):
        assert await browser.code("mutation($i: ID!) { importUndo(id: $i) { kept } }", i=id) == "not_found"
        assert await browser.code(PREVIEW, f={"upload": id}) == "not_found"
        assert await browser.code("mutation($i: ID!) { revokeRole(grant: $i) }", i=id) == "not_found"
        assert await browser.code("mutation($i: ID!) { revokeDevice(id: $i) }", i=id) == "not_found"
        assert await browser.code("mutation($i: ID!) { issueActivation(person: $i) { code } }", i=id) == "not_found"


async def test_a_screen_of_one_account_does_nothing_with_the_cookie_of_another(browser: Browser) -> None:
    """Another tab signed somebody else in: what this tab asks must not be answered, nor done, in that name (I6)."""
    await browser.sign_in(office.ASKER)
    own = (await browser.ask("{ me { account } }"))["data"]["me"]["account"]
    await browser.sign_in(office.OPERATOR)
    browser.client.headers["X-Sambung-Account"] = own
    for query in ("{ me { account } }", "{ devices { id } }", "mutation { signOut }", "subscription { poke }"):
        assert await browser.code(query) == "device_owner"
    del browser.client.headers["X-Sambung-Account"]
    assert (await browser.ask("{ me { account } }"))["data"]["me"]["account"] != own


async def test_a_refused_call_about_anything_is_logged_and_refused(browser: Browser) -> None:
    await browser.sign_in(office.ASKER)
    for id in ("x" * 3000, "\u00e9" * 100):
        assert await browser.code("mutation($i: ID!) { revokeRole(grant: $i) }", i=id) == "forbidden"
        assert await browser.code("mutation($i: ID!) { issueActivation(person: $i) { code } }", i=id) == "not_found"


@pytest.mark.parametrize("content", [5, None, [1], ["a", "b"], ["a\x00", uuid4()], {"a": 1}, ["a", uuid4(), 1], "ab"])
async def test_forged_page_marks_are_refused(browser: Browser, content: Any) -> None:
    await browser.sign_in(office.OPERATOR)
    code = await browser.code("query($a: String) { people(after: $a) { more } }", a=_cursor(content))
    assert code == "invalid"


async def test_odd_import_requests_are_refused_in_words(browser: Browser) -> None:
    await browser.sign_in(office.OPERATOR)
    for content in ("\u00e9", "!!", "", "x"):
        assert await browser.code(PREVIEW, f={"content": content}) == "import_file"
    found = await browser.ask("mutation($f: PeopleFile!) { importPreview(file: $f) { digest wrongRows } }",
                              f={"content": CSV, "name": "n" * 900})  # fmt: skip
    assert not found.get("errors"), found
    applied = await browser.ask(
        "mutation($f: PeopleFile!, $d: String!) { importApply(file: $f, digest: $d) { counts { new } } }",
        f={"content": CSV, "name": "n" * 900}, d=found["data"]["importPreview"]["digest"],
    )  # fmt: skip
    assert applied["data"]["importApply"]["counts"]["new"] == 1


@pytest.mark.parametrize(
    "meta",
    [
        {"baseVersion": "\u00b2"},
        {"baseVersion": "9" * 5000},
        {"baseVersion": "-1"},
        {"base": [1]},
        {"seen": "x"},
        {"seenDigest": "G" * 16},
        {"seenDigest": "0" * 17},
        {"asGrant": "x"},
        {"asGrant": uuid4()},
        {"id": "x"},
    ],
)
async def test_a_typed_mutation_with_odd_relations_is_refused(browser: Browser, meta: dict[str, Any]) -> None:
    await browser.sign_in(office.ASKER)
    args = {"text": "Kapan SK saya terbit?", "kind": "pertanyaan"}
    code = await browser.code(ASK % uuid7(), m={"id": uuid7(), **meta}, a=args)
    assert code in ("invalid", "forbidden")


async def test_deep_and_wide_members_never_break_a_typed_mutation(browser: Browser) -> None:
    await browser.sign_in(office.ASKER)
    args = {"text": "Kapan SK saya terbit?", "kind": "pertanyaan"}
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    for more in ({"base": {"z": deep}}, {"seen": {"a": deep}}, {"dependsOn": ["x" * 5000]}, {"resolves": ["x"]}):
        answer = await browser.ask(ASK % uuid7(), m={"id": uuid7(), **more}, a=args)
        codes = [error["extensions"]["code"] for error in answer.get("errors") or ()]
        assert "internal" not in codes, (list(more), answer)


async def test_the_session_of_another_browser_cannot_be_ended(browser: Browser) -> None:
    await browser.sign_in(office.OPERATOR)
    devices = (await browser.ask("{ devices { id here } }"))["data"]["devices"]
    mine = next(device for device in devices if device["here"])
    await browser.ask("mutation { signOut }")
    await browser.sign_in(office.ASKER)
    assert await browser.code("mutation($i: ID!) { revokeDevice(id: $i) }", i=mine["id"]) == "not_found"


async def test_signing_in_makes_a_new_session_and_ends_the_one_before(browser: Browser) -> None:
    """A cookie that somebody planted is worth nothing after sign-in, and neither is the old one."""
    browser.client.cookies.set("sambung", "planted-by-somebody-else", domain="test.local")
    await browser.sign_in(office.ASKER)
    before = {cookie.value for cookie in browser.client.cookies.jar}
    await browser.sign_in(office.OPERATOR)
    after = {cookie.value for cookie in browser.client.cookies.jar}
    fresh = after - before
    assert len(fresh) == 1
    async with httpx.AsyncClient(transport=browser.client._transport, base_url="http://test") as thief:
        for token in before | {"planted-by-somebody-else"}:
            answer = await thief.post(
                "/graphql", json={"query": "{ me { account } }"},
                headers={"X-Sambung-Client": "t", "Cookie": f"sambung={token}"},
            )  # fmt: skip
            assert answer.json() == {"data": {"me": None}}
