"""Two devices at one draft, each for a while without signal: what merges, what somebody chooses, what is locked."""

from __future__ import annotations

import tomllib
from typing import Any

from backend.applications.models import ApplicationHistory, DocumentVersion
from backend.applications.reading import DATA
from backend.applications.service.stored import item_id, values_id
from sync.ids import uuid7
from tests.applications.town import PROMOTION, Town
from tests.questions.office import Phone

ADDRESS = {"alamat": "Jalan Melati 4", "kelurahan": "Sukamaju", "kecamatan": "Sukaraya", "tingkat": "provinsi"}


async def written(town: Town, case: str, group: str) -> dict[str, Any]:
    """What the feed says of a group."""
    return dict((await town.body("application_values", values_id(case, group)))["values"])


class Device:
    """A device that saw the case once; what it writes afterwards stands on that."""

    def __init__(self, phone: Phone, grant: str | None, case: str) -> None:
        self.phone, self.grant, self.case = phone, grant, case

    def write(self, group: str, before: dict[str, Any] | None, **values: Any) -> dict[str, Any]:
        """A group, over what the device saw of it."""
        base = {} if before is None else {"base": {"application": self.case, "group": group, "values": before}}
        item = self.phone.item("application.write", values_id(self.case, group), grant=self.grant,
                               application=self.case, group=group, values=values)  # fmt: skip
        return item | base

    async def sends(self, *items: dict[str, Any]) -> list[tuple[str, str | None]]:
        """Status and code of each."""
        return [(one["status"], one.get("code")) for one in await self.phone.send(*items)]


async def test_edits_of_one_group_are_chosen_and_those_of_others_merge(town: Town) -> None:
    """Kind, rank and period go together: two devices that changed them differently ask; other groups, and the same
    word written twice, do not. Nothing is lost: the first one stands, the other one comes back with what stands."""
    case = await town.begin()
    await town.write("opd_dikbud", "OPD", case, "promotion", **PROMOTION)
    grant = next(id for id, one in (await town.viewer("opd_dikbud")).grants.items() if one.role == "OPD")
    first, second = (Device(town.phone("opd_dikbud"), grant, case) for _ in range(2))
    october = PROMOTION | {"period": "2027-10"}
    seen = {"baseVersion": await town.version("application_values", values_id(case, "promotion"))}
    [done] = await first.sends(first.write("promotion", PROMOTION, **october) | seen)
    assert done == ("applied", None)
    answers = await second.phone.send(
        second.write("promotion", PROMOTION, **(PROMOTION | {"kind": "pilihan_struktural"})),
        second.write("education", None, education="S1 Pendidikan"),
        second.write("promotion", PROMOTION, **october),
    )
    assert [one["status"] for one in answers] == ["conflict", "applied", "merged"]
    assert answers[0]["conflicts"] == ["values"]
    assert answers[0]["server"]["values"] == october
    assert await written(town, case, "promotion") == october
    assert (await town.case(case)).period == "2027-10"


async def test_two_officers_of_a_party_write_at_once(town: Town) -> None:
    """Rows of the committee that both add are all there, in one order for everybody; a row that both change asks."""
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    first, second = (Device(town.phone(key), None, case) for _ in range(2))
    row = uuid7()

    def add(device: Device, id: str, name: str, order: int = 0, **more: Any) -> dict[str, Any]:
        cells = {"jabatan": "Ketua", "nama": name}
        return device.phone.item("application.row", id, application=case, cells=cells, order=order, **more)

    assert await first.sends(add(first, row, "Bima Sakti", field="pengurus")) == [("applied", None)]
    assert await second.sends(add(second, uuid7(), "Sari Dewi", field="pengurus")) == [("applied", None)]
    base = {"application": case, "field": "pengurus", "cells": {"jabatan": "Ketua", "nama": "Bima Sakti"}, "order": 0}
    assert await first.sends(add(first, row, "Bima Sakti, S.E.") | {"base": base}) == [("applied", None)]
    assert await second.sends(add(second, row, "Bima Shakti") | {"base": base}) == [("conflict", None)]
    gone = second.phone.item("application.row", row, application=case, removed=True) | {"base": base}
    assert (await second.sends(gone))[0][0] in ("applied", "merged")
    both = [first.write("address", None, **ADDRESS), second.write("address", None, **(ADDRESS | {"tingkat": "pusat"}))]
    assert [await first.sends(both[0]), await second.sends(both[1])] == [[("applied", None)], [("conflict", None)]]
    assert await written(town, case, "address") == ADDRESS


