"""What the feed carries of this room, and everything that can be done in it: who may, by which rule."""

from __future__ import annotations

from backend.evaluation import bodies
from backend.evaluation.ports import QuestionMeasures
from backend.evaluation.service.documents import Documents
from backend.evaluation.service.obstacles import Obstacles
from backend.evaluation.service.reports import Evaluations
from backend.evaluation.service.room import STAFF
from backend.evaluation.service.surveys import Surveys
from backend.evaluation.service.visits import Visits
from backend.identity.service.directory import Directory
from sync.actors import Actor
from sync.registry import MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _over(actor: Actor, record: StoredRecord | None, *roles: str) -> bool:
    return record is not None and actor.works_as(*roles, over=record.body.get("unit"))


def _may_work(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as(*STAFF)


def _may_withdraw(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    own = record is not None and record.body.get("author") == actor.account and actor.works_as(*STAFF)
    return own or _over(actor, record, "KTM")


def _may_lead(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as("KTM")


def _may_write(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return _over(actor, record, "KTM")


def _may_answer(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    return actor.role is None and record is not None and record.body.get("askerId") == actor.account


def _may_count(actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return actor.works_as("KTM", "ADM", "LKT")


WORK = Permission(_may_work, "ADM, OPR, TEL, LKT, BID, KTM")
WITHDRAW = Permission(_may_withdraw, "its author; KTM")
LEAD = Permission(_may_lead, "KTM")
WRITE = Permission(_may_write, "KTM over the agency")
ANSWER = Permission(_may_answer, "the asker")
COUNT = Permission(_may_count, "KTM, ADM, LKT")


def declare(registry: Registry, directory: Directory, questions: QuestionMeasures) -> None:
    """Declare every record and mutation kind of the room."""
    _records(registry)
    _reports(registry, Obstacles(directory), Evaluations(directory, questions))
    registry.mutation(MutationKind(
        name="evaluation.document", record="service_document", rule=Rule.COMMAND, args=bodies.DocumentArgs, may=LEAD,
        handler=Documents(directory, questions).draw, creates=True,
        doc="Draw up the service document of a range of dates, with a reason.",
    ))  # fmt: skip
    _figures(registry, Surveys(directory), Visits(directory))


def _records(registry: Registry) -> None:
    registry.record(RecordKind(
        name="evaluation_obstacle", body=bodies.ObstacleBody, doc="An obstacle of a quarter: to staff and leaders.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="evaluation_report", body=bodies.EvaluationBody, doc="A quarter's evaluation report: to its leaders.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="service_survey", body=bodies.SurveyBody, doc="That a survey was filled in: to its author only.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="service_document", body=bodies.DocumentBody, doc="That a service document was drawn up: to KTM.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="visitor_month", body=bodies.VisitorMonthBody, doc="Visitors of a month as entered: to leaders and LKT.",
    ))  # fmt: skip
    registry.record(RecordKind(
        name="journey_cost", body=bodies.JourneyCostBody, doc="What a journey to the office costs: to leaders.",
    ))  # fmt: skip


def _reports(registry: Registry, obstacles: Obstacles, reports: Evaluations) -> None:
    registry.mutation(MutationKind(
        name="evaluation.obstacle", record="evaluation_obstacle", rule=Rule.APPEND, args=bodies.ObstacleArgs,
        may=WORK, handler=obstacles.add, loser="refuse", doc="Note an obstacle of a quarter.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="evaluation.withdraw", record="evaluation_obstacle", rule=Rule.COMMAND, args=bodies.NoArgs,
        may=WITHDRAW, handler=obstacles.withdraw, doc="Withdraw an obstacle.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="evaluation.open", record="evaluation_report", rule=Rule.COMMAND, args=bodies.OpenArgs, may=LEAD,
        handler=reports.open, creates=True, doc="Begin the evaluation report of a quarter.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="evaluation.write", record="evaluation_report", rule=Rule.COMMAND, args=bodies.WriteArgs, may=WRITE,
        handler=reports.write, doc="Write the texts of a draft.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="evaluation.finish", record="evaluation_report", rule=Rule.COMMAND, args=bodies.NoArgs, may=WRITE,
        handler=reports.finish, doc="Make a report final: its figures and files are frozen.",
    ))  # fmt: skip


def _figures(registry: Registry, surveys: Surveys, visits: Visits) -> None:
    registry.mutation(MutationKind(
        name="survey.answer", record="service_survey", rule=Rule.APPEND, args=bodies.UserSurveyArgs, may=ANSWER,
        target=("question", "question"), handler=surveys.by_user, loser="refuse",
        doc="An asker's marks about a closed question.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="survey.team", record="service_survey", rule=Rule.APPEND, args=bodies.TeamSurveyArgs, may=WORK,
        handler=surveys.by_team, loser="refuse", doc="A member of staff's marks about a quarter.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="visitors.month", record="visitor_month", rule=Rule.COMMAND, args=bodies.VisitorMonthArgs, may=COUNT,
        handler=visits.month, creates=True, doc="Enter or replace the visitors of a month.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="visitors.cost", record="journey_cost", rule=Rule.COMMAND, args=bodies.JourneyCostArgs, may=LEAD,
        handler=visits.cost, creates=True, doc="Enter what a journey costs and when the service started.",
    ))  # fmt: skip
