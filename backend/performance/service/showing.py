"""Publishing a plan and its parts: what each says, and who may see it."""

from __future__ import annotations

from backend.performance import bodies
from backend.performance.models import IndicatorRow, Plan, PlanVersion, WorkResult
from backend.performance.rules.plan import SHOWN_TO_TEAM, Status
from backend.performance.service.stored import ROW_WRITTEN, WRITTEN, Whole, unchanged_since
from sync.clock import to_ms, wire
from sync.ids import derived
from sync.writing import Writing


def appraisers(plan: Plan) -> frozenset[str]:
    """Audiences of whoever appraises a plan now: the superior, and who acts for that person today."""
    if plan.appraiser is None:
        return frozenset()
    return frozenset({f"person:{plan.appraiser}", f"acting:{plan.appraiser}"})


def both_sides(plan: Plan) -> frozenset[str]:
    """The employee and whoever appraises; a root's plan is decided by HR."""
    hr = {f"role:HRA@{plan.unit}"} if plan.root else set()
    return frozenset({f"person:{plan.person}"}) | appraisers(plan) | hr


def _changed(plan: Plan, part: Plan | WorkResult | IndicatorRow) -> dict[str, str]:
    """Who wrote a part last, and when: only the employee ever writes there."""
    if part.changed_at is None:
        return {}
    return {"changed_by": plan.person_name, "changed_at": wire(to_ms(part.changed_at))}


def show_plan(w: Writing, plan: Plan) -> None:
    """The header, and to the team how far it is."""
    body = bodies.PlanBody(
        period=plan.period, year=plan.year, turn=plan.turn, employee=plan.person, employee_name=plan.person_name,
        position=plan.position, unit=plan.unit, unit_name=plan.unit_name, form=plan.form, approach=plan.approach,
        superior=plan.appraiser, superior_name=plan.appraiser_name or None, root=plan.root, status=plan.status,
        plan_version=plan.version, approved_version=plan.approved_version, start=plan.start, end=plan.end,
        submitted_at=plan.submitted_at and wire(to_ms(plan.submitted_at)),
        approved_at=plan.approved_at and wire(to_ms(plan.approved_at)), approved_by=plan.approved_by,
        approved_by_name=plan.approved_by_name or None, document=plan.document or None,
        document_date=plan.document_date, returned_reason=plan.returned_reason or None,
        revision_reason=plan.revision_reason or None, closed_reason=plan.closed_reason or None,
        review=sorted(plan.review), copied_from=plan.copied_from, expected_by=plan.expected_by,
        expected_by_name=plan.expected_by_name or None, expected_at=plan.expected_at and wire(to_ms(plan.expected_at)),
        **_changed(plan, plan),
    ).model_dump(mode="json", by_alias=True, exclude_none=True)  # fmt: skip
    said = {name: value for name, value in plan.terms.items() if value is not None}
    w.publish("skp", plan.id, {**body, **said}, both_sides(plan))
    if plan.status == Status.CLOSED:
        w.unpublish("skp_lead", plan.id)  # the next assignment's plan leads from now on
        return
    lead = bodies.LeadBody(
        employee=plan.person, employee_name=plan.person_name, period=plan.period, year=plan.year, status=plan.status,
        plan_version=plan.version, approved_version=plan.approved_version,
    )  # fmt: skip
    w.publish("skp_lead", plan.id, lead, {f"team:{plan.person}"})


def show_result(w: Writing, all_: Whole, result: WorkResult) -> None:
    """A result, to both sides."""
    plan = all_.plan
    written = {name: getattr(result, name) for name in WRITTEN}
    body = bodies.RhkBody(
        plan=plan.id, employee=plan.person, superior_text=result.superior_text,
        unchanged_since=unchanged_since(result, all_.rows_of(result)), **_changed(plan, result), **written,
    )  # fmt: skip
    w.publish("skp_rhk", result.id, body, both_sides(plan))


def _lead_on(w: Writing, all_: Whole) -> None:
    """From submission on the team reads what each result says, and nothing of what it serves further up.

    Results change only while the team reads none of them, so this belongs to the changes of status.
    """
    plan = all_.plan
    for one in all_.results:
        if plan.status in SHOWN_TO_TEAM:
            body = bodies.LeadRhkBody(
                rhk=one.id, plan=plan.id, employee=plan.person, order=one.order, kind=one.kind, text=one.text
            )
            w.publish("skp_lead_rhk", derived(one.id, "lead"), body, {f"team:{plan.person}"})
        elif plan.version:
            w.unpublish("skp_lead_rhk", derived(one.id, "lead"))


def show_row(w: Writing, plan: Plan, row: IndicatorRow) -> None:
    """An indicator row."""
    written = {name: getattr(row, name) for name in ROW_WRITTEN}
    body = bodies.IndicatorBody(plan=plan.id, employee=plan.person, rhk=row.rhk, **_changed(plan, row), **written)
    w.publish("skp_indicator", row.id, body, both_sides(plan))


def show_whole(w: Writing, all_: Whole) -> None:
    """Everything of a plan, after who may see it changed."""
    show_plan(w, all_.plan)
    for result in all_.results:
        show_result(w, all_, result)
    for row in all_.rows:
        show_row(w, all_.plan, row)
    _lead_on(w, all_)


def show_version(w: Writing, plan: Plan, version: PlanVersion) -> None:
    """An approved version stays readable."""
    assert version.decided_at is not None
    body = bodies.VersionBody(
        plan=plan.id, plan_version=version.version, content=version.content,
        submitted_at=wire(to_ms(version.submitted_at)), approved_at=wire(to_ms(version.decided_at)),
        approved_by_name=version.decided_by_name,
    )  # fmt: skip
    w.publish("skp_version", version.id, body, both_sides(plan))
