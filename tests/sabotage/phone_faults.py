"""The faults of the phone's engine and of its service worker."""

from tests.sabotage.fault import Edit, Sabotage

_FLUSHER = "src/sync/flusher.test.ts > "
_OUTBOX = "src/sync/outbox.test.ts > "
_PULL = "src/sync/pull.test.ts > "
_SEAL = "src/sync/seal.test.ts > "
_STORE = "src/sync/store.test.ts > "
_WAKE = "src/sync/wake.test.ts > "
_OURS = _FLUSHER + "an answer counts only when it is ours > "
_KEPT = ": the item stays, is resent byte for byte, and takes effect once"


def _in(file: str, before: str, after: str) -> Edit:
    return Edit(f"pwa/src/sync/{file}", before, after)


def _booked(condition: str, status: str) -> Edit:
    """Without a word of ours, all that was sent is booked with one status."""
    return _in(
        "transport.ts",
        "    const asked = retryAfter(",
        f"    if (!reply && requestId && {condition}) {{\n"
        "      const { mutations } = JSON.parse(variables).batch;\n"
        f"      const results = mutations.map(({{ id }}: {{ id: string }}) => ({{ id, status: '{status}' }}));\n"
        "      const made = { serverTime: new Date().toISOString(), results } as unknown as Reply;\n"
        "      return { reply: made, link: linkOf(response, type), waitMs: 0 };\n"
        "    }\n"
        "    const asked = retryAfter(",
    )


def _dropped_on(status: int) -> Sabotage:
    return Sabotage(
        f"item dropped on {status}",
        "I7",
        f"takes HTTP status {status} for a final no to all that was sent",
        (_booked(f"response.status === {status}", "rejected"),),
        (f"{_OURS}status {status}{_KEPT}",),
    )


