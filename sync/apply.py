"""One transaction's worth of mutations: waves, conflict rules and handlers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from sync.actors import Viewer
from sync.answers import ACCEPTED, MESSAGES, Answer, conflicting, rejected, unfit
from sync.clock import from_ms
from sync.errors import Conflict, Refusal
from sync.faults import is_house_fault
from sync.intake import Stamp
from sync.judge import Judge, Progress
from sync.ledger import Ledger
from sync.merge import merge_fields
from sync.protocol import MutationIn, Received
from sync.registry import ListHandler, MutationKind, OneHandler, Registry, Rule
from sync.store import Key
from sync.waves import own_of, split, target_of, waves
from sync.withdrawal import WITHDRAW, withdraw
from sync.writing import Item, Mark, Writing


class NeedsCare(Exception):
    """Something raised where nobody can tell whose fault it is; the batch is redone with a savepoint an item."""


class Applying:
    """Runs received mutations inside one transaction and notes their answers in ``progress``."""

    def __init__(
        self, *, w: Writing, registry: Registry, ledger: Ledger, judge: Judge, progress: Progress, careful: bool
    ) -> None:
        self.w = w
        self.registry = registry
        self.ledger = ledger
        self.judge = judge
        self.progress = progress
        self.careful = careful
        self.faults: dict[str, BaseException] = {}

    def read(
        self, received: Received, viewer: Viewer, *, device: str | None, stamp: Stamp, arrived: datetime
    ) -> Item | None:
        """The item of a received mutation, or ``None`` after noting its answer."""
        model = cast(MutationIn, received.model)
        kind = kind_of(self.registry, model.kind)
        assert kind is not None
        try:
            raw = _upcast(kind, model)
            args = None if raw is None else kind.args.model_validate(raw)
        except ValidationError as error:
            self.progress.answers[model.id] = unfit(model.id, error)
            return None
        except Exception as error:  # an upcaster or a validator of ours met what it did not expect
            self._set_aside(model.id, error)
            return None
        actor = viewer.acting(model.grant)
        if raw is None or actor is None:
            self.progress.answers[model.id] = rejected(model.id, "too_old" if raw is None else "forbidden")
            return None
        return Item(
            id=model.id,
            kind=kind,
            record=model.record,
            actor=actor,
            args=args,
            raw=raw,
            made=from_ms(stamp.made),
            arrived=arrived,
            receipt=stamp.receipt,
            seen=model.seen or {},
            seen_digest=model.seen_digest,
            base=model.base or {},
            base_version=model.base_version,
            resolves=model.resolves or (),
            depends_on=model.depends_on or (),
            device=device,
            seq=model.seq if device is not None else None,
        )

    async def run(self, items: Sequence[Item]) -> None:
        """Run items: named dependencies first, kinds with the rule ``append`` set-based, the rest one by one."""
        self.progress.items.update({item.id: item for item in items})
        await self.w.lock_keys({key for item in items for key in self.judge.keys_of(item)} | await self._above(items))
        named = {need for item in items for need in (*item.depends_on, *item.resolves)}
        await self.ledger.look_up(need for need in named if not need.startswith("file:"))
        for wave in waves(items):
            sets, singles = split(wave, careful=self.careful)
            for group in sets:
                await self._append(group)
            for item in singles:
                await self._single(item)

    async def _above(self, items: Sequence[Item]) -> set[Key]:
        """The wholes that the items' records are part of."""
        found: set[Key] = set()
        by_kind: dict[str, list[Item]] = {}
        for item in items:
            if item.kind.above is not None:
                by_kind.setdefault(item.kind.name, []).append(item)
        for group in by_kind.values():
            assert group[0].kind.above is not None
            found.update(await group[0].kind.above(self.w, group))
        return found

    async def _append(self, items: Sequence[Item]) -> None:
        ready = []
        for item in items:
            answer = await self.judge.obstacle(item)
            if answer is None:
                ready.append(item)
            else:
                self.progress.answers[item.id] = answer
        if not ready:
            return
        before = dict(self.w.published)
        try:
            await cast(ListHandler, ready[0].kind.handler)(self.w, ready)
        except (Refusal, Conflict):
            raise NeedsCare from None
        touched = self._touched(before)
        expected = {key for item in ready for key in (own_of(item), target_of(item))}
        further = [key for key in touched if key not in expected]
        for item in ready:
            mine = [key for key in (own_of(item), target_of(item)) if key in touched and key is not None] + further
            self._settle(item, _appended(item), mine)

    async def _single(self, item: Item) -> None:
        mark = self.w.mark()
        savepoint = await self.w.session.begin_nested()
        # Without this the savepoint would be set when the session is first used, and a handler may write past it.
        await self.w.session.connection()
        try:
            answer = await self.judge.obstacle(item) or await self._by_rule(item)
            await self.w.flush()
            await savepoint.commit()
        except (Refusal, Conflict) as refusal:
            await self._undo(savepoint, mark)
            answer = _refused(item, refusal)
            if isinstance(refusal, Refusal) and refusal.unpermitted:
                self.progress.refusals.append(item)
        except Exception as error:
            if not self.careful or is_house_fault(error):
                raise
            await self._undo(savepoint, mark)
            self._set_aside(item.id, error)
            return
        self._settle(item, answer, list(self._touched(mark.published)))

    def _settle(self, item: Item, answer: Answer, touched: list[Key]) -> None:
        """Note an answer and, of an accepted item, what it changed and what it stands for from now on."""
        self.progress.answers[item.id] = answer
        if answer.status not in ACCEPTED:
            return
        answer.touched = touched
        for key in touched:
            self.progress.changed_by.setdefault(key, []).append(item)
        for resolved in item.resolves:
            if self._may_resolve(resolved, item.actor.account):
                answer.resolved.append(resolved)
                self.ledger.resolve(resolved, item.id)

    def _may_resolve(self, mutation: str, account: str) -> bool:
        """Only what is one's own and did not arrive can be replaced by a later choice."""
        if mutation in self.progress.owners:
            answer = self.progress.answers.get(mutation)
            mine = self.progress.owners[mutation] == account
            return mine and answer is not None and answer.failed and answer.code != "id_reused"
        return self.ledger.failed(mutation, account)

    def _set_aside(self, id: str, error: BaseException) -> None:
        self.faults[id] = error
        self.progress.answers[id] = Answer(id, "deferred", code="internal", message=MESSAGES["internal"])

    async def _undo(self, savepoint: Any, mark: Mark) -> None:
        if savepoint.is_active:
            await savepoint.rollback()
        self.w.return_to(mark)

    async def _by_rule(self, item: Item) -> Answer:
        handler = item.kind.handler
        if item.kind is WITHDRAW:
            return await withdraw(self.w, self.ledger, item, self.progress)
        if item.kind.rule is Rule.APPEND:
            await cast(ListHandler, handler)(self.w, [item])
            return _appended(item)
        status = "applied"
        if item.kind.first is not None:
            await item.kind.first(self.w, item)
        if item.kind.rule is Rule.FIELDS:
            status = await self._merge(item)
        elif item.kind.rule is Rule.COMMAND:
            await self.judge.check_seen(item)
        await cast(OneHandler, handler)(self.w, item)
        shown = own_of(item) if status == "merged" else None
        return Answer(item.id, status, code=item.code, message=item.message, server_key=shown)

    async def _merge(self, item: Item) -> str:
        kind = self.registry.find_record(item.kind.record)
        theirs = {} if item.current is None else item.current.body
        assert kind.owners is not None
        mine = {name: value for name, value in item.raw.items() if name in kind.fields}
        owned = kind.owners(item.actor, item.current)
        foreign = sorted(name for name in mine if kind.fields[name].owner not in owned)
        if foreign:
            raise Refusal("forbidden", MESSAGES["forbidden"], fields=dict.fromkeys(foreign, "Bukan isian Anda."))
        merge = merge_fields(item.base, mine, theirs, kind.groups().values())
        if merge.conflicts:
            raise Conflict(merge.conflicts, MESSAGES["conflict"])
        item.changes = merge.changes
        item.merged = {**theirs, **merge.changes}
        stale = item.current is not None and await self.judge.stale(item, item.current, item.base_version or 0)
        return "merged" if stale else "applied"

    def _touched(self, before: Any) -> dict[Key, None]:
        """The records published since, in order."""
        return {key: None for key, now in self.w.published.items() if before.get(key) is not now}


def kind_of(registry: Registry, name: str) -> MutationKind | None:
    """The kind of that name, the engine's own included."""
    return WITHDRAW if name == WITHDRAW.name else registry.find_mutation(name)


def _upcast(kind: MutationKind, model: MutationIn) -> dict[str, Any] | None:
    """The args as the present version has them; ``None`` if no way leads here from so old a version."""
    raw = dict(model.args or {})
    for version in range(model.kind_version, kind.version):
        if version not in kind.upcasters:
            return None
        raw = kind.upcasters[version](raw)
    return raw


def _appended(item: Item) -> Answer:
    if item.lost and item.kind.loser == "refuse":
        return rejected(item.id, item.code or "exists", item.message)
    return Answer(item.id, "applied", code=item.code if item.lost else None, message=item.message)


def _refused(item: Item, refusal: Refusal | Conflict) -> Answer:
    if isinstance(refusal, Conflict):
        return conflicting(item.id, None, refusal.message, conflicts=refusal.fields, server_key=own_of(item))
    shown = own_of(item) if refusal.code == "held" else None
    answer = rejected(item.id, refusal.code, refusal.message, server_key=shown, fields=refusal.fields)
    if refusal.detail:
        answer.server = refusal.detail
    return answer
