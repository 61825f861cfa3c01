"""The town with execution and evaluation: plans in force, uploads of its people, evaluations taken step by step."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from backend.files.rules import Announced, FileState
from backend.files.service import Files
from backend.files.storage import Storage
from backend.performance import evaluation_records
from backend.performance.rules.values import VALUES
from backend.performance.service import attachments
from sync.actors import system_actor
from sync.answers import Answer
from sync.errors import Refusal
from sync.ids import derived, uuid7
from tests.performance.town import Town
from tests.support.files import arrive, storage_in

KINDS = (
    "skp_evaluation", "skp_evidence", "skp_realisation", "skp_objection", "skp_achievement", "skp_export",
)  # fmt: skip
QUARTER, ANNUAL = "triwulan-1", "tahunan"


class EvaluatedTown(Town):
    """Kabid A's plan is in force under Kepala Badan; ``rhk`` are its results."""

    files: Files
    storage: Storage

    def declare(self) -> None:
        """Plans and their evaluation."""
        super().declare()
        evaluation_records.declare(self.registry, self.directory)

    def store(self, folder: Path) -> None:
        """Where uploads go, wired as the server does it."""
        self.storage = storage_in(folder)
        self.files = Files(self.db, self.clock, self.storage, most=11_000_000, on_settled=self.settled)

    async def settled(self, agency: str, upload: str) -> None:
        """What the server does when an upload ended."""
        async with self.db.read() as session:
            link = await attachments.named(session, upload)
        if link is not None:
            kind = attachments.SETTLES[link.kind]
            await self.engine.execute(system_actor(agency), kind, link.record, {"file": upload})

    async def in_force(self, results: int = 1) -> list[str]:
        """Kabid A's plan with so many results, approved by Kepala Badan; its results in order."""
        served = await self.head_approved()
        await self.begin("kabid_a")
        found = [
            await self.result("kabid_a", f"Hasil {n}", superiorRhk=served, order=n) for n in range(1, results + 1)
        ]  # fmt: skip
        await self.done("kabid_a", None, "skp.submit", self.plan_of("kabid_a"))
        await self.done("kepala", None, "skp.approve", self.plan_of("kabid_a"), version=1)
        return found

    async def seen(self, record: str) -> dict[str, int]:
        """Records of the evaluation too."""
        for kind in KINDS:
            version = await self.version(kind, record)
            if version is not None:
                return {record: version}
        return await super().seen(record)

    async def acts(self, key: str, kind: str, record: str | None = None, /, **args: Any) -> Answer:
        """A mutation on own data by somebody who has just pulled; a new record by default."""
        return await self.do(key, None, kind, record or uuid7(), digest="0" * 16, **args)

    async def must(self, key: str, kind: str, record: str | None = None, /, **args: Any) -> Answer:
        """The same, and it takes effect."""
        answer = await self.acts(key, kind, record, **args)
        assert answer.status in ("applied", "merged"), answer.wire()
        return answer

    def evaluation(self, key: str = "kabid_a", round: str = QUARTER) -> str:
        """The id of somebody's evaluation."""
        return derived(self.plan_of(key), round)

    async def prove(self, rhk: str, key: str = "kabid_a", round: str = QUARTER) -> str:
        """Evidence by an address; its id."""
        id = uuid7()
        await self.must(
            key, "skp.evidence", id, plan=self.plan_of(key), rhk=rhk, round=round, link="https://contoh.go.id/bukti"
        )  # fmt: skip
        return id

    async def upload(self, key: str, id: str, data: bytes, name: str, *, cut: bool = False) -> None:
        """An upload; with ``cut`` its last byte is missing. A refusal of its content is not an error here."""
        viewer = await self.viewer(key)
        file = await self.files.begin(viewer, Announced(id, name, hashlib.sha256(data).hexdigest()), len(data))
        if file.state != FileState.RECEIVING:
            return
        arrive(self.storage, file.location, data[:-1] if cut else data)
        if not cut:
            try:
                await self.files.finish(file)
            except Refusal:
                return

    async def tell(self, about: str, by: str = "kepala", key: str = "kabid_a", round: str = QUARTER) -> Answer:
        """Feedback on a result, or on a value."""
        named = {"value": about} if about in {one.code for one in VALUES} else {"rhk": about}
        said = {"evaluation": self.evaluation(key, round), "text": "Sudah baik.", **named}
        return await self.acts(by, "skp.feedback", **said)

    async def rated(
        self, results: list[str], *, by: str = "kepala", key: str = "kabid_a", round: str = QUARTER,
        result: str = "sesuai", behaviour: str = "di_atas",
    ) -> str:  # fmt: skip
        """Everything up to *tetapkan*; the evaluation."""
        id = self.evaluation(key, round)
        for rhk in results:
            assert (await self.tell(rhk, by, key, round)).status == "applied"
        await self.must(by, "skp.rate_result", id, rating=result)
        for value in VALUES:
            assert (await self.tell(value.code, by, key, round)).status == "applied"
        await self.must(by, "skp.rate_behaviour", id, rating=behaviour)
        return id

    async def finalised(self, results: list[str], **how: Any) -> str:
        """A final evaluation; evidence is added first."""
        round = how.get("round", QUARTER)
        for rhk in results:
            await self.prove(rhk, how.get("key", "kabid_a"), round)
        id = await self.rated(results, **how)
        await self.must(how.get("by", "kepala"), "skp.finalise", id)
        return id


def announced(data: bytes, name: str, **other: Any) -> dict[str, Any]:
    """A file as a record announces it."""
    return {"id": uuid7(), "name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} | other
