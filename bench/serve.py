"""The real server with the bench-only kind declared beside the others: ``python -m bench.serve``.

Same settings, same program as ``sambung serve``; only the registry knows one kind more.
"""

from __future__ import annotations

import uvicorn

from backend import logs
from backend.app import build_house, create_app
from backend.cli import steady_collector
from backend.settings import Settings
from bench import kind


def factory() -> object:
    """What each process runs."""
    settings = Settings()
    logs.configure(settings.log_level)
    app = create_app(settings, house=build_house(settings, extra=kind.declare))
    steady_collector()
    return app


def main() -> None:
    """Serve until ended."""
    settings = Settings()
    uvicorn.run(
        "bench.serve:factory",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
