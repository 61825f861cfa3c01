"""The further life of a thread: files, versions of an answer, merging, who may ask about whom."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from backend.audit.models import AUDIT_ENTRY
from backend.files.rules import Announced, FileState
from backend.files.service import Files
from backend.questions import rules
from backend.questions.models import Question, QuestionEvent, QuestionFile, QuestionMessage, QuestionNote
from backend.questions.service import attachments
from sync.actors import Viewer, system_actor
from sync.ids import uuid7
from tests.files.conftest import EXE, JPEG, PDF
from tests.questions.office import ASK_PANGKAT, Office
from tests.questions.test_batches import counted
from tests.support.files import arrive, storage_in


class Post:
    """Uploads of the office's people, wired as the server does it."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.storage = office, storage_in(folder)
        self.files = Files(office.db, office.clock, self.storage, most=10_000_000, on_settled=self.settled)

    async def settled(self, agency: str, upload: str) -> None:
        """What the server does when an upload ended."""
        async with self.office.db.read() as session:
            question = await attachments.thread_of(session, upload)
        if question is not None:
            await self.office.engine.execute(system_actor(agency), "question.file", question, {"file": upload})

    async def send(self, key: str, id: str, data: bytes, name: str = "foto.jpg") -> None:
        """A whole upload; a refusal of its content is not an error here."""
        viewer = await self.office.viewer(key)
        file = await self.files.begin(viewer, Announced(id, name, hashlib.sha256(data).hexdigest()), len(data))
        if file.state != FileState.RECEIVING:
            return
        arrive(self.storage, file.location, data)
        try:
            await self.files.finish(file)
        except attachments.Refusal:
            return

    async def readers(self, file: str) -> set[str]:
        """Which of some people may read it."""
        found = set()
        async with self.office.db.read() as session:
            for key in ("guru", "penyuluh", "operator1", "operator2", "admin_penyaring", "hr_admin"):
                viewer: Viewer = await self.office.viewer(key)
                if await attachments.may_read(session, viewer, file):
                    found.add(key)
        return found


@pytest.fixture
def post(office: Office, tmp_path: Path) -> Post:
    return Post(office, tmp_path / "files")


