"""What the feed carries of execution and evaluation, and everything that can be done to them."""

from __future__ import annotations

from functools import partial

from backend.identity.service.directory import Directory
from backend.performance import evaluation_bodies as bodies
from backend.performance.models import DailyLog, Evaluation, Evidence, Feedback, Objection, Realisation
from backend.performance.service import cases, execution, facts, national, objections
from backend.performance.service.evaluating import Evaluating
from backend.performance.service.locks import about_evaluation, above_evaluation, part_of
from sync.actors import Actor
from sync.registry import FieldSpec, MutationKind, Permission, RecordKind, Registry, Rule
from sync.writing import Item, StoredRecord


def _own(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    """The employee, on own data."""
    return record is not None and actor.role is None and record.body.get("employee") == actor.account


def _own_or_new(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    """Whose plan it is, is looked up when a realisation is begun."""
    return actor.role is None and (record is None or bool(record.audiences & actor.audiences))


def _appraises(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    """Whoever sees the evaluation and is not the one evaluated; who really appraises today, the handler knows."""
    if record is None or actor.role is not None or record.body.get("employee") == actor.account:
        return False
    return bool(cases.without_roles(record.audiences) & actor.audiences)


def _either(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    return _own(actor, item, record) or _appraises(actor, item, record)


def _decides(actor: Actor, _item: Item, record: StoredRecord | None) -> bool:
    if record is None:
        return False
    decider = record.body.get("decider")
    if decider is None:
        own = record.body.get("employee") == actor.account
        return actor.works_as("HRA") and not own and bool(record.audiences & actor.audiences)
    if actor.role is not None or record.body.get("employee") == actor.account:
        return False
    return actor.account == decider or decider in actor.facts.get("standsFor", ())


def _hr(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    """HR over the unit that the record, or the args of a new one, names; of a person the handler looks it up."""
    unit = getattr(item.args, "unit", None) if record is None else record.body.get("unit")
    return actor.works_as("HRA", over=unit)


def _outside(actor: Actor, item: Item, record: StoredRecord | None) -> bool:
    """HR over the unit, never for oneself."""
    return record is not None and record.body.get("employee") != actor.account and _hr(actor, item, record)


def _nobody(_actor: Actor, _item: Item, _record: StoredRecord | None) -> bool:
    return False


def _owners(actor: Actor, _record: StoredRecord | None) -> frozenset[str]:
    return frozenset({"employee"}) if actor.role is None else frozenset()


OWN = Permission(_own, "the employee")
REALISE = Permission(_own_or_new, "the employee")
APPRAISER = Permission(_appraises, "ATS or acting ATS")
EITHER = Permission(_either, "the employee; ATS or acting ATS")
DECIDER = Permission(_decides, "AAT or who acts for AAT; HRA where nobody stands above, never for oneself")
HR = Permission(_hr, "HRA")
OUTSIDE = Permission(_outside, "HRA, never for oneself")
SYSTEM = Permission(_nobody, "the server itself")


def declare(registry: Registry, directory: Directory) -> None:
    """Declare the records and mutations of carrying plans out and of evaluating them."""
    for name, body, doc in (
        (execution.LOG, bodies.LogBody, "An entry of the daily log."),
        (execution.DIALOGUE, bodies.DialogueBody, "A dated note between employee and appraiser."),
        (execution.EVIDENCE, bodies.EvidenceBody, "Evidence for a result."),
        (cases.EVALUATION, bodies.EvaluationBody, "An evaluation; its version stands for all that it is built on."),
        (cases.FEEDBACK, bodies.FeedbackBody, "Feedback on a result or a value."),
        (objections.OBJECTION, bodies.ObjectionBody, "An objection and its decision."),
        (facts.ACHIEVEMENT, bodies.AchievementBody, "What a unit achieved, to HR and leaders."),
        (facts.COUNTING, bodies.CountingBody, "From when service counts, to HR."),
        (national.EXPORT, bodies.ExportBody, "A row that the national record refused, to HR."),
        (facts.AWARD, bodies.AwardBody, "A long-service award held, to HR."),
    ):
        registry.record(RecordKind(name=name, body=body, doc=doc))
    owned = {name: FieldSpec("employee") for name in ("plan", "rhk", "indicator", "round")}
    said = {"value": FieldSpec("employee", "isi", "realisasi"), "note": FieldSpec("employee", "isi", "catatan")}
    registry.record(RecordKind(
        name=execution.REALISATION, body=bodies.RealisationBody, doc="What was achieved.", owners=_owners,
        fields={**owned, **said},
    ))  # fmt: skip
    _carrying_out(registry, directory)
    _evaluating(registry, directory)
    _facts(registry, directory)


def _carrying_out(registry: Registry, directory: Directory) -> None:
    of_plan = (cases.PLAN, "plan")
    doing = execution.Execution(directory)
    registry.mutation(MutationKind(
        name="skp.log", record=execution.LOG, rule=Rule.APPEND, args=bodies.LogArgs, may=OWN, loser="refuse",
        target=of_plan, handler=doing.log, doc="Write an entry of the daily log.", title="Catatan harian",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.dialogue", record=execution.DIALOGUE, rule=Rule.APPEND, args=bodies.DialogueArgs, may=EITHER,
        loser="refuse", target=of_plan, handler=doing.talk, doc="Write a note of the dialogue.", title="Dialog kinerja",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.realise", record=execution.REALISATION, rule=Rule.FIELDS, args=bodies.RealisationArgs, may=REALISE,
        creates=True, first=doing.open, handler=doing.realise, title="Realisasi",
        doc="Say what was achieved; locked once results are rated.", above=part_of(Realisation),
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.evidence", record=execution.EVIDENCE, rule=Rule.APPEND, args=bodies.EvidenceArgs, may=OWN,
        loser="refuse", target=of_plan, handler=doing.prove, doc="Add evidence for a result.", title="Bukti dukung",
        proof=True,
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.evidence_withdraw", record=execution.EVIDENCE, rule=Rule.COMMAND, args=bodies.WithdrawArgs, may=OWN,
        handler=doing.withdraw, doc="Withdraw evidence; it stays with a mark.", above=part_of(Evidence),
    ))  # fmt: skip
    for name, record, handler, above in (
        ("skp.evidence_file", execution.EVIDENCE, doing.settle, part_of(Evidence)),
        ("skp.log_file", execution.LOG, doing.settle_log, part_of(DailyLog)),
        ("skp.feedback_file", cases.FEEDBACK, doing.settle_feedback, about_evaluation(Feedback)),
    ):
        registry.mutation(MutationKind(
            name=name, record=record, rule=Rule.REGISTER, args=bodies.SettledArgs, may=SYSTEM, internal=True,
            unaudited=True, handler=handler, doc="A file became whole or was refused.", above=above,
        ))  # fmt: skip


def _evaluating(registry: Registry, directory: Directory) -> None:
    judging = Evaluating(directory)
    registry.mutation(MutationKind(
        name="skp.feedback", record=cases.FEEDBACK, rule=Rule.APPEND, args=bodies.FeedbackArgs, may=APPRAISER,
        loser="refuse", target=(cases.EVALUATION, "evaluation"), handler=judging.feedback,
        doc="Feedback on a result or a value; the last one counts.", title="Umpan balik",
        above=above_evaluation,
    ))  # fmt: skip
    for name, args, handler, may, doc in (
        ("skp.rate_result", bodies.RateResultArgs, judging.rate_result, APPRAISER, "Rate the results (step 2)."),
        ("skp.rate_behaviour", bodies.RateBehaviourArgs, judging.rate_behaviour, APPRAISER, "Rate behaviour (step 4)."),
        ("skp.finalise", bodies.NoArgs, judging.finalise, APPRAISER, "Set the evaluation (step 6)."),
        ("skp.outside", bodies.OutsideArgs, judging.outside, OUTSIDE, "Enter what was rated outside, of a root."),
        ("skp.accept", bodies.NoArgs, judging.accept, OWN, "Receive the result."),
    ):
        registry.mutation(MutationKind(
            name=name, record=cases.EVALUATION, rule=Rule.COMMAND, args=args, may=may, handler=handler, doc=doc,
            above=part_of(Evaluation),
        ))  # fmt: skip
    objecting = objections.Objections(judging)
    registry.mutation(MutationKind(
        name="skp.object", record=objections.OBJECTION, rule=Rule.APPEND, args=bodies.ObjectArgs, may=OWN,
        loser="refuse", target=(cases.EVALUATION, "evaluation"), handler=objecting.object, proof=True,
        doc="Object to a final evaluation, once.", title="Keberatan penilaian",
        above=above_evaluation,
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.decide", record=objections.OBJECTION, rule=Rule.COMMAND, args=bodies.DecideArgs, may=DECIDER,
        handler=objecting.decide, doc="Decide an objection: keep or change the ratings.",
        above=about_evaluation(Objection),
    ))  # fmt: skip


def _facts(registry: Registry, directory: Directory) -> None:
    entering = facts.Facts(directory)
    registry.mutation(MutationKind(
        name="skp.achieve", record=facts.ACHIEVEMENT, rule=Rule.COMMAND, args=bodies.AchievementArgs, may=HR,
        creates=True, handler=entering.achieve, doc="Enter what a unit achieved, with the document.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.count_from", record=facts.COUNTING, rule=Rule.APPEND, args=bodies.CountingArgs, may=HR,
        loser="refuse", handler=entering.count_from, doc="Let service count anew after a break.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.award", record=facts.AWARD, rule=Rule.APPEND, args=bodies.AwardArgs, may=HR, loser="refuse",
        handler=entering.hold, doc="Note a long-service award that somebody holds.",
    ))  # fmt: skip
    registry.mutation(MutationKind(
        name="skp.export_resend", record=national.EXPORT, rule=Rule.COMMAND, args=bodies.NoArgs, may=HR,
        handler=partial(national.resend, directory), doc="Offer a refused row to the national record again.",
    ))  # fmt: skip