PHONE = (
    Sabotage(
        "outbox row deleted before the answer",
        "I7",
        "takes an item out of the outbox when it is sent, not when it is answered",
        (
            _in(
                "flusher.ts",
                "void tx.outbox.put({ ...row, tried: true, state: 'sending' });",
                "void tx.outbox.delete(row.seq);",
            ),
        ),
        (f"{_OURS}no network{_KEPT}", f"{_OURS}the reply is lost after the commit{_KEPT}"),
    ),
    Sabotage(
        "HTTP 200 taken as an answer",
        "I7",
        "books everything as accepted when the status is 200, whatever the body says",
        (_booked("response.ok", "applied"),),
        (
            f"{_OURS}a login page with status 200{_KEPT}",
            f"{_OURS}half a reply{_KEPT}",
            f"{_OURS}JSON of somebody else{_KEPT}",
            f"{_OURS}GraphQL errors{_KEPT}",
        ),
    ),
    Sabotage(
        "reply to another request believed",
        "I7",
        "does not compare the `requestId` of a reply",
        (_in("transport.ts", " && (!requestId || reply.requestId === requestId)", ""),),
        (f"{_OURS}the reply to another request{_KEPT}",),
    ),
    _dropped_on(400),
    _dropped_on(401),
    _dropped_on(403),
    Sabotage(
        "resend with changed text",
        "I1",
        "builds what travels anew at each attempt, with the clock of that moment",
        (
            _in(
                "flusher.ts",
                "const texts = rows.map((row) => row.text).join(',');",
                "const texts = rows.map((row) => JSON.stringify({ ...JSON.parse(row.text), clock: { wall: iso(core.now()) } })).join(',');",
            ),
        ),
        (f"{_OURS}half a reply{_KEPT}", f"{_OURS}the reply is lost after the commit{_KEPT}"),
    ),
    Sabotage(
        "number reused",
        "I9",
        "takes the next `seq` from the number of rows that are left",
        (
            _in(
                "outbox.ts",
                "const seq = ++tx.state.seq;",
                "const seq = (tx.state.seq = (await tx.outbox.getAllKeys()).length + 1);",
            ),
        ),
        (_OUTBOX + "saving > numbers are never reused, not even after the highest item was deleted",),
    ),
    Sabotage(
        "`tried` written after the attempt",
        "I1",
        "marks an item as tried when the answer comes, so that one on the wire can still be edited",
        (_in("flusher.ts", "{ ...row, tried: true, state: 'sending' }", "{ ...row, state: 'sending' }"),),
        (_FLUSHER + "an answer counts only when it is ours > tried is on the disk before the request leaves",),
    ),
    Sabotage(
        "saved before the transaction is complete",
        "I2",
        'says "Tersimpan" when the rows were handed to the database, not when they are on the disk',
        (_in("store.ts", "      await done;\n", ""),),
        (_STORE + "a lost connection > an aborted commit is repeated",),
    ),
    Sabotage(
        "relaxed durability",
        "I2",
        "leaves out `durability: 'strict'`, so that what was called saved may still be in memory",
        (_in("store.ts", ", { durability: 'strict' }", ""),),
        (_STORE + "every write is strictly durable",),
    ),
    Sabotage(
        "full disk passed over",
        "I2",
        'swallows the refusal of a full disk and says "Tersimpan"',
        (
            _in(
                "outbox.ts",
                "async (tx) => (tx.attempt && (await tx.ids.get(id))) || add(core, tx, { ...input, id }));",
                "async (tx) => (tx.attempt && (await tx.ids.get(id))) || add(core, tx, { ...input, id }))"
                ".catch(() => ({ seq: 0, id, text: '{}', state: 'waiting', tried: false, createdAt: '', bytes: 0, fails: 0 }) as Row);",
            ),
        ),
        (_STORE + "a full disk > that stays full is told: nothing is stored, no number is taken",),
    ),
    Sabotage(
        "reset without a second copy",
        "I3",
        "empties the copy when the server asks for a reset, and fills it again page by page in sight",
        (
            _in(
                "pull.ts",
                "  const into = target(state, reply);\n",
                "  const into = target(state, reply);\n  if (reply.reset) void records.clear();\n",
            ),
        ),
        (
            _PULL
            + "reset > the new copy is built beside the old one, which stays in sight until it is whole; outbox and drafts stay",
        ),
    ),
    Sabotage(
        "digest never compared",
        "I3",
        "believes that the copy is right for ever",
        (
            _in(
                "check.ts",
                "const fits = own.count === expected.count && own.digest === expected.digest;",
                "const fits = true;",
            ),
        ),
        (_PULL + "check > records that silently went wrong are healed",),
    ),
    Sabotage(
        "overlay skipped on pull",
        "I3",
        "shows a pulled record as it came, over own work that is not sent yet",
        (
            _in(
                "overlay.ts",
                "if (isShown(item) && !item.withdrawing) view.body",
                "if (view.version === null && isShown(item) && !item.withdrawing) view.body",
            ),
        ),
        (_OUTBOX + "views > what waits lies over the server record, and leaves when the pull has caught up",),
    ),
    Sabotage(
        "overlay gone with the answer",
        "I3",
        "takes an accepted item out of the view before the record came, so that it flickers away",
        (
            _in(
                "flusher.ts",
                "else if (ended && next.state === 'accepted' && isPulled(next, state.feed)) next.live",
                "else if (ended && next.state === 'accepted') next.live",
            ),
        ),
        (_OUTBOX + "views > accepted but not pulled still shows",),
    ),
    Sabotage(
        "passive after one error",
        "I5",
        "arms no timer after an attempt that failed, and waits for somebody to do something",
        (
            _in(
                "client.ts",
                "      await arm(how === 'busy'",
                "      if (how === 'ok') await arm(how === 'busy'",
            ),
        ),
        (_WAKE + "it drains by itself > by the timer alone, once the fault ends: no tap, no event",),
    ),
    Sabotage(
        "`navigator.onLine` as a gate",
        "I5",
        "sends nothing while the browser believes that there is no network",
        (
            _in(
                "client.ts",
                "  let ok = false;\n",
                "  let ok = false;\n  if (navigator.onLine === false) return 'failed';\n",
            ),
        ),
        (_WAKE + "it drains by itself > navigator.onLine is never asked",),
    ),
    Sabotage(
        "start that sends nothing",
        "I5",
        "waits for a new act before it sends what an earlier page left behind",
        (_in("client.ts", "  if (!options.worker) void wake(PULL | CHECK);\n", ""),),
        (_WAKE + "it drains by itself > what an earlier page left unsent goes at the start",),
    ),
    Sabotage(
        "wish of the server ignored",
        "I5",
        "sends again at once although the server said when",
        (
            _in(
                "flusher.ts",
                "state.holdUntil = waitMs ? now + Math.min(waitMs, HOUR) : 0;",
                "state.holdUntil = 0;",
            ),
        ),
        (_FLUSHER + "batch codes > the wait that the server asks for is obeyed, even when the person is impatient",),
    ),
    Sabotage(
        "flush by every tab",
        "I1",
        "has neither lock nor lease: each tab and the worker send what waits",
        (
            _in(
                "lease.ts",
                "  const locks = globalThis.navigator?.locks;\n",
                "  if (core) return work().then(() => true);\n  const locks = globalThis.navigator?.locks;\n",
            ),
            _in("lease.ts", "  return own;\n", "  return true;\n"),
        ),
        (
            _WAKE + "one flusher at a time, with locks > tabs that all wake at once send each item once",
            _WAKE
            + "one flusher at a time, without locks: a lease in the store > tabs that all wake at once send each item once",
        ),
    ),
    Sabotage(
        "worker intercepting POST",
        "I1",
        "lets the service worker answer every request, posted ones among them",
        (
            Edit(
                "pwa/src/worker/sw.ts",
                "  if (request.method !== 'GET' || ",
                "  if (request.method !== 'GET') return event.respondWith(fetch(request));\n  if (",
            ),
        ),
        ("src/worker/sw.test.ts > fetch > what is posted to /graphql never passes through the worker",),
    ),
    Sabotage(
        "seal skipped at sign-out",
        "I6",
        "leaves outbox, journal and drafts readable for the next person at the phone",
        (
            _in(
                "seal.ts",
                "    if (data || !force) for (const table of [tx.outbox, tx.drafts]) await table.clear();\n",
                "",
            ),
        ),
        (_SEAL + "signing out with unsent work > nothing readable is left, and the owner finds everything again",),
    ),
    Sabotage(
        "pulled records left at sign-out",
        "I6",
        "seals what was not sent, and leaves what was pulled",
        (_in("seal.ts", "    await tx.records.clear();\n", ""),),
        (_SEAL + "signing out with unsent work > nothing readable is left, and the owner finds everything again",),
    ),
    Sabotage(
        "other account left open",
        "I6",
        "opens the store of the one who signs in, and leaves that of the one before as it was",
        (_in("client.ts", "  await late.sealOthers(others, ", "  await late.sealOthers([], "),),
        (
            _SEAL
            + "another account signs in > what the first left open is sealed with its own key, and comes back for it",
        ),
    ),
    Sabotage(
        "one store for all accounts",
        "I6",
        "names the database of the browser without the account",
        (_in("store.ts", "indexedDB.open(PREFIX + account, 1)", "indexedDB.open(PREFIX, 1)"),),
        (_OUTBOX + "saving > accounts have stores and devices of their own",),
    ),
    Sabotage(
        "maximum number of tries",
        "I7",
        "gives an item up after ten attempts",
        (
            _in(
                "flusher.ts",
                "    if (row.state !== 'sending') continue;\n",
                "    if (row.state !== 'sending') continue;\n"
                "    if (++row.fails > 10) {\n"
                "      void tx.outbox.put({ ...row, state: 'rejected' });\n"
                "      continue;\n"
                "    }\n",
            ),
        ),
        (_FLUSHER + "an answer counts only when it is ours > neither fifty failures nor a year end an item",),
    ),
    Sabotage(
        "maximum age",
        "I7",
        "forgets what is older than 30 days, sent or not",
        (_in("check.ts", "if (!row.live && !isOpen(row) && Date.parse(", "if (Date.parse("),),
        (_FLUSHER + "an answer counts only when it is ours > neither fifty failures nor a year end an item",),
    ),
    Sabotage(
        "unknown status taken for final",
        "I7",
        "rejects what is answered in a word that this version of the app does not know",
        (
            _in(
                "flusher.ts",
                "    default:\n      next.state = result?.status === 'deferred' ? 'deferred' : 'waiting';\n",
                "    default:\n"
                "      if (result && !/deferred|retry/.test(result.status)) return { ...next, state: 'rejected' };\n"
                "      next.state = result?.status === 'deferred' ? 'deferred' : 'waiting';\n",
            ),
        ),
        (_FLUSHER + "statuses > an unknown status is a retry",),
    ),
    Sabotage(
        "one stuck record holds back all",
        "I8",
        "stops at the first item that may not go yet",
        (
            _in(
                "flusher.ts",
                "      held.add(item.id);\n      continue;\n",
                "      held.add(item.id);\n      break;\n",
            ),
        ),
        (_FLUSHER + "order > a stuck record keeps its later items back, and only them",),
    ),
    Sabotage(
        "later item of a record goes first",
        "I8",
        "sends what may go, also when an earlier item on the same record may not",
        (_in("flusher.ts", "      if (!engine) held.add(item.record);\n", ""),),
        (_FLUSHER + "order > a stuck record keeps its later items back, and only them",),
    ),
    Sabotage(
        "lost numbers not told",
        "I9",
        "does not look at the numbers that the server misses",
        (_in("flusher.ts", "  state.lost = reply.missingSeq?.length ? await lost(tx, reply.missingSeq) : [];\n", ""),),
        (_FLUSHER + "a restored server > numbers that neither side holds are reported as lost",),
    ),
    Sabotage(
        "deleted numbers not told",
        "I9",
        "deletes an untried item without a word, so that the server misses its number",
        (
            _in(
                "amend.ts",
                "      void tx.outbox.delete(row.seq);\n      tx.state.voided.push(row.seq);\n",
                "      void tx.outbox.delete(row.seq);\n",
            ),
        ),
        (_OUTBOX + "editing and taking back > a deleted number is reported as voided and is not missed",),
    ),
    Sabotage(
        "new epoch ignored",
        "I1",
        "does not send again what a restored backup has lost",
        (_in("flusher.ts", "  if (state.epoch) await resendJournal(core, tx, reply.epochStart);\n", ""),),
        (
            _FLUSHER
            + "a restored server > what was accepted after the backup goes again in order, with the same texts; "
            "the old receipt stays in sight",
        ),
    ),
)
