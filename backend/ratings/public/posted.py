"""Reading a posted form: whatever a browser or a forger sends becomes plain fields, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request

from backend.identity.rules.phones import parse_phone
from backend.ratings.public.stamps import Stamp
from backend.ratings.rules.arrival import Given, form_faults
from backend.ratings.service.catalogue import Catalogue

MOST_BODY = 16 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A posted form: its stamp, read and as it came, what was chosen, and the number as it was typed."""

    stamp: Stamp
    signed: str
    given: Given
    phone: str


def faults_of(sent: Sent, catalogue: Catalogue) -> dict[str, str]:
    """The faulty inputs by name, each with a code; empty if the form can be sent on."""
    faults = form_faults(sent.stamp.version, sent.given, [one.code for one in catalogue.offered])
    error = parse_phone(sent.phone).error
    if error and (error != "EMPTY" or catalogue.rules.is_on("phone_required")):
        faults["phone"] = "REQUIRED" if error == "EMPTY" else "WRONG"
    return faults


async def read_fields(request: Request) -> dict[str, list[str]]:
    """The posted fields; nothing of a body that is too large or of another kind."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY:
            return {}
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=60)
    except (UnicodeDecodeError, ValueError):
        return {}


def given_of(fields: Mapping[str, list[str]]) -> Given:
    """What the visitor chose. Two values where one is asked are kept visible as a wrong one."""
    scores = fields.get("score", [])
    return Given(
        service=(fields.get("service", [""])[0] or None),
        indicators=fields.get("indicators", [])[:20],
        score=(scores[0] if len(set(scores)) == 1 else ",".join(scores)[:20] if scores else None),
        scores={
            name.removeprefix("score_"): values[0]
            for name, values in fields.items()
            if name.startswith("score_") and len(name) <= 12
        },
    )
