"""The one place where everything is wired."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette_compress import CompressMiddleware, remove_compress_type

from backend.accounts import Accounts
from backend.announcements import records as announcement_records
from backend.announcements.service import Announcements
from backend.api import figures, public_pages
from backend.api.context import Context, cookie_name
from backend.api.graphql_http import GraphQLEndpoint
from backend.api.observe import Observe
from backend.api.pages import Pages
from backend.api.pokes import Pokes
from backend.api.presence import Presence
from backend.api.schema import build_schema
from backend.applications import room as applications
from backend.applications.downloads import Downloads as ApplicationDownloads
from backend.applications.house import IdentityHouse as ApplicationHouse
from backend.applications.ports import Ports as ApplicationPorts
from backend.applications.service.notices import people_changed as texts_follow
from backend.applications.service.serving import Serving
from backend.audit.sync_log import SyncAudit
from backend.database import migrate
from backend.database.engine import Database
from backend.evaluation import records as evaluation_records
from backend.evaluation.downloads import Downloads
from backend.files import tus
from backend.files.models import File
from backend.files.places import storage_of
from backend.files.reading import Uploads
from backend.files.service import CompleteUploads, Files
from backend.forms import records as form_records
from backend.gateway.adapter import HttpAdapter
from backend.gateway.room import Gateways
from backend.housekeeping import Housekeeping
from backend.identity import records as identity_records
from backend.identity.service import credentials
from backend.identity.service.access import Access
from backend.identity.service.directory import Directory
from backend.identity.service.employees import Employees
from backend.identity.service.grants import Grants
from backend.jobs.runner import Runner
from backend.keys import Keys
from backend.knowledge import records as knowledge_records
from backend.knowledge.ports import Ports as KnowledgePorts
from backend.knowledge.service.reviews import Reviews
from backend.misconduct.service import Misconduct
from backend.notifications import records as notification_records
from backend.notifications.webpush_adapter import PushAdapter
from backend.notifications.worker import Worker
from backend.performance import room as performance
from backend.performance.promotion_facts import PlanFacts
from backend.performance.service import following
from backend.questions import records as question_records
from backend.questions.house import IdentityHouse, ThreadNames
from backend.questions.ports import Ports as QuestionPorts
from backend.questions.service import attachments
from backend.questions.service import receiving as question_receiving
from backend.questions.service import timers as question_timers
from backend.ratings import code_records as rating_code_records
from backend.ratings import kiosk_records
from backend.ratings import records as rating_records
from backend.ratings import report_records as rating_report_records
from backend.ratings.house import IdentityHouse as RatingHouse
from backend.ratings.public import downloads
from backend.ratings.service import counters, kiosk_seal
from backend.ratings.service.codes import Codes
from backend.ratings.service.ikm_reports import IkmReports
from backend.ratings.service.kiosks import Kiosks
from backend.ratings.service.reports import Reports
from backend.ratings.service.room import Room
from backend.ratings.service.secrets import Secrets
from backend.ratings.service.tickets import Tickets
from backend.service_figures import ServiceFigures
from backend.settings import Settings
from backend.visitors import records as visitor_records
from backend.visitors.service import Forgetting
from sync.actors import Viewer, system_actor
from sync.clock import Clock, SystemClock
from sync.engine import SyncEngine
from sync.faults import FaultPoints
from sync.registry import Registry
from sync.writing import Writing

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
    ratings: Room
    pokes: Pokes
    presence: Presence
    push: PushAdapter
    worker: Worker
    gateways: Gateways
    plans: performance.WorkPlans
    runner: Runner
    ports: Mapping[str, Any]

    async def start(self, *, background: bool) -> None:
        """Begin: the database's life, and (with ``background``) timers, deliveries and live pokes."""
        await asyncio.to_thread(credentials.warm_up)
        await self.db.arrived()
        if sealed := await asyncio.to_thread(self.ports["storage"].adopt):
            log.info("files_sealed", files=sealed)
        await self.engine.start()
        if background:
            self.pokes.start()
            self.presence.start()
            self.runner.start()
            self.worker.start()

    async def stop(self, *, background: bool) -> None:
        """End what :meth:`start` began and give everything back."""
        if background:
            await self.runner.stop()
            await self.worker.stop()
            await self.presence.stop()
            await self.pokes.stop()
        await self.push.close()
        await self.gateways.close()
        await self.plans.close()
        await self.db.close()


