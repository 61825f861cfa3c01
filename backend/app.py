"""The one place where everything is wired."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette_compress import CompressMiddleware

from backend.api.context import Context, cookie_name
from backend.api.graphql_http import GraphQLEndpoint
from backend.api.observe import Observe
from backend.api.pages import Pages
from backend.api.pokes import Pokes
from backend.api.schema import build_schema
from backend.audit.sync_log import SyncAudit
from backend.database import migrate
from backend.database.engine import Database
from backend.files import service as files
from backend.files.routes import file_routes
from backend.forms import records as form_records
from backend.housekeeping import Housekeeping
from backend.identity import records as identity_records
from backend.identity.service.access import Access
from backend.identity.service.directory import Directory
from backend.identity.service.employees import Employees
from backend.identity.service.grants import Grants
from backend.jobs.runner import Runner
from backend.keys import Keys
from backend.notifications import records as notification_records
from backend.notifications.webpush_adapter import PushAdapter
from backend.notifications.worker import Worker
from backend.questions import records as question_records
from backend.questions.house import IdentityHouse
from backend.questions.ports import Ports as QuestionPorts
from backend.questions.service import timers as question_timers
from backend.settings import Settings
from sync.clock import Clock, SystemClock
from sync.engine import SyncEngine
from sync.faults import FaultPoints
from sync.registry import Registry

log = structlog.get_logger("app")


@dataclass(slots=True)
class House:
    """Everything that a server is made of; the command line and the tests use it without HTTP."""

    settings: Settings
    keys: Keys
    db: Database
    clock: Clock
    registry: Registry
    engine: SyncEngine
    directory: Directory
    access: Access
    question_ports: QuestionPorts
    pokes: Pokes
    push: PushAdapter
    worker: Worker
    runner: Runner
    ports: Mapping[str, Any]

    async def start(self, *, background: bool) -> None:
        """Begin: the database's life, and (with ``background``) timers, deliveries and live pokes."""
        await self.engine.start()
        if background:
            self.pokes.start()
            self.runner.start()
            self.worker.start()

    async def stop(self, *, background: bool) -> None:
        """End what :meth:`start` began and give everything back."""
        if background:
            await self.runner.stop()
            await self.worker.stop()
            await self.pokes.stop()
        await self.push.close()
        await self.db.close()


def declare(
    directory: Directory,
    keys: Keys,
    question_ports: QuestionPorts,
    *,
    private_endpoints: bool,
    extra: Callable[[Registry], None] | None = None,
) -> Registry:
    """All kinds of this server; ``extra`` declares more (benchmarks)."""
    registry = Registry()
    if extra is not None:
        extra(registry)
    identity_records.declare(registry, employees=Employees(directory, keys), grants=Grants(directory))
    form_records.declare(registry)
    notification_records.declare(registry, private_endpoints=private_endpoints)
    question_records.declare(registry, question_ports)
    return registry.close()


def build_house(
    settings: Settings,
    *,
    clock: Clock | None = None,
    faults: FaultPoints | None = None,
    extra: Callable[[Registry], None] | None = None,
) -> House:
    """Wire a server. Raises ``FileNotFoundError`` if the key file is missing (`sambung keys` makes it)."""
    clock = clock or SystemClock()
    keys = Keys.load(settings.keys_file)
    db = Database(settings.database_url)
    directory = Directory(clock)
    access = Access(db, keys, clock, directory, settings.session_days)
    identity = IdentityHouse(directory)
    question_ports = QuestionPorts(house=identity, presence=identity)
    registry = declare(directory, keys, question_ports, private_endpoints=settings.push_private_endpoints, extra=extra)
    engine = SyncEngine(
        database=db,
        registry=registry,
        keys=keys,
        clock=clock,
        viewers=directory,
        files=files.SyncFiles(),
        audit=SyncAudit(),
        faults=faults,
        minimum_app_version=settings.minimum_app_version,
        max_batch_bytes=settings.batch_bytes,
    )
    pokes = Pokes(db)
    engine.on_poke.append(pokes.touched)
    push = PushAdapter(
        vapid_private=keys.vapid_private,
        contact=settings.push_contact,
        clock=clock,
        seconds=settings.push_seconds,
        private=settings.push_private_endpoints,
    )
    worker = Worker(
        db,
        clock,
        push,
        zone_of=directory.zones,
        writing=engine.writing,
        publish=notification_records.publish_subscriptions,
    )
    functions = {
        **question_timers.job_functions(engine, question_ports),
        **Housekeeping(db, engine, clock, settings).functions(),
    }
    runner = Runner(db, clock, functions)

    async def still_open(context: Context) -> bool:
        return await _session(context.request, settings, db, directory) is not None

    ports = {"access": access, "directory": directory, "pokes": pokes, "still_open": still_open}
    return House(
        settings=settings,
        keys=keys,
        db=db,
        clock=clock,
        registry=registry,
        engine=engine,
        directory=directory,
        access=access,
        question_ports=question_ports,
        pokes=pokes,
        push=push,
        worker=worker,
        runner=runner,
        ports=ports,
    )


async def _session(request: Request, settings: Settings, db: Database, directory: Directory) -> Any:
    token = request.cookies.get(cookie_name(settings))
    if not token or len(token) > 200:
        return None
    async with db.reading() as connection:
        return await directory.signed_in(connection, token)


def create_app(
    settings: Settings, *, clock: Clock | None = None, faults: FaultPoints | None = None, house: House | None = None
) -> FastAPI:
    """The server as an ASGI application. Tests fill ``clock`` and ``faults``."""
    house = house or build_house(settings, clock=clock, faults=faults)
    built = house

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await built.start(background=settings.background)
        await Housekeeping(built.db, built.engine, built.clock, settings).arm()
        log.info("started", environment=settings.environment, database=built.db.url.get_backend_name())
        try:
            yield
        finally:
            await built.stop(background=settings.background)

    async def make_context(request: Request, response: Response) -> Context:
        return Context(
            settings=settings,
            keys=built.keys,
            db=built.db,
            engine=built.engine,
            clock=built.clock,
            request=request,
            response=response,
            ports=built.ports,
            session=await _session(request, settings, built.db, built.directory),
        )

    async def ready() -> dict[str, bool]:
        try:
            async with built.db.reading() as connection:
                await connection.execute(text("SELECT 1"))
                current = await connection.run_sync(migrate.is_current)
        except Exception as error:
            log.error("not_ready", error=type(error).__name__)
            return {"database": False, "migrations": False, "workers": False}
        return {"database": True, "migrations": current, "workers": not settings.background or built.runner.alive()}

    schema = build_schema(built.registry, shows_schema=settings.shows_schema)
    endpoint = GraphQLEndpoint(schema, settings, make_context, built.engine.faults)
    pages = Pages(settings, built.db, built.engine.store, built.registry, ready)
    app = FastAPI(title="Sambung", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.router.routes.append(Route("/graphql", endpoint.handle, methods=["POST"]))
    app.router.routes.extend(file_routes(make_context, settings))
    app.router.routes.extend(pages.routes())
    app.add_middleware(CompressMiddleware, minimum_size=600, brotli_quality=4, zstd_level=4)
    app.add_middleware(Observe, secure=settings.secure_cookies)
    app.state.house = built
    return app
