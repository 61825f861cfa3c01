"""One transaction's worth of mutations: dependencies, permissions, conflict rules and handlers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from pydantic import ValidationError

from sync.actors import Actor, Viewer
from sync.answers import ACCEPTED, FAILED, MESSAGES, Answer, conflicting, rejected
from sync.clock import from_ms, made_at, to_ms
from sync.errors import Conflict, Refusal
from sync.faults import is_house_fault
from sync.merge import merge_fields
from sync.protocol import MutationIn, Received
from sync.registry import ListHandler, OneHandler, Registry, Rule
from sync.store import Key, StoredRecord
from sync.withdrawal import WITHDRAW, withdraw
from sync.writing import Item, Writing

if TYPE_CHECKING:
    from sync.ledger import Ledger


class NeedsCare(Exception):
    """Something raised where nobody can tell whose fault it is; the batch is redone with a savepoint an item."""


class Files(Protocol):
    """Port: uploads that mutations wait for."""

    async def complete(self, w: Writing, account: str, uploads: Sequence[str]) -> set[str]:
        """Those of the account's uploads that are wholly here."""
        ...


class Applying:
    """Runs received mutations inside one transaction and keeps their answers."""

    def __init__(
        self, *, w: Writing, registry: Registry, ledger: Ledger, files: Files | None, now: datetime, careful: bool
    ) -> None:
        self.w = w
        self.registry = registry
        self.ledger = ledger
        self.files = files
        self.now = now
        self.careful = careful
        self.answers: dict[str, Answer] = {}
        self.items: dict[str, Item] = {}
        self.known: dict[Key, StoredRecord | None] = {}
        self.faults: dict[str, BaseException] = {}

    def read(self, received: Received, viewer: Viewer, *, device: str | None) -> Item | None:
        """The item of a received mutation, or ``None`` after noting its answer."""
        model = cast(MutationIn, received.model)
        kind = WITHDRAW if model.kind == WITHDRAW.name else self.registry.find_mutation(model.kind)
        assert kind is not None
        raw = dict(model.args or {})
        if model.kind_version < kind.version:
            for version in range(model.kind_version, kind.version):
                if version not in kind.upcasters:
                    self.answers[model.id] = rejected(model.id, "too_old")
                    return None
                raw = kind.upcasters[version](raw)
        try:
            args = kind.args.model_validate(raw)
        except ValidationError as error:
            self.answers[model.id] = _invalid(model.id, error)
            return None
        actor = viewer.acting(model.grant)
        if actor is None:
            self.answers[model.id] = rejected(model.id, "forbidden")
            return None
        arrival = to_ms(self.now)
        evidence = model.clock.instants() if model.clock is not None else {}
        made = made_at(arrival=arrival, **evidence) if evidence else arrival
        return Item(
            id=model.id,
            kind=kind,
            record=model.record,
            actor=actor,
            args=args,
            raw=raw,
            made=from_ms(made),
            arrived=self.now,
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
        self.items.update({item.id: item for item in items})
        await self._lock(items)
        await self.ledger.look_up({need for item in items for need in item.depends_on if not need.startswith("file:")})
        for level in _levels(items):
            groups: dict[str, list[Item]] = {}
            singles: list[Item] = []
            for item in level:
                if item.kind.rule is Rule.APPEND and not self.careful:
                    groups.setdefault(item.kind.name, []).append(item)
                else:
                    singles.append(item)
            for group in groups.values():
                await self._append(group)
            for item in singles:
                await self._single(item)

    async def _lock(self, items: Sequence[Item]) -> None:
        keys: set[Key] = set()
        for item in items:
            keys.add((item.kind.record, item.record))
            target = _target(item)
            if target is not None:
                keys.add(target)
            keys |= {(item.kind.record, id) for id in item.seen}
        keys -= set(self.known)
        found = await self.w.store.records(self.w.connection, self.w.agency, keys, lock=True)
        fresh: dict[Key, StoredRecord | None] = {key: found.get(key) for key in keys}
        self.known.update(fresh)
        self.w.remember(fresh)

    async def _append(self, items: Sequence[Item]) -> None:
        ready = [item for item in items if await self._may_run(item)]
        if not ready:
            return
        before = self.w.snapshot()
        try:
            await cast(ListHandler, ready[0].kind.handler)(self.w, ready)
        except (Refusal, Conflict):
            raise NeedsCare from None
        touched = self._touched(before)
        for item in ready:
            self._settle_append(item, touched)

    def _settle_append(self, item: Item, touched: list[Key]) -> None:
        if item.lost and item.kind.loser == "refuse":
            self.answers[item.id] = rejected(item.id, item.code or "exists", item.message)
            return
        self.answers[item.id] = Answer(
            item.id, "applied", code=item.code if item.lost else None, message=item.message, touched=touched
        )

    async def _single(self, item: Item) -> None:
        if not await self._may_run(item):
            return
        before, hooks = self.w.snapshot(), list(self.w.hooks)
        savepoint = await self.w.session.begin_nested()
        try:
            answer = await self._by_rule(item)
            await self.w.session.flush()
            await savepoint.commit()
        except (Refusal, Conflict) as refusal:
            await self._undo(savepoint, before, hooks)
            answer = self._refused(item, refusal)
        except Exception as error:
            if not self.careful or is_house_fault(error):
                raise
            await self._undo(savepoint, before, hooks)
            self.faults[item.id] = error
            answer = Answer(item.id, "deferred", code="internal", message=MESSAGES["internal"])
        if answer.status in ACCEPTED:
            answer.touched = self._touched(before)
        self.answers[item.id] = answer

    async def _undo(self, savepoint: Any, before: dict[Key, Any], hooks: list[Any]) -> None:
        if savepoint.is_active:
            await savepoint.rollback()
        self.w.session.expunge_all()
        self.w.published, self.w.hooks = before, hooks

    async def _by_rule(self, item: Item) -> Answer:
        handler = item.kind.handler
        if item.kind is WITHDRAW:
            return await withdraw(self.w, self.ledger, item)
        if item.kind.rule is Rule.APPEND:
            await cast(ListHandler, handler)(self.w, [item])
            self._settle_append(item, [])
            return self.answers[item.id]
        status = "applied"
        if item.kind.rule is Rule.FIELDS:
            status = await self._merge(item)
        elif item.kind.rule is Rule.COMMAND:
            await self._check_seen(item)
        await cast(OneHandler, handler)(self.w, item)
        key = (item.kind.record, item.record)
        return Answer(item.id, status, code=item.code, message=item.message,
                      server_key=key if status == "merged" else None)  # fmt: skip

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
        stale = item.current is not None and await self._stale(item, item.current, item.base_version or 0)
        return "merged" if stale else "applied"

    async def _check_seen(self, item: Item) -> None:
        own = (item.kind.record, item.record)
        for id in {item.record, *item.seen}:
            current = (await self.w.current(own[0], [id])).get(id)
            if current is None:
                continue
            if item.actor.system:
                continue
            if id not in item.seen and not await self._made_here(item, own[0], id):
                raise Conflict([], MESSAGES["conflict"])
            if await self._stale(item, current, item.seen.get(id, 0)):
                raise Conflict([], MESSAGES["conflict"])

    async def _made_here(self, item: Item, kind: str, id: str) -> bool:
        """Whether the author made this very record and has not pulled it yet: then there is no version to carry."""
        made = await self.ledger.versions_by(item, (kind, id))
        return bool(made) or (kind, id) in {key for done in item.depends_on for key in self._published_by(done)}

    async def _stale(self, item: Item, current: StoredRecord, carried: int) -> bool:
        """Whether a version stands between what the author saw and now that is not the author's own work."""
        if current.version == carried:
            return False
        if current.version < carried:
            return True
        key = (current.kind, current.id)
        own = {version for version in await self.ledger.versions_by(item, key) if version > carried}
        between = current.version % 1_000_000 - carried % 1_000_000
        return current.version not in own or len(own) < between

    def _published_by(self, mutation: str) -> list[Key]:
        answer, item = self.answers.get(mutation), self.items.get(mutation)
        if answer is None or item is None or answer.status not in ACCEPTED:
            return []
        return [*answer.touched, (item.kind.record, item.record)]

    async def _may_run(self, item: Item) -> bool:
        """Judge what must hold before any rule; notes the answer if it does not."""
        answer = await self._dependencies(item) or await self._permission(item)
        if answer is not None:
            self.answers[item.id] = answer
        return answer is None

    async def _dependencies(self, item: Item) -> Answer | None:
        pending: list[str] = []
        uploads = [need[5:] for need in item.depends_on if need.startswith("file:")]
        if uploads:
            done = await self.files.complete(self.w, item.actor.account, uploads) if self.files else set()
            pending += [f"file:{upload}" for upload in uploads if upload not in done]
        for need in item.depends_on:
            if need.startswith("file:"):
                continue
            state, kind = self._state_of(need, item.actor)
            if state == "failed":
                chained = item.kind.rule in (Rule.COMMAND, Rule.FIELDS) and kind is not Rule.CLAIM
                return conflicting(item.id, "chain", server_key=(item.kind.record, item.record)) if chained else (
                    rejected(item.id, "dependency")
                )  # fmt: skip
            if state == "pending":
                pending.append(need)
        if pending:
            return Answer(item.id, "deferred", code=None, message=MESSAGES["waiting"], waits=pending)
        return None

    def _state_of(self, mutation: str, actor: Actor) -> tuple[str, Rule | None]:
        """``done``, ``failed`` or ``pending``, and the rule of the named mutation."""
        answer = self.answers.get(self.ledger.stands_for(mutation))
        if answer is not None:
            item = self.items.get(answer.id)
            status, rule = answer.status, None if item is None else item.kind.rule
        else:
            past = self.ledger.past(mutation, actor.account)
            if past is None:
                return "pending", None
            kind = self.registry.find_mutation(past.kind or "")
            status, rule = past.status, None if kind is None else kind.rule
        if status in ACCEPTED or status == "duplicate":
            return "done", rule
        return ("failed" if status in FAILED else "pending"), rule

    async def _permission(self, item: Item) -> Answer | None:
        if item.kind is WITHDRAW:
            return None
        key = _target(item) or (item.kind.record, item.record)
        stored = (await self.w.current(key[0], [key[1]])).get(key[1])
        item.current = stored
        if item.kind.internal and not item.actor.system:
            return rejected(item.id, "not_found")
        if stored is None and (item.kind.target is not None or not (item.kind.creates or _makes(item))):
            return rejected(item.id, "not_found")
        if item.kind.rule is Rule.APPEND:
            own = (item.kind.record, item.record)
            if (await self.w.current(own[0], [own[1]])).get(own[1]) is not None:
                return rejected(item.id, "exists")
        visible = stored is not None and bool(stored.audiences & item.actor.audiences)
        if not item.actor.system and not item.kind.may.check(item.actor, item, stored):
            await self.ledger.note_refusal(item)
            return rejected(item.id, "forbidden" if visible or stored is None else "not_found")
        if stored is not None and stored.deleted:
            return rejected(item.id, "gone")
        return None

    def _touched(self, before: Mapping[Key, Any]) -> list[Key]:
        return [key for key, now in self.w.published.items() if before.get(key) is not now]

    def _refused(self, item: Item, refusal: Refusal | Conflict) -> Answer:
        key = (item.kind.record, item.record)
        if isinstance(refusal, Conflict):
            return conflicting(item.id, None, refusal.message, conflicts=refusal.fields, server_key=key)
        shown = key if refusal.code == "held" else None
        answer = rejected(item.id, refusal.code, refusal.message, server_key=shown, fields=refusal.fields)
        if refusal.detail:
            answer.server = refusal.detail
        return answer


def _invalid(id: str, error: ValidationError) -> Answer:
    names = {".".join(str(part) for part in one["loc"]): _sentence(one) for one in error.errors()}
    listed = ", ".join(sorted(name for name in names if name)) or "isian"
    message = f"Ada isian yang belum benar ({listed}). Tulisan Anda tetap tersimpan; perbaiki lalu kirim lagi."
    return rejected(id, "invalid", message, fields=names)


def _sentence(error: Mapping[str, Any]) -> str:
    sentences = {
        "missing": "Wajib diisi.",
        "string_too_short": "Terlalu pendek.",
        "string_too_long": "Terlalu panjang.",
        "extra_forbidden": "Isian ini tidak dikenal.",
        "string_pattern_mismatch": "Bentuknya tidak sesuai.",
    }
    text = str(error.get("ctx", {}).get("error", "")) if error["type"] == "value_error" else ""
    return text or sentences.get(str(error["type"]), "Isian tidak sesuai.")


def _target(item: Item) -> Key | None:
    if item.kind.target is None:
        return None
    kind, member = item.kind.target
    id = item.raw.get(member)
    return (kind, id) if isinstance(id, str) else None


def _makes(item: Item) -> bool:
    """Whether the item may name a record that does not exist yet."""
    return item.kind.rule in (Rule.APPEND, Rule.REGISTER) or (
        item.kind.rule is Rule.FIELDS and item.base_version is None
    )


def _levels(items: Sequence[Item]) -> Iterable[list[Item]]:
    """Items in waves: after what they name, and after earlier work on the same record."""
    by_id = {item.id: item for item in items}
    level: dict[str, int] = {}
    last: dict[Key, int] = {}

    def place(item: Item, path: frozenset[str]) -> int:
        if item.id in level:
            return level[item.id]
        needs = [by_id[need] for need in item.depends_on if need in by_id and need not in path and need != item.id]
        after = [place(need, path | {item.id}) + 1 for need in needs]
        key = _target(item) or (item.kind.record, item.record)
        if item.kind.rule is not Rule.APPEND or key in last:
            after.append(last.get(key, -1) + 1)
        level[item.id] = max(after, default=0)
        last[key] = max(last.get(key, -1), level[item.id])
        return level[item.id]

    ordered = sorted(items, key=lambda item: (item.seq or 0, item.id))
    for item in ordered:
        place(item, frozenset())
    for depth in range(max(level.values(), default=-1) + 1):
        yield [item for item in ordered if level[item.id] == depth]
