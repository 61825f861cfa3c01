"""Which part somebody plays towards a case, read from the case's record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.applications.rules.definition import Service, Subject
from backend.applications.rules.states import Act, Part
from sync.actors import Actor

EMPLOYEE, PARTY_OFFICER = "PEG", "PMH"
"""Roles that nobody grants: the employee whom the case is about, an officer of the party."""
OWN = frozenset({Part.APPLICANT, Part.BEHALF})


def parts_of(actor: Actor, body: Mapping[str, Any]) -> frozenset[Part]:
    """The parts that the actor, as it works now, plays towards a case; ``body``: of the case's record."""
    found = {Part(part) for part, codes in body["roles"].items() if any(_plays(actor, code, body) for code in codes)}
    if Part.BEHALF in found and not (body.get("behalf") and body.get("account") == actor.account):
        found.discard(Part.BEHALF)
    return frozenset(found)


def may_begin(actor: Actor, roles: Mapping[str, Any]) -> bool:
    """Whether the actor may begin a case of a service at all; for whom is judged with the subject."""
    codes = {code for part in OWN for code in roles.get(part, ())}
    if actor.role is not None:
        return actor.role in codes
    external = actor.facts.get("kind") == "EXTERNAL"
    return (PARTY_OFFICER if external else EMPLOYEE) in codes


def _plays(actor: Actor, code: str, body: Mapping[str, Any]) -> bool:
    if code == EMPLOYEE:
        return actor.role is None and body["subject"] == actor.account
    if code == PARTY_OFFICER:
        return actor.role is None and actor.account in body.get("officers", ())
    unit = body.get("unit")
    # A party is the whole office's; an employee of whom no unit is known belongs to nobody's units.
    return (unit is not None or body["subjectKind"] == Subject.PARTY) and actor.works_as(code, over=unit)


def roles_of(service: Service) -> dict[str, list[str]]:
    """Role codes by part, as records carry them."""
    return {str(part): sorted(codes) for part, codes in service.roles.items()}


def who_of(service: Service) -> dict[str, list[str]]:
    """Parts by act, in whatever state."""
    found: dict[str, set[str]] = {}
    for step in service.steps():
        found.setdefault(step.act, set()).update(step.who)
    return {act: sorted(parts) for act, parts in sorted(found.items())}


def may_act(actor: Actor, body: Mapping[str, Any], act: Act) -> bool:
    """Whether the actor plays a part that takes this act in some state."""
    return bool(parts_of(actor, body).intersection(body["who"].get(act, ())))