def declare(
    directory: Directory,
    keys: Keys,
    question_ports: QuestionPorts,
    ratings: Room,
    application_ports: ApplicationPorts,
    *,
    private_endpoints: bool,
    public_url: str = "",
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
    knowledge_records.declare(registry, KnowledgePorts(directory, ThreadNames()))
    rating_records.declare(registry, ratings)
    rating_code_records.declare(registry, Codes(directory), Tickets(keys))
    kiosk_records.declare(registry)
    rating_report_records.declare(registry, Reports(directory), IkmReports(directory))
    visitor_records.declare(registry)
    announcement_records.declare(registry, Announcements(directory, public_url))
    evaluation_records.declare(registry, directory, ServiceFigures())
    performance.declare(registry, directory)
    applications.declare(registry, application_ports)
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
    openers = {kiosk_seal.PREFIX: partial(kiosk_seal.open_phone, keys)}
    ratings = Room(house=RatingHouse(directory), secrets=Secrets(keys, openers))
    storage = storage_of(settings, keys)
    cases = applications.Applications(db, applications.ports_of(directory, PlanFacts(directory), reads=True), clock)
    private = settings.push_private_endpoints
    url = settings.public_url
    registry = declare(
        directory, keys, question_ports, ratings, cases.ports, private_endpoints=private, public_url=url, extra=extra
    )

    async def people_changed(w: Writing) -> None:
        await following.people_changed(w)
        await texts_follow(w)

    kiosks = Kiosks(db, keys, clock, directory)
    engine = SyncEngine(
        database=db,
        registry=registry,
        keys=keys,
        clock=clock,
        viewers=Accounts(directory, kiosks),
        files=CompleteUploads(),
        audit=SyncAudit(),
        faults=faults,
        ports={"people_changed": people_changed},
        minimum_app_version=settings.minimum_app_version,
        max_batch_bytes=settings.batch_bytes,
    )
    kiosks.writing = engine.writing
    pokes = Pokes(db)
    engine.on_poke.append(pokes.touched)

    async def person(account: str) -> Viewer | None:
        async with db.reading() as connection:
            return await directory.viewer(connection, account)

    presence = Presence(db, person)
    figures.watch(engine)
    push = PushAdapter(
        vapid_private=keys.vapid_private,
        contact=settings.push_contact,
        clock=clock,
        seconds=settings.push_seconds,
        private=private,
    )
    worker = Worker(
        db,
        clock,
        push,
        zone_of=directory.zones,
        writing=engine.writing,
        publish=notification_records.publish_subscriptions,
    )
    functions = dict(question_timers.job_functions(engine, question_ports))
    functions |= counters.job_functions(engine, keys, directory)
    owners = {question_receiving.OWNER: question_receiving.Conversations(engine)}
    gateways = Gateways(db, keys, clock, HttpAdapter(clock, seconds=settings.push_seconds), owners, faults)
    functions |= gateways.functions()
    plans = performance.WorkPlans(db, engine, keys, directory, seconds=settings.push_seconds)
    functions |= plans.functions()
    functions |= cases.functions(engine)

    async def still_open(context: Context) -> bool:
        try:
            return await _session(context.request, settings, db, directory) is not None
        except Exception as error:
            # A stream reads nothing: it may wait until the database can tell.
            log.warning("session_not_checked", error=type(error).__name__)
            return True

    async def arrived(agency: str, upload: str) -> None:
        await engine.complete(agency, [f"file:{upload}"])
        async with db.read() as session:
            question = await attachments.thread_of(session, upload)
        if question is not None:
            await engine.execute(system_actor(agency), "question.file", question, {"file": upload})
        await plans.settled(agency, upload)

    uploads = Files(
        db, clock, storage, most=settings.upload_bytes, on_settled=arrived, on_whole=cases.arriving,
        daily=settings.upload_day_bytes,
    )  # fmt: skip
    misconduct = Misconduct(db, keys, clock, directory)
    keeping = Housekeeping(db, engine, clock, uploads, directory)
    keeping.also += [misconduct.remind, Reviews(db, engine, directory).remind, Forgetting(engine, clock).all]
    keeping.also += [plans.remind, partial(cases.forward, engine), partial(cases.keep, engine, uploads.erase)]
    functions |= keeping.functions()
    runner = Runner(db, clock, functions)
    ports = {
        "access": access,
        "directory": directory,
        "pokes": pokes,
        "presence": presence,
        "misconduct": misconduct,
        "still_open": still_open,
        "files": uploads,
        "storage": storage,
        "uploads": Uploads(db, storage),
        "kiosks": kiosks,
        "ratings": ratings,
        "applications": cases,
        "question_measures": ServiceFigures(),
    }
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
        ratings=ratings,
        pokes=pokes,
        presence=presence,
        push=push,
        worker=worker,
        gateways=gateways,
        plans=plans,
        runner=runner,
        ports=ports,
    )


