"""The typed queries of notices, over a real schema and database."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from backend.database.engine import Database
from backend.keys import Keys
from backend.notifications import service
from backend.notifications.graphql import Mutation, Query
from sync.actors import Actor, Viewer
from sync.errors import Refusal
from sync.ids import uuid4
from tests.notifications.conftest import AGENCY, BUDI
from tests.support.clock import SettableClock

schema = strawberry.Schema(Query, Mutation)


@dataclass
class Request:
    """A request of one viewer."""

    db: Database
    keys: Keys
    clock: SettableClock
    viewer: Viewer | None = None

    def require(self) -> Viewer:
        if self.viewer is None:
            raise Refusal("signed_out", "Masuk dahulu.")
        return self.viewer


def viewer(role: str | None = None, agency: str = AGENCY) -> Viewer:
    grants = {"g": Actor(BUDI, agency, role=role, grant="g")} if role else {}
    return Viewer(Actor(BUDI, agency), grants)


async def test_public_key_needs_no_sign_in(sqlite_db: Database, keys: Keys, clock: SettableClock) -> None:
    result = await schema.execute("{ pushPublicKey }", context_value=Request(sqlite_db, keys, clock))
    assert result.data == {"pushPublicKey": keys.vapid_public}


async def test_trial_notice_and_who_sees_it(db: Database, keys: Keys, clock: SettableClock) -> None:
    request = Request(db, keys, clock, viewer())
    sent = await schema.execute("mutation { sendTestPush }", context_value=request)
    assert sent.errors is None
    assert sent.data is not None
    query = "query ($state: DeliveryState) { deliveries(first: 5, state: $state) { id kind state attempts lastError } }"
    for role in ("KTM", "SYS"):
        request.viewer = viewer(role)
        listed = await schema.execute(query, context_value=request)
        assert listed.data == {
            "deliveries": [
                {"id": sent.data["sendTestPush"], "kind": "test", "state": "WAITING", "attempts": 0, "lastError": None}
            ]
        }
    listed = await schema.execute(query, {"state": "GONE"}, context_value=request)
    assert listed.data == {"deliveries": []}
    request.viewer = viewer("KTM", uuid4())
    listed = await schema.execute(query, context_value=request)
    assert listed.data == {"deliveries": []}


async def test_deliveries_are_for_ktm_and_sys(sqlite_db: Database, keys: Keys, clock: SettableClock) -> None:
    async with sqlite_db.write() as session:
        await service.send_test(session, agency=AGENCY, account=BUDI, now=clock.now())
    for who in (None, viewer(), viewer("OPR")):
        request = Request(sqlite_db, keys, clock, who)
        result = await schema.execute("{ deliveries { id } }", context_value=request)
        assert result.errors is not None
        assert isinstance(result.errors[0].original_error, Refusal)
