"""People who apply, verify and issue, over a real engine; files go through the real store."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import update

from backend.applications import bodies, room
from backend.applications.models import (
    Application,
    ApplicationField,
    ApplicationItem,
    ApplicationMark,
    ApplicationRow,
)
from backend.applications.service import parties
from backend.applications.service.issuing import output_id
from backend.applications.service.stored import item_id, mark_id, service_id, values_id
from backend.audit.sync_log import SyncAudit
from backend.database.engine import Database
from backend.files.models import File
from backend.files.rules import Announced, FileState
from backend.files.service import CompleteUploads, Files
from backend.identity.models import PERSON
from backend.keys import Keys
from backend.performance.promotion_facts import PlanFacts
from sync.answers import Answer
from sync.digest import digest_of
from sync.ids import uuid7
from tests.files.conftest import PDF
from tests.questions.office import Office
from tests.support.clock import SettableClock
from tests.support.files import arrive, drawn, storage_in

SEEN = {
    "application_values": ApplicationField, "application_row": ApplicationRow, "application_item": ApplicationItem,
}  # fmt: skip
MARKED = {**SEEN, "application_mark": ApplicationMark}
DECIDES = ("application.return", "application.reject", "application.verify")
SENDS = ("application.submit", "application.resend")
PROMOTION = {"kind": "reguler", "proposedRank": "Pembina (IV/a)", "period": "2027-04"}


class Town(Office):
    """The demonstration's office; ``guru`` is due for III/d -> IV/a, ``opd_dikbud`` manages her unit."""

    def __init__(self, db: Database, keys: Keys, clock: SettableClock, folder: Path) -> None:
        self.storage = storage_in(folder)
        super().__init__(db, keys, clock)
        self.files = Files(self.db, clock, self.storage, most=20_000_000, on_settled=self.settled,
                           on_whole=self.arriving)  # fmt: skip
        self.engine.files, self.engine.audit = CompleteUploads(), SyncAudit()
        self.uploads = 0

    def declare(self) -> None:
        """The kinds of the room."""
        self.rooms = room.ports_of(self.directory, PlanFacts(self.directory), reads=True)
        room.declare(self.registry, self.rooms)

    async def arriving(self, file: File, type: str, data: bytes) -> None:
        """What the server reads before a file counts as whole."""
        await self.served().arriving(file, type, data)

    async def settled(self, agency: str, upload: str) -> None:
        """What the server does when an upload ended."""
        await self.engine.complete(agency, [f"file:{upload}"])

    async def build(self, **changed: Any) -> Town:
        """Agency and people, the services, ranks of those who are proposed."""
        await super().build(**changed)
        async with self.engine.writing(self.agency) as w:
            await room.install(w, ("sikap", "sisakat"))
        await self.know(
            "guru", rank="Penata Tingkat I (III/d)", tmt_rank=date(2023, 4, 1), tmt_cpns=date(1998, 3, 1),
            position="Guru", position_type="JF", phone="081200000001", name_key="sitinurainikartika",
        )  # fmt: skip
        return self

    async def know(self, key: str, **columns: Any) -> None:
        """What the personnel file says of somebody."""
        async with self.db.writing() as connection:
            await connection.execute(update(PERSON).where(PERSON.c.id == self.people[key]).values(**columns))

    async def grant(self, key: str, role: str, unit: str = "SKR") -> None:
        """One more role for somebody."""
        async with self.db.write() as session:
            grants = [{"role": role, "unit": unit, "from": "2026-01-01"}]
            session.add_all(self._grants({"key": key, "grants": grants}))

    def service(self, code: str, version: int = 1) -> str:
        """The record of a service's version."""
        return service_id(self.agency, code, version)

    async def seen(self, kind: str, case: str) -> tuple[dict[str, int], str | None]:
        """What a phone that has just pulled says that it saw."""
        if kind not in (*SENDS, *DECIDES):
            known = [await self.version(record.name, case) for record in self.registry.records()]
            version = next((one for one in known if one is not None), None)
            return ({} if version is None else {case: version}), None
        version = await self.version("application", case)
        held = [("application", case, version or 0)]
        for name, model in (MARKED if kind in DECIDES else SEEN).items():
            for row in await self.rows(model, application=case):
                held.append((name, row.id, await self.version(name, row.id) or 0))
        return {case: version or 0}, digest_of(held)

    async def do(
        self, key: str, role: str | None, kind: str, record: str, /, base: dict[str, Any] | None = None,
        digest: str | None = None, **args: Any,
    ) -> Answer:  # fmt: skip
        """A mutation by somebody who has just pulled."""
        actor = await self.actor(key, role)
        seen, computed = await self.seen(kind, record)
        return await self.engine.execute(actor, kind, record, args, seen=seen, seen_digest=digest or computed,
                                         base=base or {})  # fmt: skip

    async def done(self, key: str, role: str | None, kind: str, record: str, /, **more: Any) -> Answer:
        """The same, and it must take effect."""
        answer = await self.do(key, role, kind, record, **more)
        assert answer.status in ("applied", "merged"), answer.wire()
        return answer

    async def body(self, kind: str, record: str) -> dict[str, Any]:
        """What the feed says of a record."""
        async with self.db.reading() as connection:
            found = await self.engine.store.records(connection, self.agency, [(kind, record)], lock=False)
        assert (kind, record) in found, f"no {kind}"
        return found[(kind, record)].body

    async def case(self, id: str) -> Application:
        """The row of a case."""
        [found] = await self.rows(Application, id=id)
        assert isinstance(found, Application)
        return found

    async def begin(
        self, key: str = "opd_dikbud", role: str | None = "OPD", code: str = "sikap", of: str = "guru", **args: Any
    ) -> str:
        """A draft; its id."""
        case = uuid7()
        if of:
            args["subject"] = self.people[of]
        await self.done(key, role, "application.create", case, **({"service": self.service(code)} | args))
        return case

    async def write(self, key: str, role: str | None, case: str, group: str, **values: Any) -> Answer:
        """One merge group, by somebody who has just pulled."""
        record = values_id(case, group)
        rows = await self.rows(ApplicationField, id=record)
        base = {"application": case, "group": group, "values": rows[0].values} if rows else {}
        return await self.do(
            key, role, "application.write", record, base=base, application=case, group=group, values=values
        )

    def served(self) -> room.Applications:
        """The room as the server has it."""
        return room.Applications(self.db, self.rooms, self.clock)

    async def upload(self, key: str, data: bytes, name: str = "scan.pdf", id: str | None = None) -> str:
        """A file that is wholly here; its id."""
        id = id or uuid7()
        viewer = await self.viewer(key)
        file = await self.files.begin(viewer, Announced(id, name, hashlib.sha256(data).hexdigest()), len(data))
        assert file.state == FileState.RECEIVING
        arrive(self.storage, file.location, data)
        await self.files.finish(file)
        return id

    def paper(self) -> bytes:
        """A PDF like no other."""
        self.uploads += 1
        return PDF + f"% {self.uploads}\n".encode()

    async def document(self, key: str, role: str | None, case: str, item: str, data: bytes | None = None) -> str:
        """A new version of a document, attached; its id."""
        upload, version = await self.upload(key, data or self.paper()), uuid7()
        await self.done(key, role, "document.add", version, application=case, item=item, upload=upload)
        await self.attach(key, role, case, item, version)
        return version

    async def held(self, case: str, item: str) -> str | None:
        """The version that an item points to."""
        [row] = await self.rows(ApplicationItem, application=case, item=item)
        version: str | None = row.version
        return version

    async def attach(self, key: str, role: str | None, case: str, item: str, version: str | None) -> Answer:
        """Point an item to a version."""
        rows = await self.rows(ApplicationItem, application=case, item=item)
        base = {"application": case, "item": item, "version": rows[0].version} if rows else {}
        return await self.done(
            key, role, "application.attach", item_id(case, item), base=base, application=case, item=item,
            version=version,
        )  # fmt: skip

    async def mark(
        self, case: str, item: str, mark: str = "sesuai", reason: str = "", key: str = "verifikator"
    ) -> Answer:
        """A verifier's word on what the item points to now."""
        [row] = await self.rows(ApplicationItem, application=case, item=item)
        marks = await self.rows(ApplicationMark, application=case, item=item)
        base = {name: getattr(marks[0], name) or None for name in ("version", "mark", "reason")} if marks else {}
        return await self.done(
            key, "VER", "application.mark", mark_id(case, item), base=base | ({"application": case, "item": item}),
            application=case, item=item, version=row.version, mark=mark, reason=reason or None,
        )  # fmt: skip

    async def filled(self, case: str, key: str = "opd_dikbud", role: str | None = "OPD") -> None:
        """Everything that a promotion of ``guru`` needs."""
        for group, values in (
            ("promotion", PROMOTION), ("education", {"education": "S1 Pendidikan"}),
            ("newDiploma", {"newDiploma": "tidak"}), ("exempting", {"exempting": "ya"}),
        ):  # fmt: skip
            answer = await self.write(key, role, case, group, **values)
            assert answer.status in ("applied", "merged"), answer.wire()
        for item in ("SK_PANGKAT", "SKP", "SURAT_PENGANTAR"):
            await self.document(key, role, case, item)

    async def submitted(self) -> str:
        """A promotion that waits to be checked."""
        case = await self.begin()
        await self.filled(case)
        await self.done("opd_dikbud", "OPD", "application.submit", case)
        return case

    async def checked(self) -> str:
        """The same, taken by the verifier."""
        case = await self.submitted()
        await self.done("verifikator", "VER", "application.open", case)
        return case

    async def verified(self) -> str:
        """The same, every document *Sesuai*, verified."""
        case = await self.checked()
        for item in ("SK_PANGKAT", "SKP", "SURAT_PENGANTAR"):
            await self.mark(case, item)
        await self.done("verifikator", "VER", "application.verify", case)
        return case

    async def finished(self, dated: str = "2027-03-20") -> str:
        """The same, with its decree."""
        case = await self.verified()
        await self.done("verifikator", "VER", "application.send_out", case, sentOn="2027-01-15")
        upload = await self.upload("super_layanan", self.paper())
        await self.done("super_layanan", "SUP", "application.issue", case, number="823.4/12/412.900/2027", dated=dated,
                        upload=upload)  # fmt: skip
        return case

    async def party(self, name: str, officer: str, email: str, *, approved: bool = True) -> str:
        """A party's officer with an account; the key of the person."""
        args = bodies.SignUpArgs(party=name, name=officer, position="Sekretaris", email=email)
        async with self.engine.writing(self.agency) as w:
            account = await parties.sign_up(w, args, "no-password", self.clock.now().date())
        key = email.partition("@")[0]
        self.people[key] = account
        if approved:
            await self.done("super_layanan", "SUP", "party.approve", account, approved=True)
        return key

    def output(self, case: str) -> str:
        """The record of a case's output."""
        return output_id(case)

    async def biodata(self, key: str, case: str, **changed: str) -> None:
        """The form of a party with rows, logo and documents."""
        values = {
            "nama": "Rahayu Lestari", "jabatan": "Sekretaris", "nama_partai": "Partai Bintang Fajar",
            "nomor_sk": "SK-12/DPP/2026", **changed,
        }  # fmt: skip
        place = {"alamat": "Jalan Melati 4", "kelurahan": "Sukamaju", "kecamatan": "Sukaraya", "tingkat": "provinsi"}
        groups = {name: {name: value} for name, value in values.items() if name not in place}
        groups["address"] = {name: values.get(name, value) for name, value in place.items()}
        picture, logo = await self.upload(key, drawn(200, 200, "PNG"), "logo.png"), uuid7()
        await self.done(key, None, "document.add", logo, application=case, item="logo", upload=picture)
        for group, said in {**groups, "logo": {"logo": logo}}.items():
            answer = await self.write(key, None, case, group, **said)
            assert answer.status in ("applied", "merged"), answer.wire()
        for order, (post, name) in enumerate((("Ketua", "Bima Sakti"), ("Sekretaris", "Rahayu Lestari"))):
            cells = {"jabatan": post, "nama": name}
            await self.done(key, None, "application.row", uuid7(), application=case, field="pengurus", cells=cells,
                            order=order)  # fmt: skip
        for item in ("SK_KEPENGURUSAN", "PERNYATAAN_TIDAK_MERANGKAP"):
            await self.document(key, None, case, item)
