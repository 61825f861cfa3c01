"""``sync.withdraw``: an author takes back what the server has not accepted yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.answers import ACCEPTED, MESSAGES, Answer, rejected
from sync.errors import Refusal
from sync.protocol import Uuid
from sync.registry import MutationKind, Permission, Rule, Wire

if TYPE_CHECKING:
    from sync.judge import Progress
    from sync.ledger import Ledger
    from sync.writing import Item, Writing


class WithdrawArgs(Wire):
    """``mutation``: the id of the item to take back."""

    mutation: Uuid


async def _never(_w: Writing, _item: Item) -> None:
    raise AssertionError("the engine withdraws by itself")


WITHDRAW = MutationKind(
    name="sync.withdraw",
    record="mutation",
    rule=Rule.REGISTER,
    args=WithdrawArgs,
    may=Permission(lambda _actor, _item, _stored: True, "its author"),
    handler=_never,
    doc="take back an item that was tried but not accepted",
    creates=True,
)


async def withdraw(w: Writing, ledger: Ledger, item: Item, progress: Progress) -> Answer:
    """Store an unknown or deferred id as ``rejected/withdrawn``; an accepted one answers ``rejected/state``.

    A late copy of a withdrawn item has no effect. Raises :class:`Refusal` ``state`` or ``not_found``.
    """
    mutation: str = item.args.mutation
    if mutation in progress.owners:
        return _in_this_batch(item, progress)
    inserted = await w.store.run(
        w.connection,
        "INSERT INTO sync_mutation (id, agency, account, hash, status, code, message, arrived) "
        "VALUES (:id, :agency, :account, '', 'rejected', 'withdrawn', :message, :now) "
        "ON CONFLICT DO NOTHING RETURNING id",
        id=mutation,
        agency=w.agency,
        account=item.actor.account,
        message=MESSAGES["withdrawn"],
        now=int(item.arrived.timestamp() * 1000),
    )
    if not inserted:
        await ledger.look_up([mutation])
        past = ledger.past(mutation, item.actor.account)
        if past is None:
            raise Refusal("not_found", MESSAGES["not_found"])
        if past.status in ACCEPTED:
            raise _too_late()
        if past.status != "deferred":
            return Answer(item.id, "applied")
        await w.store.run(
            w.connection,
            "UPDATE sync_mutation SET status = 'rejected', code = 'withdrawn', message = :message, sealed = NULL "
            "WHERE id = :id",
            id=mutation,
            message=MESSAGES["withdrawn"],
        )
        await w.store.run(w.connection, "DELETE FROM sync_wait WHERE mutation = :id", id=mutation)
    ledger.withdrawn(mutation, item.actor.account)
    return Answer(item.id, "applied")


def _in_this_batch(item: Item, progress: Progress) -> Answer:
    """The same for an item whose end is not in the database yet."""
    mutation: str = item.args.mutation
    there = progress.answers.get(mutation)
    if progress.owners[mutation] != item.actor.account or mutation == item.id:
        raise Refusal("not_found", MESSAGES["not_found"])
    if there is None or there.accepted:
        raise _too_late()
    if there.status == "deferred":
        progress.answers[mutation] = rejected(mutation, "withdrawn")
    return Answer(item.id, "applied")


def _too_late() -> Refusal:
    return Refusal("state", "Kiriman itu sudah diterima server, jadi tetap berlaku.")