async def test_what_comes_after_it_was_sent_is_locked_and_changes_nothing(town: Town) -> None:
    """*Kirim* from one device: what the other one wrote before it knew is refused as ``locked``, each for itself, and
    stays there as a copy; the office sees what was sent."""
    case = await town.begin()
    await town.filled(case)
    grant = next(id for id, one in (await town.viewer("opd_dikbud")).grants.items() if one.role == "OPD")
    late = Device(town.phone("opd_dikbud"), grant, case)
    education = await written(town, case, "education")
    held, upload, version = await town.held(case, "SKP"), await town.upload("opd_dikbud", town.paper()), uuid7()
    await town.done("opd_dikbud", "OPD", "application.submit", case)
    before = [len(await town.rows(model, application=case)) for model in (ApplicationHistory, DocumentVersion)]
    add = late.phone.item("document.add", version, grant=grant, application=case, item="SKP", upload=upload)
    attach = late.phone.item("application.attach", item_id(case, "SKP"), grant=grant, application=case, item="SKP",
                             version=None)  # fmt: skip
    attach["base"] = {"application": case, "item": "SKP", "version": held}
    answers = await late.sends(late.write("education", education, education="S2"), add, attach)
    assert answers == [("rejected", "locked")] * 3
    assert await written(town, case, "education") == education
    assert await town.held(case, "SKP") == held
    after = [len(await town.rows(model, application=case)) for model in (ApplicationHistory, DocumentVersion)]
    assert after == before


async def test_a_version_is_adopted_while_the_other_device_writes(town: Town) -> None:
    """What the newer version still asks for is written; what it groups otherwise comes back and changes nothing; an
    adoption over an edit that was not seen is a conflict."""
    await town.grant("super_layanan", "HRA")
    definition = tomllib.loads((DATA / "sisakat.toml").read_text()) | {"version": 2}
    for one in definition["fields"]:
        if one["key"] in ("nama", "jabatan"):
            one["group"] = "pelapor"
    key = await town.party("Partai Bintang Fajar", "Rahayu Lestari", "rahayu@example.id")
    case = await town.begin(key, None, "sisakat", "")
    await town.write(key, None, case, "nama", nama="Rahayu Lestari")
    other = Device(town.phone(key), None, case)
    newer = town.service("sisakat", 2)
    await town.done("super_layanan", "SUP", "service.publish", newer, definition=definition)
    seen, _ = await town.seen("application.adopt_version", case)
    assert await other.sends(other.write("nomor_sk", None, nomor_sk="12/SK/2026")) == [("applied", None)]
    actor = await town.actor(key)
    stale = await town.engine.execute(actor, "application.adopt_version", case, {"service": newer}, seen=seen)
    assert stale.status == "conflict"
    await town.done(key, None, "application.adopt_version", case, service=newer)
    assert await written(town, case, "pelapor") == {"nama": "Rahayu Lestari"}
    answers = await other.sends(
        other.write("nama", {"nama": "Rahayu Lestari"}, nama="Rahayu L."),
        other.write("jabatan", None, jabatan="Sekretaris"),
        other.write("nomor_sk", {"nomor_sk": "12/SK/2026"}, nomor_sk="13/SK/2026"),
    )
    assert [one[0] for one in answers] == ["rejected", "rejected", "applied"], answers
    assert await written(town, case, "pelapor") == {"nama": "Rahayu Lestari"}
    assert await written(town, case, "nomor_sk") == {"nomor_sk": "13/SK/2026"}
