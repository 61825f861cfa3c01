"""GraphQL as somebody of the office, in process: the same resolvers, context and database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import strawberry
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.config import StrawberryConfig

from backend.api.context import Context
from backend.api.scalars import SCALARS
from backend.evaluation import graphql
from backend.evaluation import records as evaluation_records
from backend.identity.service.directory import SignedIn
from backend.keys import Keys
from backend.service_figures import ServiceFigures
from backend.settings import Settings
from sync.answers import Answer
from sync.ids import uuid7
from tests.questions.office import ASK_PANGKAT, Office

FIGURES = "query($period: String!, $unit: ID) { questionFigures(period: $period, unit: $unit) }"


class EvaluatedOffice(Office):
    """The agency with the kinds of the evaluation."""

    def declare(self) -> None:
        """Questions and their evaluation."""
        super().declare()
        evaluation_records.declare(self.registry, self.directory, ServiceFigures())

    async def does(self, key: str, role: str | None, kind: str, record: str | None = None, /, **args: Any) -> Answer:
        """Run a mutation on a record of this room, with what the feed shows now as seen; a new record by default."""
        id = record or uuid7()
        version = await self.version(self.registry.find_mutation(kind).record, id)  # type: ignore[union-attr]
        seen = {} if version is None else {id: version}
        return await self.engine.execute(await self.actor(key, role), kind, id, args, seen=seen)


class Leaders:
    """Asks the room's queries as a person of the office."""

    def __init__(self, office: Office, keys: Keys) -> None:
        self.office, self.keys = office, keys
        self.schema = strawberry.Schema(query=graphql.Query, config=StrawberryConfig(scalar_map=SCALARS))

    async def context(self, key: str) -> Context:
        """The context of a request by somebody."""
        async with self.office.db.reading() as connection:
            account = await self.office.directory.account(connection, self.office.people[key])
        assert account is not None
        now = self.office.clock.now()
        return Context(
            settings=Settings(), keys=self.keys, db=self.office.db, engine=self.office.engine,
            clock=self.office.clock, request=Request({"type": "http", "headers": []}), response=Response(),
            ports={"directory": self.office.directory, "question_measures": ServiceFigures()},
            session=SignedIn(uuid7(), account, "", now, now, now),
        )  # fmt: skip

    async def ask(self, key: str, query: str, **variables: Any) -> Any:
        """The data of an answer; raises the refusal if there is one."""
        result = await self.schema.execute(query, variables, context_value=await self.context(key))
        for error in result.errors or ():
            raise error.original_error or error
        assert result.data is not None
        return result.data

    async def figures(self, key: str = "ketua_tim", period: str = "2026-11", unit: str | None = None) -> dict[str, Any]:
        """The figures of a period."""
        found: dict[str, Any] = (await self.ask(key, FIGURES, period=period, unit=unit))["questionFigures"]
        return found


def wib(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 11) -> datetime:
    """An instant by the agency's clock in 2026."""
    return datetime(2026, month, day, hour - 7, minute, second, tzinfo=UTC) if hour >= 7 else _before(day, hour, month)


def _before(day: int, hour: int, month: int) -> datetime:
    return datetime(2026, month, day - 1, hour + 17, tzinfo=UTC)


async def answered(
    office: Office, asked: datetime, replied: datetime, key: str = "guru", text: str = ASK_PANGKAT
) -> str:
    """A question that arrived at one instant and was answered at another."""
    office.clock.set(asked)
    record = await office.ask(key, text)
    office.clock.set(replied)
    await office.take("operator1", record)
    done = await office.act("operator1", "OPR", "question.answer", record, text="Bulan depan.", messageId=uuid7())
    assert done.status == "applied", done.wire()
    return record
