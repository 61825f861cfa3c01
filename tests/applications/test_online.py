"""What is asked for online, over HTTP: sign-up and sign-in of a party, search, definitions; and who is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert, update

from backend.applications.models import ApplicationHistory, Party, PartyOfficer
from backend.database.engine import Database
from backend.identity.models import CREDENTIAL
from backend.identity.service import credentials
from backend.keys import Keys
from sync.ids import uuid7
from tests.applications.samples import THIRD
from tests.applications.town import Town
from tests.support.clock import SettableClock
from tests.support.in_process import served

PASSWORD = "tiga kata boleh"
SIGN_IN = "mutation($i: String!, $p: String!) { signIn(identifier: $i, password: $p) { account } }"
SIGN_UP = "mutation($a: PartySignUpInput!) { partySignUp(account: $a) }"
SEARCH = """query($s: ID!, $t: String!) {
  applicants(service: $s, search: $t) { more rows { name rank tmtRank facts missing } }
}"""
HISTORY = "query($a: ID!) { applicationHistory(application: $a) { act byName new } }"
ADD_OFFICER = "mutation($o: PartyOfficerInput!) { addPartyOfficer(officer: $o) { account code } }"
LOAD = "mutation($t: String!) { serviceLoad(toml: $t) { title version faults { path code text } } }"


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """Data of an answer, or the code of its refusal."""
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    if answer.get("errors"):
        return answer["errors"][0]["extensions"]["code"]
    return next(iter(answer["data"].values()))


async def test_a_party_signs_up_and_in_and_others_are_refused(
    sqlite_db: Database, keys: Keys, clock: SettableClock, tmp_path: Path
) -> None:
    """Acceptance 11: without an account search, history and download are refused, sign-up works, a second one with
    the identifier does not; the account signs in by its number. Acceptance 1: the unit's manager searches by name.
    Who reads a party's history from outside the party leaves a row in it."""
    clock.set(datetime(2026, 11, 20, 2, tzinfo=UTC))
    town = await Town(sqlite_db, keys, clock, tmp_path / "files").build()
    case = await town.begin()
    officer = await town.party("Partai Samudra", "Bagas Pratama", "bagas@example.id")
    sent = await town.begin(officer, None, "sisakat", "")
    await town.biodata(officer, sent)
    await town.done(officer, None, "application.submit", sent)
    hashed = credentials.hash_now(PASSWORD)
    await town.grant("hr_admin", "SUP")
    async with town.db.writing() as connection:
        await connection.execute(insert(CREDENTIAL), [
            {"account": town.people[key], "password_hash": hashed, "changed": clock.now()}
            for key in ("opd_dikbud", "hr_admin", "opd_distan", "verifikator")
        ])  # fmt: skip
        await connection.execute(
            update(CREDENTIAL).where(CREDENTIAL.c.account == town.people[officer]).values(password_hash=hashed)
        )
    (tmp_path / "served").mkdir()
    sikap = town.service("sikap")
    async with served(str(sqlite_db.url), tmp_path / "keys.json", tmp_path / "served") as (_, client):
        assert await ask(client, SEARCH, s=sikap, t="siti") == "signed_out"
        assert await ask(client, HISTORY, a=case) == "signed_out"
        account = {"agency": "skr", "party": "Partai Bintang Fajar", "name": "Rahayu Lestari", "position": "Ketua",
                   "phone": "0812-0000-0009", "password": PASSWORD}  # fmt: skip
        assert await ask(client, SIGN_UP, a={**account, "password": "123456"}) == "invalid"
        assert await ask(client, SIGN_UP, a={**account, "agency": "XYZ"}) == "not_found"
        assert await ask(client, SIGN_UP, a=account) is True
        assert await ask(client, SIGN_UP, a={**account, "party": "Partai Lain"}) == "exists"
        assert (await ask(client, SIGN_IN, i="+62 812 0000 0009", p=PASSWORD))["account"]
        assert await ask(client, SEARCH, s=sikap, t="siti") == "not_found"
        assert await ask(client, HISTORY, a=case) == "not_found"
        assert await ask(client, ADD_OFFICER, o={"name": "Sari", "email": "sari@example.id"}) == "not_found"
        client.cookies.clear()
        assert (await ask(client, SIGN_IN, i="198601082010031901", p=PASSWORD))["account"]
        assert await ask(client, HISTORY, a=case) == "not_found"
        assert (await ask(client, SEARCH, s=sikap, t="NURAINI"))["rows"] == []
        client.cookies.clear()
        assert (await ask(client, SIGN_IN, i="198804142012012901", p=PASSWORD))["account"]
        [found] = (await ask(client, SEARCH, s=sikap, t="SITI  nur'aini"))["rows"]
        assert (found["name"], found["missing"]) == ("Siti Nur'aini Kartika, S.Pd.", [])
        assert (found["tmtRank"], found["facts"]["nextRank"]) == ("2023-04-01", "Pembina (IV/a)")
        assert [one["act"] for one in await ask(client, HISTORY, a=case)] == ["buat"]
        assert await ask(client, LOAD, t=THIRD.read_text()) == "forbidden"
        client.cookies.clear()
        assert (await ask(client, SIGN_IN, i="198702132010011901", p=PASSWORD))["account"]
        dewi_said = {"name": "Dewi Anggraini", "email": "dewi@example.id"}
        assert await ask(client, ADD_OFFICER, o={**dewi_said, "party": uuid7()}) == "not_found"
        [party] = await town.rows(Party, name="Partai Bintang Fajar")
        added = await ask(client, ADD_OFFICER, o={**dewi_said, "party": party.id})
        assert await ask(client, ADD_OFFICER, o={**dewi_said, "party": party.id}) == "exists"
        [dewi] = await town.rows(PartyOfficer, id=added["account"])
        assert (dewi.party, dewi.approved_by_name != "") == (party.id, True)
        faulty = await ask(client, LOAD, t=THIRD.read_text().replace('code = "legalisir"', 'code = ""'))
        assert faulty["faults"]
        assert (await ask(client, LOAD, t=THIRD.read_text()))["faults"] == []
        for identifier, asked in (
            ("bagas@example.id", sent),
            ("198512052011012901", case),
            ("198512052011012901", sent),
        ):
            client.cookies.clear()
            assert (await ask(client, SIGN_IN, i=identifier, p=PASSWORD))["account"]
            assert "buat" in [one["act"] for one in await ask(client, HISTORY, a=asked)]
        read = [(one.account, one.application, one.object) for one in await town.rows(ApplicationHistory, act="baca")]
        assert read == [(town.people["verifikator"], sent, "riwayat")], "of a party, by another than its officers"
