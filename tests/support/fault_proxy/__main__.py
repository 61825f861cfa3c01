"""``python -m tests.support.fault_proxy --target 8000``: break a running server by hand. See the package for how."""

from __future__ import annotations

import argparse
import threading
from contextlib import suppress

import tests.support.fault_proxy as package
from tests.support.fault_proxy.control import Control
from tests.support.fault_proxy.proxy import FaultProxy


def main() -> None:
    """Run until interrupted."""
    reader = argparse.ArgumentParser(
        description=package.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="fault_proxy"
    )
    reader.add_argument("--target", type=int, default=8000, help="port of the server (8000)")
    reader.add_argument("--port", type=int, default=8080, help="port that browsers open (8080)")
    reader.add_argument("--control", type=int, default=9000, help="port of the control API (9000)")
    chosen = reader.parse_args()
    with FaultProxy(chosen.target, chosen.port) as proxy, Control(proxy, chosen.control) as control:
        print(f"network {proxy.url} -> 127.0.0.1:{proxy.target}, control http://127.0.0.1:{control.port}", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
