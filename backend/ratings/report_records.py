"""What the feed carries of reports and surveys, and who may take which step."""

from __future__ import annotations

from backend.ratings import report_bodies as bodies
from backend.ratings.service.ikm_reports import IkmReports
from backend.ratings.service.reports import Reports
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _may_open(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as("TRK")


def _may_tick(actor: Actor, item: Item, _record: StoredRecord | None) -> bool:
    args: bodies.TickArgs = item.args
    return actor.works_as("KOR") or (actor.works_as("TRK") and args.step == 2)


def _may_pull(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and actor.works_as("TRK", over=record.body.get("unit"))


def _may_verify(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and actor.works_as("KSB")


def _may_type(actor: Actor, item: Item, _record: StoredRecord | None) -> bool:
    args: bodies.IkmPaperArgs = item.args
    return actor.works_as("KOR", "TRK", over=args.site)


def _may_finish(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return record is not None and actor.works_as("KPL", over=record.body.get("unit"))


def _may_return(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    return _may_verify(actor, item, record) or _may_finish(actor, item, record)


def _is_server(_actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return False  # the server itself is not asked


TEAM = Permission(_may_pull, "TRK over the agency")
OPEN = Permission(_may_open, "TRK")
TICK = Permission(_may_tick, "KOR; TRK for step 2")
VERIFY = Permission(_may_verify, "KSB")
FINISH = Permission(_may_finish, "KPL over the agency")
TYPE = Permission(_may_type, "KOR or TRK over the site")
RETURN = Permission(_may_return, "KSB at step 5, KPL at step 6")
SERVER = Permission(_is_server, "the server")


def declare(registry: Registry, reports: Reports, surveys: IkmReports) -> None:
    """Declare the records and acts of reports and of the satisfaction survey."""
    registry.record(RecordKind(
        name="rating_report", body=bodies.ReportBody, doc="A report of ratings on its way: to TRK, KOR, KSB and KPL.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="ikm_report", body=bodies.IkmBody, doc="A satisfaction index as computed: to TRK, KOR, KSB and KPL.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="ikm_answer", body=bodies.IkmAnswerBody, doc="A filled survey; in nobody's feed.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_open", record="rating_report", rule=Rule.COMMAND, args=bodies.OpenArgs, may=OPEN,
        handler=reports.open, creates=True, doc="Begin the report of a period, or the correction of a final one.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_tick", record="rating_report", rule=Rule.COMMAND, args=bodies.TickArgs, may=TICK,
        handler=reports.tick, doc="Steps 1 and 2: users were informed, ratings were received.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_pull", record="rating_report", rule=Rule.COMMAND, args=bodies.NoArgs, may=TEAM,
        handler=reports.pull, doc="Step 3: fix the set of ratings.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_draw", record="rating_report", rule=Rule.COMMAND, args=bodies.SeenArgs, may=TEAM,
        handler=reports.draw, doc="Step 4: draw the report up.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_verify", record="rating_report", rule=Rule.COMMAND, args=bodies.SeenArgs, may=VERIFY,
        handler=reports.verify, doc="Step 5: verify and analyse.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_return", record="rating_report", rule=Rule.COMMAND, args=bodies.ReturnArgs, may=RETURN,
        handler=reports.give_back, doc="Send a report back to be drawn up again, with a reason.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_final", record="rating_report", rule=Rule.COMMAND, args=bodies.FinalArgs, may=FINISH,
        handler=reports.finish, doc="Step 6: accept the report; its files are frozen.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="rating.report_publish", record="rating_report", rule=Rule.COMMAND, args=bodies.SeenArgs, may=TEAM,
        handler=reports.publish, doc="Step 7: publish each site's part.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="ikm.answer", record="ikm_answer", rule=Rule.APPEND, args=bodies.IkmAnswerArgs, may=SERVER,
        handler=surveys.answer, loser="refuse", internal=True, doc="A filled satisfaction survey arrives.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="ikm.paper", record="ikm_answer", rule=Rule.APPEND, args=bodies.IkmPaperArgs, may=TYPE,
        handler=surveys.paper, loser="refuse", doc="Type in a survey that was filled on paper; blanks are allowed.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="ikm.report", record="ikm_report", rule=Rule.COMMAND, args=bodies.IkmReportArgs, may=OPEN,
        handler=surveys.make, creates=True, doc="Compute and freeze the satisfaction index of a period.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="ikm.publish", record="ikm_report", rule=Rule.COMMAND, args=bodies.NoArgs, may=FINISH,
        handler=surveys.publish, doc="Publish a computed index.",
    ))  # fmt: skip
