"""A phone that speaks the protocol over real HTTP, written from the protocol's page alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx

from sync.ids import uuid4, uuid7

PUSH = "mutation($batch: JSON!) { syncPush(batch: $batch) }"
PULL = (
    "query($account: ID!, $cursor: String, $limit: Int, $check: Boolean) "
    "{ syncPull(account: $account, cursor: $cursor, limit: $limit, check: $check) }"
)
SIGN_IN = """mutation($identifier: String!, $password: String!, $agency: String) {
  signIn(identifier: $identifier, password: $password, agency: $agency) { account name grants { id role unit } }
}"""

Json = dict[str, Any]


class Phone:
    """One browser profile of one account: its cookie, device id, numbers, cursor, and the records it holds."""

    def __init__(self, url: str, *, connections: int = 4) -> None:
        self.http = httpx.AsyncClient(
            base_url=url,
            timeout=30,
            verify=False,  # plain HTTP: reading the trust store takes longer than a sync
            headers={"X-Sambung-Client": "tests/1", "Origin": url},
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        )
        self.account = ""
        self.grants: list[Json] = []
        self.device = uuid4()
        self.seq = 0
        self.epoch: str | None = None
        self.cursor: str | None = None
        self.records: dict[tuple[str, str], Json] = {}
        self.versions: dict[tuple[str, str], int] = {}

    async def __aenter__(self) -> Phone:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.http.aclose()

    async def graphql(self, query: str, **variables: Any) -> Json:
        """The whole answer to an operation. Raises ``httpx.TransportError`` if none came."""
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables})
        answer.raise_for_status()
        return dict(answer.json())

    async def data(self, query: str, **variables: Any) -> Any:
        """The data of an operation that must succeed."""
        answer = await self.graphql(query, **variables)
        assert not answer.get("errors"), answer["errors"]
        return answer["data"]

    async def sign_in(self, identifier: str, password: str, agency: str | None = None) -> Phone:
        """Sign in; the cookie stays with this phone."""
        me = (await self.data(SIGN_IN, identifier=identifier, password=password, agency=agency))["signIn"]
        self.account, self.grants = me["account"], me["grants"]
        return self

    def grant(self, role: str) -> str:
        """The id of a held grant with this role."""
        return str(next(grant["id"] for grant in self.grants if grant["role"] == role))

    def mutation(self, kind: str, record: str, args: Json, *, role: str | None = None, **more: Any) -> Json:
        """A new mutation with the next number of this device."""
        self.seq += 1
        wall = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "id": uuid7(),
            "seq": self.seq,
            "kind": kind,
            "kindVersion": 1,
            "record": record,
            "as": role and self.grant(role),
            "args": args,
            "clock": {"wall": wall},
            **more,
        }

    def ask(self, text: str, record: str | None = None) -> Json:
        """A new question, as the form sends it."""
        return self.mutation("question.ask", record or uuid7(), {"text": text, "kind": "pertanyaan"})

    def command(self, kind: str, record: str, args: Json, role: str | None = None) -> Json:
        """A step on a question, over the version that this phone pulled last."""
        version = self.versions[("question", record)]
        return self.mutation(kind, record, args, role=role, baseVersion=version, seen={record: version})

    def batch(self, *mutations: Json) -> Json:
        """The envelope around mutations."""
        return {
            "protocol": "sambung-sync/1",
            "requestId": uuid4(),
            "account": self.account,
            "deviceId": self.device,
            "epoch": self.epoch,
            "appVersion": "1.0.0",
            "highSeq": self.seq,
            "waiting": len(mutations),
            "voided": [],
            "mutations": list(mutations),
        }

    async def push(self, *mutations: Json) -> list[Json]:
        """Send mutations; their results in the same order."""
        reply = await self.send(self.batch(*mutations))
        assert reply.get("code") is None, reply
        results = {result["id"]: result for result in reply["results"]}
        return [results[mutation["id"]] for mutation in mutations]

    async def send(self, batch: Json) -> Json:
        """Send a batch as it is; the reply's envelope."""
        reply = (await self.data(PUSH, batch=batch))["syncPush"]
        assert reply["requestId"] == batch["requestId"]
        self.epoch = reply["epoch"]
        return dict(reply)

    async def pull(self) -> Phone:
        """Pull until nothing more is there."""
        while True:
            page = (await self.data(PULL, account=self.account, cursor=self.cursor))["syncPull"]
            assert page.get("code") is None, page
            if page.get("reset"):
                self.records.clear()
                self.versions.clear()
            for change in page.get("changes") or []:
                key = (change["kind"], change["id"])
                self.records[key], self.versions[key] = change["body"], change["version"]
            for gone in page.get("removed") or []:
                self.records.pop((gone["kind"], gone["id"]), None)
                self.versions.pop((gone["kind"], gone["id"]), None)
            self.cursor, self.epoch = page["cursor"], page["epoch"]
            if not page.get("more"):
                return self

    def held(self, kind: str) -> dict[str, Json]:
        """The records of a kind that this phone holds, by id."""
        return {id: body for (name, id), body in self.records.items() if name == kind}
