"""The two operations of the sync protocol, as GraphQL fields."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

import strawberry

from backend.api.figures import BATCHES, MUTATIONS, PULLS, REFUSALS, RESETS
from backend.api.scalars import JSON
from backend.context import RequestContext
from sync.errors import ProtocolRefusal

PUSH_DOCUMENT = "mutation($batch: JSON!) { syncPush(batch: $batch) }"
PULL_DOCUMENT = (
    "query($account: ID!, $cursor: String, $limit: Int, $check: Boolean) "
    "{ syncPull(account: $account, cursor: $cursor, limit: $limit, check: $check) }"
)


REFUSED = frozenset({"rejected", "conflict", "deferred", "retry"})

DOCUMENTS = {"syncPush": PUSH_DOCUMENT, "syncPull": PULL_DOCUMENT}
"""What a request may name (``documentId``) instead of sending the text, which is half of a small request."""


def fits_pull(variables: dict[str, Any]) -> bool:
    """Whether the variables have the types that :data:`PULL_DOCUMENT` declares (else GraphQL says what is wrong)."""
    cursor, limit, check = variables.get("cursor"), variables.get("limit"), variables.get("check")
    return (
        isinstance(variables.get("account"), str)
        and isinstance(cursor, str | None)
        and (limit is None or type(limit) is int)
        and isinstance(check, bool | None)
    )


def pull_arguments(variables: dict[str, Any]) -> dict[str, Any]:
    """The arguments of :func:`pull`."""
    return {
        "account": variables["account"],
        "cursor": variables.get("cursor"),
        "limit": variables.get("limit"),
        "check": variables.get("check"),
    }


def _signed_out(context: RequestContext, request: Any) -> dict[str, Any]:
    return context.engine.envelope(
        request, ProtocolRefusal("signed_out", "Masuk lagi agar terkirim; belum punya akun, daftar dulu.")
    )


async def push(context: RequestContext, batch: Any) -> dict[str, Any]:
    """Answer a batch; without a session it is not read."""
    named = batch if isinstance(batch, dict) else {}
    viewer = await context.speaker(named.get("account"))
    if viewer is None:
        return _signed_out(context, named.get("requestId"))
    reply = await context.engine.push(viewer, batch)
    BATCHES.labels(reply["code"] or "ok").inc()
    if reply["results"]:
        kinds = {one.get("id"): one.get("kind") for one in batch["mutations"] if isinstance(one, dict)}
        ends = Counter(
            (_word(kinds.get(one["id"])), one["status"], one.get("code") if one["status"] in REFUSED else None)
            for one in reply["results"]
        )
        for (kind, status, code), times in ends.items():
            count(context, kind, status, code, times)
    return reply


def count(context: RequestContext, kind: str | None, status: str, code: str | None, times: int = 1) -> None:
    """Count answers; what no kind of this server is, is one label, since clients choose the word."""
    known = kind is not None and context.engine.registry.find_mutation(kind) is not None
    MUTATIONS.labels(kind if known else "unknown", status).inc(times)
    if status in REFUSED:
        REFUSALS.labels(status, code or "none").inc(times)


def _word(kind: object) -> str | None:
    return kind if isinstance(kind, str) else None


async def pull(
    context: RequestContext, account: str, cursor: str | None, limit: int | None, check: bool | None
) -> dict[str, Any]:
    """Answer a pull; without a session nothing is read. Members that are null or empty are left out."""
    viewer = await context.speaker(account)
    if viewer is None:
        return _signed_out(context, None)
    answer = await context.engine.pull(viewer, account, cursor, limit, bool(check))
    PULLS.labels(answer.get("code") or "ok").inc()
    if answer.get("reset"):
        RESETS.inc()
    members = cast(dict[str, Any], answer).items()
    return {name: value for name, value in members if value is not None and (value != [] or name == "changes")}


def briefly(page: dict[str, Any]) -> dict[str, Any]:
    """What is answered to a pull that names its document by id: without what false or an empty list says as well."""
    return {name: value for name, value in page.items() if value is not False and value != []}


async def _sync_pull(
    info: strawberry.Info,
    account: strawberry.ID,
    cursor: str | None = None,
    limit: int | None = None,
    check: bool | None = None,
) -> JSON:
    return JSON(await pull(info.context, str(account), cursor, limit, check))


async def _sync_push(info: strawberry.Info, batch: JSON) -> JSON:
    return JSON(await push(info.context, batch))


@strawberry.type
class SyncQuery:
    """Reading of the sync protocol."""

    sync_pull: JSON = strawberry.field(
        resolver=_sync_pull, description="One page of what is newer than the cursor (sambung-sync/1, section Pull)."
    )


@strawberry.type
class SyncMutation:
    """Writing of the sync protocol."""

    sync_push: JSON = strawberry.mutation(
        resolver=_sync_push, description="Run a batch of mutations, each exactly once (sambung-sync/1, section Push)."
    )
