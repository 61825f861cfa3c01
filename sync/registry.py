"""How a domain declares itself: one declaration per record kind, one per mutation kind.

From a declaration follow the validation of a mutation, its typed GraphQL form, its audit entry, the
documentation table and the test matrix. A kind without a rule, an owner or a permission does not start:
:meth:`Registry.close` refuses it.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

if TYPE_CHECKING:
    from sync.actors import Actor
    from sync.writing import Item, StoredRecord, Writing

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
ListHandler = Callable[["Writing", Sequence["Item"]], Awaitable[None]]
SeenSet = Callable[["Writing", "Item"], Awaitable[Iterable[tuple[str, str, int]]]]
OneHandler = Callable[["Writing", "Item"], Awaitable[None]]
Above = Callable[["Writing", Sequence["Item"]], Awaitable[Iterable[tuple[str, str]]]]


class Wire(BaseModel):
    """Base of every args and body model: camelCase on the wire, unknown members refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", str_strip_whitespace=False, frozen=True
    )


class Rule(enum.StrEnum):
    """The conflict rules of the protocol; every mutation kind declares exactly one."""

    APPEND = "append"
    FIELDS = "fields"
    COMMAND = "command"
    CLAIM = "claim"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a ``fields`` mutation may write.

    ``owner`` is the only role word that may write it (what :attr:`RecordKind.owners` answers); fields with
    the same ``group`` hold a joint invariant and merge as one; ``label`` is what the screen calls it.
    """

    owner: str
    group: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class RecordKind:
    """What the feed carries under one name, with one visibility for the whole record.

    ``owners`` answers, for an actor and a stored record (or ``None`` before its creation), the owner words
    that the actor holds on it; needed as soon as a ``fields`` mutation writes the record. Field names in
    ``fields`` are those of the wire (camelCase).
    """

    name: str
    body: type[BaseModel]
    doc: str
    fields: Mapping[str, FieldSpec] = field(default_factory=dict)
    owners: Callable[[Actor, StoredRecord | None], frozenset[str]] | None = None

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Group name to its field names; a field without a group is a group of its own."""
        found: dict[str, list[str]] = {}
        for name, spec in self.fields.items():
            found.setdefault(spec.group or name, []).append(name)
        return {name: tuple(names) for name, names in found.items()}


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may: ``check`` decides, ``doc`` says it in words for the documentation table.

    ``check`` gets the actor (as the role that the item names), the item, and the stored record that the
    item is about (``None`` if it does not exist yet). It must not look anything up: facts that it needs
    are on the actor or in the record's body.
    """

    check: Callable[[Actor, Item, StoredRecord | None], bool]
    doc: str


@dataclass(frozen=True, slots=True)
class MutationKind:
    """One thing that a person, a timer or another system can do.

    ``handler`` takes a list for the rule ``append`` (set-based: one statement a table), one item
    otherwise. ``target`` is the kind of the record that permission and visibility are judged on when it
    is not ``record`` itself: ``(kind, args member that names its id)``. ``upcasters[n]`` turns the args of
    version ``n`` into version ``n + 1``. ``loser`` says what becomes of an append that meets a taken
    natural key. ``proof`` returns a signed token beside the receipt. ``creates`` lets a stateful kind name
    a record that does not exist yet.
    """

    name: str
    record: str
    rule: Rule
    args: type[BaseModel]
    may: Permission
    handler: ListHandler | OneHandler
    doc: str
    version: int = 1
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)
    loser: Literal["keep", "refuse"] | None = None
    proof: bool = False
    creates: bool = False
    target: tuple[str, str] | None = None
    internal: bool = False
    """Only the server itself does it (timers, imports, webhooks): refused in a batch, absent from GraphQL."""
    title: str = ""
    """What a person calls it (Indonesian), on the public page of a receipt."""
    seen_set: SeenSet | None = None
    """A command whose view is a whole set: gives its ``(record kind, id, version)``, of which ``seenDigest`` must
    be the digest, as it is now or was before the last, or the last few, of the named own work took effect: the phone
    may hold as under way what it has pulled already. A missing one is a stale view."""
    first: OneHandler | None = None
    """What must hold whatever a merge or the versions seen would say (a lock on the whole that the record is part of);
    it raises :class:`Refusal` or :class:`Conflict`. Not for ``append``, whose handlers look themselves."""
    above: Above | None = None
    """Records to be locked with those of the items, before any of them is judged: the whole that their records are part
    of. Locked in one order by everybody, no two transactions wait for each other in a ring."""
    within: tuple[str, str] | None = None
    """The record that the item's own one is part of: ``(kind, args member that names its id)``. Permission and
    visibility are judged on it, it must be there and is locked first; merging is judged on the item's own record. For
    parts whose rights follow from a whole that is described elsewhere."""
    unaudited: bool = False
    """A register that says nothing about anybody's acts (read marks, push subscriptions)."""

    @property
    def audited(self) -> bool:
        """Whether each act gets a row in the audit log; an appended record is its own evidence."""
        return self.rule is not Rule.APPEND and not self.unaudited


