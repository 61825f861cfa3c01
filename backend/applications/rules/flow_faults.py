"""What is wrong with the way of a case: roles, names, steps that are missing, lead nowhere or never end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backend.applications.rules.definition import Service, StepRow
from backend.applications.rules.fault import Fault
from backend.applications.rules.states import ALLOWED, FINAL, NEEDED, Act, Part, State, Step

_STATES, _ACTS, _PARTS = set(State), set(Act), set(Part)


def flow_faults(service: Service, roles: frozenset[str], torn: frozenset[str] = frozenset()) -> list[Fault]:
    """All faults of roles, names and steps. Where a row of the table was unreadable (``flow`` in ``torn``) the table is
    not judged as a whole."""
    found = [*_roles(service, roles, torn), *_words(service)]
    for place, row in enumerate(service.flow.steps):
        found.extend(_row(row, f"flow.steps[{place + 1}]"))
    if "flow" not in torn and not any(one.path.startswith("flow.steps") for one in found):
        found.extend(_table(service, service.steps(), torn))
    return found


def _roles(service: Service, roles: frozenset[str], torn: frozenset[str]) -> Iterator[Fault]:
    for part, codes in service.roles.items():
        if part not in _PARTS:
            yield Fault(f"roles.{part}", "UNKNOWN_PART", f"Bagian '{part}' tidak dikenal. Pilih: {', '.join(Part)}.")
        for code in codes:
            if code not in roles:
                yield Fault(f"roles.{part}", "UNKNOWN_ROLE", f"Peran '{code}' tidak dikenal.")
    twice = set(service.roles.get(Part.APPLICANT, ())) & {
        code for part in (Part.VERIFIER, Part.ISSUER) for code in service.roles.get(part, ())
    }
    for code in sorted(twice):
        yield Fault("roles.pemohon", "ROLE_CONFLICT", f"Peran '{code}' tidak boleh memohon dan memeriksa sekaligus.")


def _words(service: Service) -> Iterator[Fault]:
    for state, name in service.flow.names.items():
        path = f"flow.names.{state}"
        if state not in _STATES:
            yield Fault(path, "UNKNOWN_STATE", f"Tahap '{state}' tidak dikenal. Pilih: {', '.join(State)}.")
        if not name.strip():
            yield Fault(path, "EMPTY_TEXT", "Nama tahap di layar masih kosong.")
    for act, name in service.flow.acts.items():
        path = f"flow.acts.{act}"
        if act not in _ACTS:
            yield Fault(path, "UNKNOWN_ACT", f"Tindakan '{act}' tidak dikenal. Pilih: {', '.join(Act)}.")
        if not name.strip():
            yield Fault(path, "EMPTY_TEXT", "Nama tombol masih kosong.")
    for act, who in service.flow.who.items():
        path = f"flow.who.{act}"
        if act not in _ACTS:
            yield Fault(path, "UNKNOWN_ACT", f"Tindakan '{act}' tidak dikenal. Pilih: {', '.join(Act)}.")
        yield from _who(who, path)


def _row(row: StepRow, path: str) -> Iterator[Fault]:
    wrong = False
    if row.act not in _ACTS:
        wrong = True
        yield Fault(path, "UNKNOWN_ACT", f"Tindakan '{row.act}' tidak dikenal. Pilih: {', '.join(Act)}.")
    for state in (*row.states, row.to):
        if state not in _STATES:
            wrong = True
            yield Fault(path, "UNKNOWN_STATE", f"Tahap '{state}' tidak dikenal. Pilih: {', '.join(State)}.")
    yield from _who(row.who, path)
    if wrong:
        return
    sources: list[State | None] = [State(state) for state in row.states]
    for source in sources or [None]:
        if (source, Act(row.act), State(row.to)) not in ALLOWED:
            text = f"Dari {source or 'awal'} tindakan {row.act} tidak boleh menuju {row.to}: ada tahap yang dilompati."
            yield Fault(path, "STEP_NOT_ALLOWED", text)


def _who(who: Iterable[str], path: str) -> Iterator[Fault]:
    names = tuple(who)
    if not names:
        yield Fault(path, "NOBODY", "Sebut siapa yang boleh melakukan langkah ini.")
    for name in names:
        if name not in _PARTS:
            yield Fault(path, "UNKNOWN_PART", f"Bagian '{name}' tidak dikenal. Pilih: {', '.join(Part)}.")
        elif name == Part.WATCHER:
            yield Fault(path, "WATCHER_ACTS", "Pemantau hanya membaca, tidak boleh bertindak.")


def _table(service: Service, steps: tuple[Step, ...], torn: frozenset[str]) -> Iterator[Fault]:
    acts = {step.act for step in steps}
    for act in NEEDED:
        if act not in acts:
            yield Fault("flow.steps", "MISSING_STEP", f"Langkah '{act}' tidak ada; tanpa itu layanan tidak selesai.")
    for name in sorted(set(service.flow.who) & (_ACTS - acts)):
        yield Fault(f"flow.who.{name}", "STEP_UNUSED", f"Langkah '{name}' tidak dipakai layanan ini.")
    if "roles" not in torn:
        yield from _played(service, steps)
    if Act.CREATE in acts:
        yield from _ways(steps)


def _played(service: Service, steps: Iterable[Step]) -> Iterator[Fault]:
    """Somebody must be able to take each step."""
    held = {part for part in Part if service.roles.get(part)}
    reported: set[Act] = set()
    for step in steps:
        if not step.who & held and step.act not in reported:
            reported.add(step.act)
            wanted = " atau ".join(sorted(step.who))
            yield Fault("roles", "ROLE_MISSING", f"Tidak ada peran untuk {wanted}, jadi '{step.act}' tak terlaksana.")


def _ways(steps: tuple[Step, ...]) -> Iterator[Fault]:
    """Every state that is spoken of can be reached, and from every one that is reached a case can be finished."""
    onward: dict[State | None, set[State]] = {}
    for step in steps:
        onward.setdefault(step.state, set()).add(step.to)
    spoken = {step.to for step in steps} | {step.state for step in steps if step.state is not None}
    reached = _closure(onward, None)
    for state in sorted(spoken - reached):
        yield Fault("flow.steps", "UNREACHABLE_STATE", f"Tahap '{state}' tidak pernah tercapai.")
    for state in sorted(reached - FINAL):
        ahead = _closure(onward, state)
        if State.DONE in ahead:
            continue
        if state in ahead:
            yield Fault("flow.steps", "NO_EXIT", f"Dari tahap '{state}' permohonan berputar dan tidak pernah selesai.")
        else:
            yield Fault("flow.steps", "DEAD_END", f"Dari tahap '{state}' tidak ada jalan sampai selesai.")


def _closure(onward: dict[State | None, set[State]], start: State | None) -> set[State]:
    """Every state that can follow ``start``."""
    found: set[State] = set()
    waiting = list(onward.get(start, ()))
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting.extend(onward.get(state, ()))
    return found