def _readers(house: House) -> Callable[[Viewer, File], Awaitable[bool]]:
    """Who may read a file of somebody else: each room that names files says so of its own."""

    async def may_read(viewer: Viewer, file: File) -> bool:
        async with house.db.read() as session:
            if await attachments.may_read(session, viewer, file.id):
                return True
        cases: applications.Applications = house.ports["applications"]
        return await house.plans.may_read(viewer, file) or await cases.may_read(viewer, file)

    return may_read


async def _session(request: Request, settings: Settings, db: Database, directory: Directory) -> Any:
    token = request.cookies.get(cookie_name(settings))
    if not token or len(token) > 200:
        return None
    async with db.glancing() as connection:
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
        await Housekeeping(built.db, built.engine, built.clock, built.ports["files"], built.directory).arm()
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

    async def current_viewer(request: Request) -> Viewer | None:
        session = await _session(request, settings, built.db, built.directory)
        return None if session is None else session.viewer

    async def current_account(request: Request) -> str | None:
        viewer = await current_viewer(request)
        return None if viewer is None else viewer.account

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
    endpoint = GraphQLEndpoint(schema, settings, make_context, built.engine)
    pages = Pages(settings, built.db, built.engine.store, built.registry, built.clock, ready)
    app = FastAPI(title="Sambung", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.router.routes.append(Route("/graphql", endpoint.handle, methods=["POST"]))
    app.include_router(
        tus.router(
            built.ports["files"],
            built.ports["storage"],
            current_viewer,
            _readers(built),
            Serving(built.db, built.engine),
            public_pages.sign_in_first(),
        )
    )
    app.router.routes.extend(public_pages.rating_pages(built, current_account))
    app.router.routes.extend(public_pages.report_pages(built))
    app.router.routes.extend(public_pages.misconduct_pages(built))
    app.router.routes.extend(public_pages.service_pages(built))
    app.router.routes.append(downloads.route(built.db, current_viewer))
    measures = built.ports["question_measures"]
    app.router.routes.extend(Downloads(built.db, built.directory, measures, current_viewer).routes())
    papers = ApplicationDownloads(
        built.db, ApplicationHouse(built.directory), built.clock, current_viewer, public_pages.sign_in_first()
    )
    app.router.routes.extend(papers.routes())
    app.router.routes.extend(built.gateways.routes())
    app.router.routes.extend(built.plans.routes(current_viewer))
    app.router.routes.extend(pages.routes())
    # A stream of pokes has nothing to squeeze, and its compressor would hold 2 MiB for as long as it is open.
    remove_compress_type("text/event-stream")
    app.add_middleware(CompressMiddleware, minimum_size=600, brotli_quality=4, zstd_level=4)
    app.add_middleware(Observe, secure=settings.secure_cookies)
    app.state.house = built
    return app