class DeclarationError(Exception):
    """A kind is declared in a way that cannot work; the server does not start."""


class Registry:
    """All kinds of a server. Filled at start by each domain's ``records.declare``, then closed."""

    def __init__(self) -> None:
        self._records: dict[str, RecordKind] = {}
        self._mutations: dict[str, MutationKind] = {}
        self._closed = False

    def record(self, kind: RecordKind) -> RecordKind:
        """Declare a record kind."""
        self._open(kind.name, self._records)
        self._records[kind.name] = kind
        return kind

    def mutation(self, kind: MutationKind) -> MutationKind:
        """Declare a mutation kind."""
        self._open(kind.name, self._mutations)
        self._mutations[kind.name] = kind
        return kind

    def close(self) -> Registry:
        """Check every declaration against the others and accept no more. Raises :class:`DeclarationError`."""
        for kind in self._mutations.values():
            self._check(kind)
        for record in self._records.values():
            names = {info.alias or name for name, info in record.body.model_fields.items()}
            stray = set(record.fields) - names
            if stray:
                raise DeclarationError(f"{record.name}: fields {sorted(stray)} are not in its body")
        self._closed = True
        return self

    def find_mutation(self, name: str) -> MutationKind | None:
        """The mutation kind of that name, if this server knows it."""
        return self._mutations.get(name)

    def find_record(self, name: str) -> RecordKind:
        """The record kind of that name; a name that was never declared is a fault of the caller."""
        return self._records[name]

    def mutations(self) -> Iterator[MutationKind]:
        """All mutation kinds, by name."""
        return iter(sorted(self._mutations.values(), key=lambda kind: kind.name))

    def records(self) -> Iterator[RecordKind]:
        """All record kinds, by name."""
        return iter(sorted(self._records.values(), key=lambda kind: kind.name))

    def table(self) -> str:
        """The documentation table (Markdown) of every mutation kind."""
        rows = ["| mutation | record | rule | who may | what |", "|---|---|---|---|---|"]
        rows += [
            f"| `{kind.name}` v{kind.version} | `{kind.record}` | {kind.rule.value} | {kind.may.doc} | {kind.doc} |"
            for kind in self.mutations()
        ]
        return "\n".join(rows) + "\n"

    def _open(self, name: str, known: Iterable[str]) -> None:
        if name.startswith("sync."):
            raise DeclarationError(f"{name}: names of the engine itself")
        if self._closed:
            raise DeclarationError(f"{name}: the registry is closed")
        if name in known:
            raise DeclarationError(f"{name}: declared twice")

    def _check(self, kind: MutationKind) -> None:
        record = self._records.get(kind.record)
        if record is None:
            raise DeclarationError(f"{kind.name}: unknown record kind {kind.record}")
        if not isinstance(kind.rule, Rule):
            raise DeclarationError(f"{kind.name}: no conflict rule")
        if not isinstance(kind.may, Permission) or not kind.may.doc:
            raise DeclarationError(f"{kind.name}: no permission")
        if kind.rule is Rule.FIELDS:
            names = {info.alias or name for name, info in kind.args.model_fields.items()}
            unowned = {name for name in names if name not in record.fields or not record.fields[name].owner}
            if unowned or record.owners is None:
                raise DeclarationError(f"{kind.name}: fields without an owner: {sorted(unowned) or 'all'}")
        if kind.rule is Rule.APPEND and kind.loser is None:
            raise DeclarationError(f"{kind.name}: an append kind says what becomes of the loser")
        if kind.rule is not Rule.APPEND and kind.loser is not None:
            raise DeclarationError(f"{kind.name}: only an append kind has losers")
        if kind.first is not None and kind.rule is Rule.APPEND:
            raise DeclarationError(f"{kind.name}: an append kind looks for itself")
        if kind.seen_set is not None and kind.rule is not Rule.COMMAND:
            raise DeclarationError(f"{kind.name}: only a command is judged by what was seen")
        if kind.target is not None:
            members = {info.alias or name for name, info in kind.args.model_fields.items()}
            if kind.target[0] not in self._records or kind.target[1] not in members:
                raise DeclarationError(f"{kind.name}: unknown target {kind.target[0]}, {kind.target[1]}")
        if kind.within is not None:
            members = {info.alias or name for name, info in kind.args.model_fields.items()}
            if kind.target is not None or kind.within[0] not in self._records or kind.within[1] not in members:
                raise DeclarationError(f"{kind.name}: unknown whole {kind.within[0]}, {kind.within[1]}")
        missing = set(range(min(kind.upcasters, default=kind.version), kind.version)) - set(kind.upcasters)
        if missing:
            raise DeclarationError(f"{kind.name}: no upcaster for version {min(missing)}")
