"""Import of people at the desk: upload, check, apply, undo. HR admins of the whole agency."""

# Under its plugin strawberry's decorators carry no types; nothing but strawberry calls what they decorate.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import asyncio
import base64
import enum
from typing import Protocol, cast

import strawberry

from backend.context import RequestContext
from backend.identity.graphql.common import Info, imports, stamp, tree, working_as
from backend.identity.rules.sheet import Cell, Draft
from backend.identity.service.imports import reports
from backend.identity.service.imports.applying import Checked, Upload
from backend.identity.service.imports.planning import SAMPLE
from sync.actors import Actor
from sync.errors import Refusal
from sync.ids import is_uuid


class Uploads(Protocol):
    """Port ``uploads``: the files that came in by resumable upload."""

    async def read(self, account: str, upload: str) -> tuple[str, bytes]:
        """Name and content of a finished upload of the account. Raises :class:`Refusal` ``not_found``."""
        ...


@strawberry.input(description="One column named by hand: ours (NIP, NAMA ...) and the file's.")
class ColumnPair:
    """A pair of names."""

    ours: str
    theirs: str


@strawberry.input(description="A CSV or XLSX file: base64 content (small files), or the id of a finished upload.")
class PeopleFile:
    """``reason``: why implausible NIPs in it are right all the same."""

    name: str = "pegawai"
    content: str | None = None
    upload: strawberry.ID | None = None
    mapping: list[ColumnPair] | None = None
    reason: str = ""


@strawberry.enum
class SheetFormat(enum.Enum):
    """Formats of a downloaded file."""

    CSV = "csv"
    XLSX = "xlsx"


@strawberry.type(description="Rows of a file by outcome.")
class ImportCounts:
    """``absent``: people of the agency that the file does not name; nothing happens to them."""

    rows: int
    new: int
    changed: int
    same: int
    merged: int
    wrong: int
    absent: int


@strawberry.type(description="Why a row is wrong.")
class ImportProblem:
    """``line`` as the spreadsheet counts."""

    line: int
    column: str
    value: str
    reason: str


@strawberry.type(description="The source says something else than the field's owner; the owner's value stays.")
class ImportDifference:
    """What is kept and what the source says."""

    line: int
    name: str
    field: str
    kept: str
    source: str


@strawberry.type(description="A row that belongs to a person already known under another number, or a row given twice.")
class ImportMerge:
    """The person by name."""

    line: int
    name: str


@strawberry.type(description="What a file would do. Nothing is stored. Lists hold the first 100.")
class ImportReport:
    """``digest`` names exactly this effect and is asked for when applying."""

    digest: str
    counts: ImportCounts
    problems: list[ImportProblem]
    differences: list[ImportDifference]
    merged: list[ImportMerge]
    absent: list[str]
    header: strawberry.Private[list[Cell]]
    wrong: strawberry.Private[list[Draft]]

    @strawberry.field(description="The wrong rows with their reasons as a file, base64; its cells are no formulas.")
    async def wrong_rows(self, format: SheetFormat | None = None) -> str:
        """To mend and upload again. Made in a thread: tens of thousands of rows take a while."""
        csv = format is not None and SheetFormat(format) is SheetFormat.CSV
        made = reports.as_csv if csv else reports.as_xlsx
        return base64.b64encode(await asyncio.to_thread(made, self.header, self.wrong)).decode()


@strawberry.type(description="An applied file; it can be undone for 24 hours (applied is UTC).")
class ImportDone:
    """One batch."""

    id: strawberry.ID
    file_name: str
    applied: str
    counts: ImportCounts


@strawberry.type(description="What undoing did; kept: people changed or used since, who stay.")
class ImportUndone:
    """People by outcome."""

    restored: int
    removed: int
    kept: int


@strawberry.type
class ImportQuery:
    """Reading imports."""

    @strawberry.field(description="Imports that can still be undone, newest first.")
    async def imports(self, info: Info) -> list[ImportDone]:
        """Raises ``forbidden``."""
        actor = await _hr(info.context, "people.imports")
        return [
            ImportDone(
                id=strawberry.ID(row.id), file_name=row.file_name, applied=stamp(row.applied),
                counts=ImportCounts(**row.counts),
            )
            for row in await imports(info.context).recent(actor.agency)
        ]  # fmt: skip


@strawberry.type
class ImportMutation:
    """Doing imports."""

    @strawberry.mutation(description="Check a people file row by row; nothing is stored.")
    async def import_preview(self, info: Info, file: PeopleFile) -> ImportReport:
        """Raises ``forbidden``, ``import_file``, ``import_columns``."""
        actor = await _hr(info.context, "people.import")
        checked = await imports(info.context).check(actor.agency, await _upload(info.context, file))
        return _report(checked)

    @strawberry.mutation(description="Apply the good rows of a checked file, all or nothing.")
    async def import_apply(self, info: Info, file: PeopleFile, digest: str) -> ImportDone:
        """Raises ``state`` if the effect is no longer what was checked, and what checking raises."""
        actor = await _hr(info.context, "people.import")
        upload = await _upload(info.context, file)
        done = await imports(info.context).apply(actor.agency, upload, digest, actor.account)
        return ImportDone(
            id=strawberry.ID(done.batch), file_name=upload.name, applied=stamp(info.context.clock.now()),
            counts=ImportCounts(**done.counts),
        )  # fmt: skip

    @strawberry.mutation(description="Take an import back, within 24 hours.")
    async def import_undo(self, info: Info, id: strawberry.ID) -> ImportUndone:
        """Raises ``forbidden``, ``not_found``, ``state``."""
        actor = await _hr(info.context, "people.import_undo")
        if not is_uuid(str(id)):
            raise Refusal("not_found", "Impor ini tidak ditemukan.")
        done = await imports(info.context).undo(actor.agency, str(id), actor.account)
        return ImportUndone(restored=done.restored, removed=done.removed, kept=done.kept)


async def _hr(context: RequestContext, act: str) -> Actor:
    # A file names any unit of the agency: who administers one unit only cannot apply it.
    return await working_as(context, ("HRA",), act, kind="import", over=(await tree(context)).root)


async def _upload(context: RequestContext, file: PeopleFile) -> Upload:
    mapping = {pair.ours: pair.theirs for pair in file.mapping or []}
    if file.upload is not None:
        uploads = cast(Uploads, context.ports["uploads"])
        name, content = await uploads.read(context.require().account, str(file.upload))
        return Upload(name, content, mapping, file.reason[:500])
    try:
        content = base64.b64decode(file.content or "", validate=True)
    except ValueError:
        raise Refusal("import_file", "Berkas tidak terbaca. Unggah lagi. Belum ada yang disimpan.") from None
    return Upload(file.name[:200], content, mapping, file.reason[:500])


def _report(checked: Checked) -> ImportReport:
    plan = checked.plan
    return ImportReport(
        digest=checked.digest,
        counts=ImportCounts(**plan.counts),
        problems=[ImportProblem(line=p.line, column=p.column, value=p.value, reason=p.reason)
                  for p in plan.problems[:SAMPLE]],
        differences=[ImportDifference(line=d.line, name=d.name, field=d.field, kept=d.kept, source=d.source)
                     for d in plan.differences[:SAMPLE]],
        merged=[ImportMerge(line=line, name=name) for line, name in plan.merged[:SAMPLE]],
        absent=[name for _, name in plan.absent[:SAMPLE]],
        header=checked.header,
        wrong=checked.wrong,
    )  # fmt: skip
