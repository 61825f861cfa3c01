"""The kinds of the machine's domain, as a phone knows them."""

from __future__ import annotations

RULES = {
    "plan.add": "append", "plan.edit": "fields", "plan.close": "command", "plan.seal": "command",
    "plan.approve": "command", "plan.delete": "command", "plan.take": "claim", "plan.note": "append",
    "vote.cast": "append", "mark.set": "register", "mark.star": "register", "sync.withdraw": "register",
}  # fmt: skip
RECORDS = {name: name.split(".")[0] for name in RULES} | {
    "plan.note": "note", "mark.star": "mark", "sync.withdraw": "mutation",
}  # fmt: skip
UNITS = {"title": ("title",), "start": ("start", "end"), "end": ("start", "end"), "rank": ("rank",)}