def named(data: bytes, name: str = "foto.jpg", **other: Any) -> dict[str, Any]:
    """A file as a text announces it."""
    return {"id": uuid7(), "name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} | other


async def files_of(office: Office, key: str, kind: str, id: str) -> list[dict[str, Any]]:
    """The files that a fresh phone of somebody sees on a record."""
    files: list[dict[str, Any]] = (await office.pull(key))[kind, id]["files"]
    return files


async def test_the_text_goes_first_and_its_files_follow(office: Office, post: Post) -> None:
    photo, letter = named(JPEG), named(PDF, "surat.pdf")
    record = await office.ask(files=[photo, letter])
    assert [one["state"] for one in await files_of(office, "operator1", "question", record)] == ["menunggu"] * 2
    await post.send("guru", photo["id"], JPEG)
    first, second = await files_of(office, "operator1", "question", record)
    assert (first["state"], first["type"], first["name"]) == ("ada", "image/jpeg", "foto.jpg")
    assert second["state"] == "menunggu"
    await post.send("guru", letter["id"], PDF, "surat.pdf")
    assert [one["state"] for one in await files_of(office, "guru", "question", record)] == ["ada", "ada"]
    assert await post.readers(photo["id"]) == {"guru", "operator1", "operator2", "admin_penyaring"}


async def test_a_file_that_came_before_its_text_is_there_at_once(office: Office, post: Post) -> None:
    photo = named(JPEG)
    await post.send("guru", photo["id"], JPEG)
    record = await office.ask(files=[photo])
    assert [one["state"] for one in await files_of(office, "guru", "question", record)] == ["ada"]


async def test_text_and_file_at_the_same_moment_always_meet(office: Office, post: Post) -> None:
    photos = [named(JPEG) for _ in range(6)]
    records = [uuid7() for _ in photos]
    await asyncio.gather(
        *(office.act("guru", None, "question.ask", id, text=ASK_PANGKAT, files=[one])
          for id, one in zip(records, photos, strict=True)),
        *(post.send("guru", one["id"], JPEG) for one in photos),
    )  # fmt: skip
    held = await office.pull("guru")
    assert [held["question", id]["files"][0]["state"] for id in records] == ["ada"] * len(records)


@pytest.mark.parametrize(("data", "name", "words"), [
    (EXE, "foto.jpg", "Jenis berkas ini tidak diterima"),
    (PDF.replace(b"%%EOF", b"/S /JavaScript %%EOF"), "surat.pdf", "program"),
])  # fmt: skip
async def test_hostile_content_is_refused_in_words_and_the_text_stays(
    office: Office, post: Post, data: bytes, name: str, words: str
) -> None:
    bad = named(data, name)
    record = await office.ask(files=[bad])
    await post.send("guru", bad["id"], data, name)
    [file] = await files_of(office, "operator1", "question", record)
    assert (file["state"], file["name"]) == ("ditolak", name)
    assert words in file["fault"]
    assert (await office.question(record)).text == ASK_PANGKAT


@pytest.mark.parametrize(("files", "words"), [
    ([named(JPEG) for _ in range(6)], "Paling banyak 5 berkas"),
    ([named(JPEG, bytes=6_200_000)], "Berkas 6,2 MB melebihi 5 MB. Tulisan aman. Pilih berkas lain."),
    ([named(b"")], "kosong"),
    ([named(JPEG, id="0197a3d0-0000-7000-8000-000000000001")] * 2, "terpilih dua kali"),
    ([named(JPEG, "  ")], "Nama berkas kosong"),
])  # fmt: skip
async def test_bad_lists_of_files_are_refused_in_words(office: Office, files: list[Any], words: str) -> None:
    answer = await office.act("guru", None, "question.ask", uuid7(), text=ASK_PANGKAT, files=files)
    assert (answer.status, answer.code) == ("rejected", "invalid")
    assert words in (answer.message or "")


async def test_a_file_belongs_to_one_text_and_one_person(office: Office, post: Post) -> None:
    photo = named(JPEG)
    record = await office.ask(files=[photo])
    again = await office.act("guru", None, "question.ask", uuid7(), text=ASK_PANGKAT, files=[photo])
    assert (again.status, again.code) == ("rejected", "invalid")
    await post.send("guru", photo["id"], JPEG)
    theft = await office.act("penyuluh", None, "question.ask", uuid7(), text=ASK_PANGKAT, files=[photo])
    assert (theft.status, theft.code) == ("rejected", "invalid")
    assert [link.question for link in await office.rows(QuestionFile)] == [record]
    assert "penyuluh" not in await post.readers(photo["id"])


async def test_messages_and_answers_carry_files_too(office: Office, post: Post) -> None:
    record = await office.ask()
    only, said = named(JPEG), uuid7()
    done = await office.act("guru", None, "question.message", said, question=record, text="", files=[only])
    assert done.status == "applied", done.wire()
    await post.send("guru", only["id"], JPEG)
    assert [one["state"] for one in await files_of(office, "operator1", "message", said)] == ["ada"]
    await office.take("operator1", record)
    letter, answer = named(PDF, "surat.pdf"), uuid7()
    done = await office.act(
        "operator1", "OPR", "question.answer", record, text="Terlampir.", messageId=answer, files=[letter]
    )
    assert done.status == "applied", done.wire()
    await post.send("operator1", letter["id"], PDF, "surat.pdf")
    assert [one["state"] for one in await files_of(office, "guru", "message", answer)] == ["ada"]
    assert "guru" in await post.readers(letter["id"])


async def test_files_cost_a_fixed_number_of_statements(office: Office, post: Post) -> None:
    phone = office.phone("guru")

    async def statements(count: int) -> int:
        items = [
            phone.item("question.ask", uuid7(), text=ASK_PANGKAT, files=[named(JPEG), named(PDF)]) for _ in range(count)
        ]
        with counted(office.db) as seen:
            results = await phone.send(*items)
        assert {one["status"] for one in results} == {"applied"}
        return len(seen)

    await statements(1)
    assert await statements(12) == await statements(3)


async def test_a_correction_is_a_new_version_and_the_first_stays_readable(office: Office) -> None:
    record = await office.answered()
    [first] = await office.rows(QuestionMessage, question=record)
    versions = []
    for text in ("Bulan Desember.", "Bulan Januari."):
        office.clock.advance(minutes=5)
        latest, id = (versions[-1] if versions else first.id), uuid7()
        done = await office.act(
            "operator1", "OPR", "question.correct", record, text=text, messageId=id, versionOf=latest
        )
        assert done.status == "applied", done.wire()
        versions.append(id)
    held = await office.pull("guru")
    assert held["message", first.id]["text"] == "Bulan depan."
    assert [held["message", id]["versionOf"] for id in versions] == [first.id, first.id]
    question = await office.question(record)
    assert question.state == "dijawab"
    assert question.answered_at == question.first_reply_at
    foreign = await office.act(
        "operator1", "OPR", "question.correct", record, text="x", messageId=uuid7(), versionOf=uuid7()
    )
    assert (foreign.status, foreign.code) == ("rejected", "not_found")


async def test_merging_leads_both_receipts_to_one_thread(office: Office) -> None:
    first = await office.ask(text="kapan SK kenaikan pangkat saya terbit")
    await office.take("operator1", first)
    office.clock.advance(minutes=10)
    second, said, note = await office.ask(text="SK pangkat saya belum ada kabar"), uuid7(), uuid7()
    await office.act("guru", None, "question.message", said, question=second, text="Mohon dicek.")
    await office.act("operator1", "OPR", "question.note", note, question=second, text="Sama dengan tadi.")
    done = await office.act("admin_penyaring", "ADM", "question.merge", second, into=first)
    assert done.status == "applied", done.wire()
    held = await office.pull("guru")
    assert held["question", second]["mergedInto"] == first
    assert held["question", second]["state"] == "selesai"
    assert held["question", second]["receipt"]
    texts = [body["text"] for (kind, _), body in sorted(held.items()) if kind == "message"]
    assert {"SK pangkat saya belum ada kabar", "Mohon dicek."} < set(texts)
    assert {body["question"] for (kind, _), body in held.items() if kind == "message"} == {first}
    assert (await office.pull("operator1"))["note", note]["question"] == first
    later = uuid7()
    office.clock.advance(minutes=1)
    late = await office.act("guru", None, "question.message", later, question=second, text="Sudah ada?")
    assert late.status == "applied", late.wire()
    assert (await office.pull("guru"))["message", later]["question"] == first
    for kind in ("masuk", "gabungkan"):
        assert [one.act for one in await office.rows(QuestionEvent, question=second)].count(kind) == 1


async def test_what_cannot_be_merged_stays_as_it_is(office: Office) -> None:
    first = await office.ask()
    office.clock.advance(minutes=1)
    second, other = await office.ask(), await office.ask("penyuluh")
    cases = [(first, second), (other, first), (first, first)]
    for record, into in cases:
        answer = await office.act("admin_penyaring", "ADM", "question.merge", record, into=into)
        assert (answer.status, answer.code) == ("rejected", "state"), (record, into)
    gone = await office.act("admin_penyaring", "ADM", "question.merge", second, into=uuid7())
    assert (gone.status, gone.code) == ("rejected", "not_found")
    for record in (first, second, other):
        assert (await office.question(record)).merged_into is None


async def test_two_merges_at_once_make_one_thread(office: Office) -> None:
    first = await office.ask()
    office.clock.advance(minutes=1)
    second = await office.ask()
    office.clock.advance(minutes=1)
    third = await office.ask()
    answers = await asyncio.gather(
        office.act("admin_penyaring", "ADM", "question.merge", second, into=first),
        office.act("admin_penyaring", "ADM", "question.merge", third, into=second),
    )
    heirs = [(await office.question(id)).merged_into for id in (second, third)]
    assert heirs[0] == first
    assert heirs[1] in (first, None), "never into a thread that went on elsewhere"
    assert answers[0].status == "applied"


@pytest.mark.parametrize("text", [
    "Berapa gaji pegawai dengan NIP 198503152010011002?",
    "mohon data 19850315 201001 1 002 untuk arsip",
])  # fmt: skip
async def test_a_request_about_another_persons_nip_is_refused_and_logged(office: Office, text: str) -> None:
    answer = await office.act("guru", None, "question.ask", uuid7(), text=text)
    assert (answer.status, answer.code, answer.message) == ("rejected", "forbidden", rules.ANOTHERS_NIP)
    record = await office.ask()
    answer = await office.act("guru", None, "question.message", uuid7(), question=record, text=text)
    assert (answer.status, answer.code) == ("rejected", "forbidden")
    async with office.db.reading() as connection:
        found = await connection.execute(AUDIT_ENTRY.select().where(AUDIT_ENTRY.c.act == "question.anothers_nip"))
        logged = list(found.mappings())
    assert len(logged) == 2
    assert all(row["actor"] == office.people["guru"] and row["detail"]["nips"] == ["1985****"] for row in logged)


async def test_the_own_nip_may_be_named(office: Office) -> None:
    async with office.db.read() as session:
        own = (await office.ports.house.people(session, [office.people["guru"]]))[office.people["guru"]].identifier
    await office.ask(text=f"NIP saya {own}, kapan SK pangkat terbit?")


async def test_personal_data_is_answered_to_a_proven_person_only(office: Office) -> None:
    record = await office.ask(text="berapa gaji saya bulan ini")
    question = await office.question(record)
    assert (question.category, question.trust) == ("gaji", rules.PROVEN)
    unit = office.units["PPI"]
    await office.act(
        "admin_penyaring", "ADM", "question.assign", record, category="gaji", unit=unit,
        holder=office.people["operator2"],
    )  # fmt: skip
    async with office.db.write() as session:
        await session.execute(update(Question).where(col(Question.id) == record).values(trust=rules.CONTACT))
    answer = await office.act("operator2", "OPR", "question.answer", record, text="Sekian.", messageId=uuid7())
    assert (answer.status, answer.code) == ("rejected", "state")
    assert answer.message is not None
    assert "belum terbukti" in answer.message
    asked = await office.act("operator2", "OPR", "question.ask_back", record, text="NIP?", messageId=uuid7())
    assert asked.status == "applied", asked.wire()


async def test_a_late_reply_is_kept_with_its_files_and_linked_as_lanjutan(office: Office, post: Post) -> None:
    record = await office.answered()
    await office.act("guru", None, "question.close", record)
    office.clock.advance(days=15)
    photo = named(JPEG)
    done = await office.act("guru", None, "question.message", uuid7(), question=record, text="Lagi.", files=[photo])
    assert done.status == "applied", done.wire()
    await post.send("guru", photo["id"], JPEG)
    [after] = [body for body in await office.of_kind("guru", "question") if body.get("followUpOf") == record]
    assert (after["text"], after["files"][0]["state"]) == ("Lagi.", "ada")
    assert await office.count(QuestionNote) == 0
