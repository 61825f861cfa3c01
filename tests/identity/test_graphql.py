"""The room through HTTP, as phones and desks call it."""

import asyncio
import base64
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from starlette.testclient import TestClient

from backend.app import build_house, create_app
from backend.audit.models import AUDIT_ENTRY
from backend.demo.seed import read, seed
from backend.keys import Keys
from backend.settings import Settings
from tests.support.clock import SettableClock

ACCOUNTS = {account["key"]: account for account in read("demo_accounts.json")["accounts"]}
PASSWORD = read("demo_accounts.json")["password"]
ME = "account name sealKey agency{code name zone services} grants{id role unit from to}"


class Desk:
    """A browser that speaks to the server."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = self.client.post(
            "/graphql", json={"query": document, "variables": variables}, headers={"X-Sambung-Client": "tests/1"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, document: str, **variables: Any) -> Any:
        answer = self.ask(document, **variables)
        assert "errors" not in answer, answer
        return next(iter(answer["data"].values()))

    def code(self, document: str, **variables: Any) -> str:
        return self.ask(document, **variables)["errors"][0]["extensions"]["code"]

    def sign_in(self, key: str) -> Any:
        document = f"mutation($i: String!, $p: String!) {{ signIn(identifier: $i, password: $p) {{ {ME} }} }}"
        return self.get(document, i=ACCOUNTS[key]["identifier"], p=PASSWORD)


@pytest.fixture(scope="session")
def town(_sqlite_template: Path, _keys_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small town of the demonstration in a SQLite file, made once: each test works on a copy."""
    path = tmp_path_factory.mktemp("town") / "town.sqlite3"
    shutil.copy(_sqlite_template, path)

    async def fill() -> None:
        settings = Settings(DATABASE_URL=f"sqlite:///{path}", keys_file=_keys_file, background=False)
        house = build_house(settings, clock=SettableClock())
        await house.start(background=False)
        await seed(house.db, house.engine, house.keys, house.clock, small=True)
        await house.stop(background=False)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, fill()).result()
    return path


@pytest.fixture
def database(town: Path, tmp_path: Path) -> str:
    """The address of a town of the test's own."""
    path = tmp_path / "town.sqlite3"
    shutil.copy(town, path)
    return f"sqlite:///{path}"


