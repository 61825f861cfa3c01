"""``rating.decide``: hold, confirm or void a rating. Each decision is an added row; the last one counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from backend.ratings.bodies import DecisionBody, RatingDecisionArgs
from backend.ratings.models import RATING, RATING_DECISION
from backend.ratings.rules.arrival import AFTER, FROM, Act, Status
from backend.ratings.service.shown import desk_of, publish_held, stamp
from sync.errors import Refusal
from sync.writing import Item, Writing

WORDS = {
    Status.VALID: "sudah sah",
    Status.HELD: "sedang ditahan",
    Status.VOID: "sudah dibatalkan",
    Status.DUPLICATE: "duplikat; yang pertama sudah dihitung",
}


async def decide(w: Writing, items: Sequence[Item]) -> None:
    """Decide about ratings, each in the order of the batch. Raises ``not_found``, ``forbidden``, ``state``."""
    args: list[RatingDecisionArgs] = [item.args for item in items]
    query = select(RATING).where(RATING.c.agency == w.agency, RATING.c.id.in_(sorted({one.rating for one in args})))
    rows = {row["id"]: dict(row) for row in (await w.connection.execute(query.with_for_update())).mappings()}
    decisions = []
    for item in items:
        decisions.append(_one(w, rows, item))
    await w.connection.execute(insert(RATING_DECISION), decisions)
    for row in rows.values():
        await w.connection.execute(update(RATING).where(RATING.c.id == row["id"]).values(status=row["status"]))


def _one(w: Writing, rows: Mapping[str, dict[str, Any]], item: Item) -> dict[str, Any]:
    args: RatingDecisionArgs = item.args
    row = rows.get(args.rating)
    if row is None or not (item.actor.system or row["site"] in item.actor.scope):
        raise Refusal("not_found", "Penilaian ini tidak ditemukan. Tidak ada yang berubah.")
    if row["officer"] == item.actor.account:
        raise Refusal("forbidden", "Penilaian tentang diri sendiri diputus orang lain. Tidak ada yang berubah.")
    act, before = Act(args.act), Status(row["status"])
    if before not in FROM[act]:
        raise Refusal("state", f"Penilaian ini {WORDS[before]}. Tidak ada yang berubah.")
    row["status"] = str(AFTER[act])
    decision = {
        "id": item.record, "agency": w.agency, "rating": args.rating, "act": str(act), "before": str(before),
        "after": row["status"], "account": None if item.actor.system else item.actor.account,
        "name": item.actor.name, "at": w.now, "reason": args.reason,
    }  # fmt: skip
    if act is Act.HOLD:
        publish_held(w, row, None)
    elif before is Status.HELD:
        w.unpublish("rating", row["id"])
    body = DecisionBody(
        rating=args.rating, act=args.act, after=row["status"], name=item.actor.name, reason=args.reason, at=stamp(w.now)
    )
    w.publish("rating_decision", item.record, body, desk_of(row["site"]))
    return decision
