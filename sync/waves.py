"""In which order the items of one transaction run. Pure: items in, waves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sync.registry import Rule
from sync.store import Key
from sync.withdrawal import WITHDRAW
from sync.writing import Item


def target_of(item: Item) -> Key | None:
    """The record that permission is judged on, where the kind declares one that is not the item's own."""
    if item.kind.target is None:
        return None
    kind, member = item.kind.target
    id = item.raw.get(member)
    return (kind, id) if isinstance(id, str) else None


def whole_of(item: Item) -> Key | None:
    """The record that the item's own one is part of, where the kind declares one."""
    if item.kind.within is None:
        return None
    kind, member = item.kind.within
    id = item.raw.get(member)
    return (kind, id) if isinstance(id, str) else None


def own_of(item: Item) -> Key:
    """The record that the item makes or changes."""
    return item.kind.record, item.record


def waves(items: Sequence[Item]) -> list[list[Item]]:
    """Items in waves: each after what it names, and after earlier work on the records that it changes or saw.

    ``append`` items of one wave touch different records, so that they can run as one set. A circle of names
    is cut anywhere: who finds a named item not yet run waits for it.
    """
    ordered = sorted(items, key=lambda item: (item.seq or 0, item.id))
    if _apart(ordered):
        return [ordered]
    by_id = {item.id: item for item in ordered}
    chosen = {resolved: item.id for item in ordered for resolved in item.resolves}
    level: dict[str, int] = {}
    written: dict[str, int] = {}
    read: dict[str, int] = {}
    for item in _named_first(ordered, by_id, chosen):
        after = [level[need] + 1 for need in _needs(item, by_id, chosen) if need in level]
        writes, reads = _writes_and_reads(item)
        after += [written[id] + 1 for id in reads if id in written]
        after += [read[id] + 1 for id in writes if id in read]
        level[item.id] = max(after, default=0)
        written.update(dict.fromkeys(writes, level[item.id]))
        read.update({id: max(level[item.id], read.get(id, 0)) for id in reads - writes})
    result: list[list[Item]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for item in ordered:
        result[level[item.id]].append(item)
    return result


def _writes_and_reads(item: Item) -> tuple[set[str], set[str]]:
    """Ids of the records that an item changes; and with them those that it saw.

    What a command saw, and the whole that a part belongs to, must not change before it by work that its author did
    after it.
    """
    target = target_of(item)
    whole = whole_of(item)
    writes = {item.record} if target is None else {item.record, target[1]}
    reads = writes if whole is None else writes | {whole[1]}
    return writes, reads.union(item.seen) if item.kind.rule is Rule.COMMAND else reads


def _apart(items: Sequence[Item]) -> bool:
    """Whether no item names, touches or saw what another does, as in most batches."""
    known: set[str] = set()
    for item in items:
        _, reads = _writes_and_reads(item)
        if item.depends_on or item.resolves or item.kind is WITHDRAW or not known.isdisjoint(reads):
            return False
        known |= reads
    return bool(items)


def split(wave: Sequence[Item], *, careful: bool) -> tuple[list[list[Item]], list[Item]]:
    """The sets of a wave, one for each kind with the rule ``append``, and the items that run one by one."""
    sets: dict[str, list[Item]] = {}
    singles: list[Item] = []
    for item in wave:
        if item.kind.rule is Rule.APPEND and not careful:
            sets.setdefault(item.kind.name, []).append(item)
        else:
            singles.append(item)
    return list(sets.values()), singles


def _needs(item: Item, by_id: Mapping[str, Item], chosen: Mapping[str, str]) -> Iterator[str]:
    """The items of this transaction that must run before."""
    named = [*item.depends_on, item.args.mutation] if item.kind is WITHDRAW else item.depends_on
    for need in named:
        for id in (need, chosen.get(need)):
            if id is not None and id in by_id and id != item.id:
                yield id


def _named_first(ordered: Sequence[Item], by_id: Mapping[str, Item], chosen: Mapping[str, str]) -> Iterator[Item]:
    """Depth first without recursion: a chain may be as long as a batch."""
    begun: set[str] = set()
    for start in ordered:
        if start.id in begun:
            continue
        begun.add(start.id)
        stack = [(start, _needs(start, by_id, chosen))]
        while stack:
            item, needs = stack[-1]
            need = next((id for id in needs if id not in begun), None)
            if need is None:
                stack.pop()
                yield item
            else:
                begun.add(need)
                stack.append((by_id[need], _needs(by_id[need], by_id, chosen)))