@pytest.fixture
def desk(database: str, keys: Keys, clock: SettableClock, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(
        DATABASE_URL=database, keys_file=keys.path, data_dir=tmp_path / "files", environment="demo", background=False
    )
    with TestClient(create_app(settings, clock=clock), base_url="http://127.0.0.1:8000") as client:
        yield Desk(client)


def test_from_sign_in_to_sign_out(desk: Desk) -> None:
    assert desk.get("{me{account}}") is None
    me = desk.sign_in("operator1")
    assert (me["agency"]["code"], me["agency"]["zone"], me["name"]) == ("SKR", "WIB", "Galih Prasetyo, S.A.P.")
    assert "questions" in me["agency"]["services"]
    assert {grant["role"] for grant in me["grants"]} == {"OPR", "DPB"}
    assert me["grants"][0]["from"] == "2026-01-01"
    assert len(base64.b64decode(me["sealKey"])) == 32
    assert desk.get(f"{{me{{{ME}}}}}") == me
    assert [device["here"] for device in desk.get("{devices{id label here}}")] == [True]
    assert desk.get("mutation{signOut}") is True
    assert desk.get("{me{account}}") is None
    assert desk.code("{devices{id}}") == "signed_out"


def test_the_cookie_is_persistent_and_out_of_reach_of_scripts(desk: Desk) -> None:
    answer = desk.client.post(
        "/graphql",
        json={"query": "mutation($i: String!, $p: String!) { signIn(identifier: $i, password: $p) { account } }",
              "variables": {"i": ACCOUNTS["guru"]["identifier"], "p": PASSWORD}},
        headers={"X-Sambung-Client": "tests/1"},
    )  # fmt: skip
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("sambung=")
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/", "max-age=5184000"))


def test_hr_finds_people_and_gives_codes_that_open_accounts(desk: Desk) -> None:
    desk.sign_in("hr_admin")
    found = desk.get('{people(search:"nuraini kartika"){rows{id name nip unitName activated incomplete} more}}')
    (teacher,) = found["rows"]
    assert (teacher["nip"], teacher["activated"]) == (ACCOUNTS["guru"]["identifier"], True)
    issued = desk.get("mutation($p: ID!){issueActivation(person:$p){code expires}}", p=teacher["id"])
    desk.get("mutation{signOut}")
    me = desk.get(
        "mutation($i: String!, $c: String!, $p: String!){activate(identifier:$i, code:$c, password:$p){account}}",
        i=teacher["nip"], c=issued["code"], p="kuda lari pagi",
    )  # fmt: skip
    assert me["account"] == teacher["id"]


def test_lists_of_people_come_in_pages(desk: Desk) -> None:
    desk.sign_in("hr_admin")
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = desk.get("query($a: String){people(after:$a){rows{id} more cursor}}", a=cursor)
        seen += [row["id"] for row in page["rows"]]
        cursor = page["cursor"]
    assert len(seen) == len(set(seen)) == 75
    assert desk.code('{people(after:"x"){more}}') == "invalid"


def test_another_agencys_people_are_unknown_people(desk: Desk) -> None:
    desk.sign_in("hr_admin")
    (teacher,) = desk.get('{people(search:"nuraini kartika"){rows{id}}}')["rows"]
    desk.sign_in("tlp_hr")
    assert desk.get("query($s: String!){people(search:$s){rows{id} more cursor}}",
                    s=ACCOUNTS["guru"]["identifier"]) == {"rows": [], "more": False, "cursor": None}  # fmt: skip
    document = "mutation($p: ID!){issueActivation(person:$p){code}}"
    known, unknown = desk.ask(document, p=teacher["id"]), desk.ask(document, p="x" * 36)
    assert known["errors"][0]["message"] == unknown["errors"][0]["message"]


@pytest.mark.parametrize("key", ["guru", "operator1", "ketua_tim", "sekda", "teknisi", "super_layanan"])
def test_who_is_not_hr_is_refused_and_each_call_leaves_one_log_row(desk: Desk, key: str, database: str) -> None:
    me = desk.sign_in(key)
    calls = (
        "{people{more}}",
        "{imports{id}}",
        'mutation{importPreview(file:{content:""}){digest}}',
        'mutation{importApply(file:{content:""}, digest:""){id}}',
        f'mutation{{issueActivation(person:"{me["account"]}"){{code}}}}',
        f'mutation{{grantRole(person:"{me["account"]}", role:"HRA", unit:"{me["account"]}", from:"2026-01-01")}}',
        f'mutation{{revokeRole(grant:"{me["account"]}")}}',
    )
    assert [desk.code(call) for call in calls] == ["forbidden"] * len(calls)
    with create_engine(database).connect() as connection:
        rows = connection.execute(select(AUDIT_ENTRY.c.id).where(AUDIT_ENTRY.c.refused)).all()
    assert len(rows) == len(calls)


def test_roles_are_given_and_ended_at_the_desk(desk: Desk) -> None:
    me = desk.sign_in("hr_admin")
    unit = next(one["id"] for one in desk.get("{units{id code}}") if one["code"] == "MUTASI")
    (teacher,) = desk.get('{people(search:"nuraini kartika"){rows{id}}}')["rows"]
    document = 'mutation($p: ID!, $u: ID!){grantRole(person:$p, role:"BID", unit:$u, from:"2026-11-01")}'
    assert desk.code(document, p=me["account"], u=unit) == "forbidden"
    grant = desk.get(document, p=teacher["id"], u=unit)
    assert desk.code(document, p=teacher["id"], u=unit) == "exists"
    assert [one["id"] for one in desk.sign_in("guru")["grants"]] == [grant]
    desk.sign_in("hr_admin")
    assert desk.get("mutation($g: ID!){revokeRole(grant:$g)}", g=grant) is True
    assert desk.sign_in("guru")["grants"] == []


def test_an_import_from_upload_to_undo(desk: Desk) -> None:
    desk.sign_in("hr_admin")
    content = base64.b64encode(b"NIP,NAMA\n199003152015041999,Ani Lestari\n123,Budi\n").decode()
    file = {"name": "pegawai.csv", "content": content}
    report = desk.get(
        "mutation($f: PeopleFile!){importPreview(file:$f)"
        "{digest counts{new wrong} problems{line column value reason} wrongRows(format: CSV)}}",
        f=file,
    )
    assert report["counts"] == {"new": 1, "wrong": 1}
    assert report["problems"][0] == {
        "line": 3, "column": "NIP", "value": "123", "reason": "NIP harus 18 angka. Anda menulis 3.",
    }  # fmt: skip
    assert b"NIP harus 18 angka" in base64.b64decode(report["wrongRows"])
    apply = "mutation($f: PeopleFile!, $d: String!){importApply(file:$f, digest:$d){id counts{new}}}"
    assert desk.code(apply, f=file, d="another") == "state"
    done = desk.get(apply, f=file, d=report["digest"])
    assert [one["id"] for one in desk.get("{imports{id}}")] == [done["id"]]
    undone = desk.get("mutation($i: ID!){importUndo(id:$i){removed restored kept}}", i=done["id"])
    assert undone == {"removed": 1, "restored": 0, "kept": 0}


def test_wrong_guesses_are_told_nothing_and_then_to_wait(desk: Desk) -> None:
    document = 'mutation($i: String!){signIn(identifier:$i, password:"salah sama sekali"){account}}'
    codes = [desk.code(document, i=ACCOUNTS["guru"]["identifier"]) for _ in range(6)]
    assert codes == ["sign_in_failed"] * 5 + ["throttled"]
