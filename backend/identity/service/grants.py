"""Role grants: given by HR with dates, never to oneself; ended at once when revoked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select, update

from backend.identity.bodies import RoleGrantArgs, RoleGrantBody
from backend.identity.models import PERSON, ROLE_GRANT
from backend.identity.rules.roles import ROLES, grant_fault, overlap
from backend.identity.service.directory import Directory
from sync.errors import Refusal
from sync.writing import Item, Writing


class Grants:
    """Handlers of ``role.*``. One a server."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory

    async def give(self, w: Writing, item: Item) -> None:
        """Store a grant. Raises ``not_found``, ``invalid`` (by input) and ``exists`` (dates overlap)."""
        args: RoleGrantArgs = item.args
        if item.current is not None:
            raise Refusal("exists", "Peran ini sudah diberikan.")
        # The row of the person is the lock under which overlaps are judged.
        query = select(PERSON.c.kind).where(PERSON.c.id == args.person, PERSON.c.agency == w.agency).with_for_update()
        kind = (await w.connection.execute(query)).scalar_one_or_none()
        tree = await self.directory.trees.get(w.connection, w.agency)
        node = tree.nodes.get(args.unit)
        if kind is None or node is None:
            raise Refusal("not_found", "Orang atau unit ini tidak ditemukan. Isian Anda masih ada; periksa lagi.")
        faults = grant_fault(kind=kind, role=args.role, start=args.from_, end=args.to, stand_in=args.stand_in)
        if node.end is not None and node.end < args.from_:
            faults["unit"] = "Unit ini sudah ditutup."
        if faults:
            listed = " ".join(faults.values())
            raise Refusal("invalid", f"{listed} Isian Anda masih ada; perbaiki lalu kirim lagi.", fields=faults)
        await self._refuse_overlap(w, args)
        issuer = None if item.actor.system else item.actor.account
        row = {
            "id": item.record, "agency": w.agency, "person": args.person, "role": args.role, "unit": args.unit,
            "start": args.from_, "end": args.to, "stand_in": args.stand_in, "granted_by": issuer, "granted": w.now,
            "revoked": None,
        }  # fmt: skip
        await w.connection.execute(insert(ROLE_GRANT), [row])
        publish_grant(w, row, node.name)

    async def revoke(self, w: Writing, item: Item) -> None:
        """End a grant now; it leaves the feed of its holder."""
        g = ROLE_GRANT.c
        query = update(ROLE_GRANT).where(g.id == item.record, g.agency == w.agency, g.revoked.is_(None))
        done = await w.connection.execute(query.values(revoked=w.now).returning(g.id))
        if done.first() is None:
            raise Refusal("gone", "Peran ini sudah berakhir.")
        w.unpublish("role_grant", item.record)

    async def _refuse_overlap(self, w: Writing, args: RoleGrantArgs) -> None:
        g = ROLE_GRANT.c
        query = select(g.start, g.end).where(
            g.person == args.person, g.role == args.role, g.unit == args.unit, g.revoked.is_(None)
        )
        for row in await w.connection.execute(query):
            if overlap((row.start, row.end), (args.from_, args.to)):
                message = f"{ROLES[args.role]} di unit ini sudah dipegang orang yang sama pada tanggal itu."
                raise Refusal("exists", f"{message} Isian Anda masih ada; ubah tanggalnya.")


def publish_grant(w: Writing, row: dict[str, Any], unit_name: str) -> None:
    """Tell the holder's devices of a grant, and HR who may end it; ``row`` is one of the table ``role_grant``."""
    body = RoleGrantBody.model_validate(
        {
            "person": row["person"], "role": row["role"], "unit": row["unit"], "unitName": unit_name,
            "from": row["start"], "to": row["end"], "standIn": row["stand_in"],
        }
    )  # fmt: skip
    w.publish("role_grant", row["id"], body, {f"person:{row['person']}", f"role:HRA@{row['unit']}"})
