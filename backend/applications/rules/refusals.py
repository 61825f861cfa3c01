"""Why an act on a case is refused: everything at once, each with code, place and sentence. Nothing is lost by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from backend.applications.rules.definition import Service
from backend.applications.rules.fault import Fault
from backend.applications.rules.marks import Mark, Marked, standing
from backend.applications.rules.readiness import is_typed
from backend.applications.rules.states import Act, Part, State, is_step, next_state


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at. ``versions``: document version by item. ``asked``: the versions at the time of a return
    or correction request, by reopened item or field (empty for a field). ``hidden``: fields and items that the case
    does not ask for. ``blocking``: what readiness (at *kirim*) or the guard (at *verifikasi*) found. ``answered``:
    reopened fields that were written since."""

    state: State | None
    versions: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Marked] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    blocking: tuple[Fault, ...] = ()
    to_confirm: str = ""
    """The sentence that a verifier must confirm with a reason, if the case calls for one."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the person sent with the act: a reason for each named item or field, and one for the whole."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    confirmed: str = ""


def refusals(service: Service, case: Case, act: Act, parts: Collection[Part], given: Given) -> list[Fault]:
    """Everything that speaks against an act; empty if it may be done."""
    steps = service.steps()
    if not is_step(steps, case.state, act):
        now = "awal" if case.state is None else service.state_name(case.state)
        return [Fault("state", "NOT_NOW", f"Pada tahap {now} tindakan ini tidak bisa. Tidak ada yang berubah.")]
    if next_state(steps, case.state, act, parts) is None:
        return [Fault("who", "NOT_YOURS", "Tindakan ini bukan wewenang Anda. Tidak ada yang berubah.")]
    match act:
        case Act.SUBMIT | Act.RESEND:
            return [*case.blocking, *_unanswered(service, case)]
        case Act.RETURN:
            return _named(service, case, given, {Mark.MEND, Mark.UNFIT})
        case Act.CORRECT:
            return _named(service, case, given, set())
        case Act.REJECT:
            return [] if given.reason.strip() else [Fault("reason", "REASON", "Tulis alasan penolakan.")]
        case Act.VERIFY:
            return [*case.blocking, *_unmarked(service, case), *_unconfirmed(case, given)]
        case _:
            return []


def reopened(case: Case, given: Given) -> dict[str, str]:
    """What a return or a correction request opens again: items and fields, each with the document version that it
    speaks of (empty for a field). All else stays locked."""
    marked = standing(case.marks, case.versions).items()
    wrong = {code for code, one in marked if case.state is State.CHECKED and one.mark is not Mark.FINE}
    return {target: case.versions.get(target, "") for target in sorted({*given.reasons, *wrong})}


def _named(service: Service, case: Case, given: Given, marks: set[Mark]) -> list[Fault]:
    """A return or a request names what is wrong, a reason each; marks that say so need one too."""
    wrong = {code for code, marked in standing(case.marks, case.versions).items() if marked.mark in marks}
    targets = dict.fromkeys([*given.reasons, *sorted(wrong)])
    if not targets:
        return [Fault("reasons", "REASON", "Sebut sedikitnya satu dokumen atau isian, dengan alasannya.")]
    found = []
    for target in targets:
        item, one = service.item(target), service.field(target)
        label = item.label if item else one.label if one else ""
        if not label:
            found.append(Fault(f"reasons.{target}", "UNKNOWN_TARGET", f"'{target}' tidak ada pada layanan ini."))
        elif target in case.hidden or (one is not None and item is None and not is_typed(one)):
            text = f"{label} tidak diisi pemohon, jadi tidak dapat diperbaikinya. Sebut dokumen atau isian lain."
            found.append(Fault(f"reasons.{target}", "NOT_WRITTEN", text))
        elif not (given.reasons.get(target) or _reason(case, target)).strip():
            found.append(Fault(f"reasons.{target}", "REASON", f"Tulis alasan untuk {label}."))
        elif target in given.reasons and _is_fine(case, target):
            text = f"{label} sudah bertanda Sesuai. Ubah tandanya dulu bila perlu diperbaiki."
            found.append(Fault(f"reasons.{target}", "MARK_DIFFERS", text))
    return found


def _reason(case: Case, target: str) -> str:
    marked = case.marks.get(target)
    return marked.reason if marked else ""


def _is_fine(case: Case, target: str) -> bool:
    # A correction request comes from outside, after everything was marked Sesuai.
    if case.state is State.OUTSIDE:
        return False
    marked = standing(case.marks, case.versions).get(target)
    return marked is not None and marked.mark is Mark.FINE


def _unmarked(service: Service, case: Case) -> list[Fault]:
    """Every document of the case is marked, and each *Sesuai*."""
    marks = standing(case.marks, case.versions)
    found = []
    for code in case.versions:
        item = service.item(code)
        label = item.label if item else code
        marked = marks.get(code)
        if marked is None:
            found.append(Fault(f"items.{code}", "NOT_MARKED", f"{label} belum ditandai."))
        elif marked.mark is not Mark.FINE:
            found.append(Fault(f"items.{code}", "NOT_FINE", f"{label} belum Sesuai. Kembalikan atau ubah tandanya."))
    return found


def _unconfirmed(case: Case, given: Given) -> list[Fault]:
    if case.to_confirm and not given.confirmed.strip():
        return [Fault("confirmed", "CONFIRM", f"{case.to_confirm} Tulis alasan bila tetap diverifikasi.")]
    return []


def _unanswered(service: Service, case: Case) -> list[Fault]:
    """What was reopened must have been changed: a newer version of a document, a field written anew; not what the case
    asks for no more, because nobody is shown it."""
    found = []
    for target, before in case.asked.items():
        if target in case.hidden:
            continue
        item, one = service.item(target), service.field(target)
        if item is not None and case.versions.get(target, before) == before:
            found.append(Fault(f"items.{target}", "NOT_ANSWERED", f"{item.label} belum diganti."))
        elif one is not None and target not in case.answered:
            found.append(Fault(f"fields.{target}", "NOT_ANSWERED", f"{one.label} belum diperbaiki."))
    return found
