"""A network between browser and server that can be slow, cut, swallow replies or answer by itself.

In tests it is steered by plain calls (:class:`FaultProxy`). By hand, to break ``make demo``::

    make demo                                                      # the server, on port 8000
    uv run python -m tests.support.fault_proxy --target 8000       # the network: 8080, its control: 9000

Open http://127.0.0.1:8080 in a browser, sign in, and break things from a third terminal::

    curl 127.0.0.1:9000                                            # what is in force, and what passed
    curl 127.0.0.1:9000/link -d '{"kbit": 50, "latency_ms": 600, "jitter_ms": 200}'
    curl 127.0.0.1:9000/cut -d ''                                  # no network; /restore brings it back
    curl 127.0.0.1:9000/hold -d ''                                 # a dead line that nobody notices; /restore
    curl 127.0.0.1:9000/stall -d '{"seconds": 20}'                 # nothing passes for so long, then all goes on
    curl 127.0.0.1:9000/reset -d ''                                # every open connection gets a TCP reset
    curl 127.0.0.1:9000/flap -d '{"up": 1, "down": 1}'             # up and down until /restore
    curl 127.0.0.1:9000/fault -d '{"answer": "portal"}'            # until /clear; also with "times": 3
    curl 127.0.0.1:9000/fault -d '{"matching": "syncPush", "times": 5, "drop_reply": true}'
    curl 127.0.0.1:9000/clear -d ''                                # no more faults, a fast line

A fault befalls requests whose first line or inflated body contains ``matching`` (all, if it is left out), the next
``times`` of them (all to come, if left out). The one armed last goes first. What it may do, one of:

==========================  ==========================================================================================
``answer``                  one of ``portal`` (200 with HTML), ``portal_json`` (200 with foreign JSON), ``redirect``
                            (302 to a portal), ``bad_gateway`` (502 HTML), ``unavailable`` (503 with Retry-After),
                            ``too_large`` (413), ``too_many`` (429 with Retry-After); the server never sees the request
``silent``                  true: the request is delivered, nothing comes back, the connection stands
``drop_reply``              true: the request is delivered and acted on, its reply is lost in a reset
``duplicate``               true: the request is delivered twice at once, on two connections; one reply goes back
``cut_request_after``       bytes of the request that pass before a reset
``cut_reply_after``         bytes of the reply that pass before a reset
``close_reply_after``       the same with an orderly close in mid-reply
``stall_request``           seconds that the request waits on its way
``stall_reply``             seconds that the reply waits on its way
==========================  ==========================================================================================

What to watch meanwhile: the strip under the header and "Kotak Keluar". What was written stays, arrives once, and
leaves by itself when the fault has ended.
"""

from tests.support.fault_proxy.faults import (
    ANSWERS,
    BAD_GATEWAY,
    CAPTIVE_JSON,
    CAPTIVE_PORTAL,
    CAPTIVE_REDIRECT,
    TOO_LARGE,
    TOO_MANY,
    UNAVAILABLE,
    Fault,
    Request,
    response,
)
from tests.support.fault_proxy.proxy import FaultProxy

__all__ = [
    "ANSWERS",
    "BAD_GATEWAY",
    "CAPTIVE_JSON",
    "CAPTIVE_PORTAL",
    "CAPTIVE_REDIRECT",
    "TOO_LARGE",
    "TOO_MANY",
    "UNAVAILABLE",
    "Fault",
    "FaultProxy",
    "Request",
    "response",
]
