"""Visit tickets: a counter hands one out, one rating spends it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from backend.keys import Keys
from backend.ratings.code_bodies import TicketArgs, TicketBody
from backend.ratings.models import RatingTicket
from backend.ratings.service.presence import TICKET_LIFE, sign_ticket
from sync.clock import to_ms, wire
from sync.writing import Item, Writing


class Tickets:
    """Handler of ``rating.ticket``. One a server."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    async def issue(self, w: Writing, items: Sequence[Item]) -> None:
        """Store the tickets of a batch; each is shown on the devices of whoever issued it, and nowhere else."""
        ids = [item.record for item in items]
        taken = select(col(RatingTicket.id)).where(col(RatingTicket.id).in_(ids))
        known = set((await w.session.execute(taken)).scalars())
        for item in items:
            args: TicketArgs = item.args
            if item.record in known:
                item.lose("exists", "Karcis dengan nomor ini sudah ada. Buat karcis baru.")
                continue
            known.add(item.record)
            account = None if item.actor.system else item.actor.account
            w.session.add(RatingTicket(
                id=item.record, agency=w.agency, site=args.site, service=args.service, issued=w.now, issued_by=account,
            ))  # fmt: skip
            body = TicketBody(
                site=args.site,
                service=args.service,
                signed=sign_ticket(self.keys, item.record),
                issued=wire(to_ms(w.now)),
                expires=wire(to_ms(w.now + TICKET_LIFE)),
            )
            w.publish("rating_ticket", item.record, body, {f"person:{item.actor.account}"})
