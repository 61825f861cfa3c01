"""What ``/metrics`` says: the counters of all processes of this server, and how much waits in the database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from backend.database.engine import Database
from backend.jobs.models import Job, JobState
from backend.notifications.models import Delivery
from backend.notifications.rules import State
from sync import tables

log = structlog.get_logger("metrics")

MEDIA_TYPE = CONTENT_TYPE_LATEST
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that makes processes share their counters through files in that folder."""

MUTATIONS = Counter("sambung_mutations_total", "Mutations of people, by kind and answer", ["kind", "status"])
BATCHES = Counter("sambung_batches_total", "Batches of phones, by the code of the envelope", ["code"])


class Waiting(Collector):
    """How much waits, read from the database a moment ago; label sets without a row are left out."""

    def __init__(self, families: Mapping[str, GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """For the exposition."""
        yield from self.families.values()


async def exposition(db: Database, now: datetime) -> bytes:
    """Prometheus text at ``now`` (UTC). Without a database: the counters, and ``sambung_database_up 0``."""
    counters: CollectorRegistry = REGISTRY
    if MULTIPROCESS in os.environ:
        counters = CollectorRegistry()
        MultiProcessCollector(counters)  # type: ignore[no-untyped-call]
    up = GaugeMetricFamily("sambung_database_up", "Whether the database answers")
    families = {"up": up}
    try:
        async with db.reading() as connection:
            families |= await _waiting(connection, now)
        up.add_metric([], 1)
    except Exception as error:
        log.warning("figures_missing", error=type(error).__name__)
        up.add_metric([], 0)
    waiting = CollectorRegistry()
    waiting.register(Waiting(families))
    return generate_latest(counters) + generate_latest(waiting)


async def _waiting(connection: AsyncConnection, now: datetime) -> dict[str, GaugeMetricFamily]:
    families = {
        "deferred": GaugeMetricFamily("sambung_deferred", "Mutations that wait on the server", labels=["code"]),
        "deliveries": GaugeMetricFamily("sambung_deliveries", "Notices, by state", labels=["state"]),
        "jobs": GaugeMetricFamily("sambung_jobs", "Timed acts, by state", labels=["state"]),
        "late_jobs": GaugeMetricFamily("sambung_jobs_lag_seconds", "How late the latest waiting timed act is"),
        "late": GaugeMetricFamily("sambung_deliveries_lag_seconds", "How late the latest waiting notice is"),
    }
    code = func.coalesce(tables.mutation.c.code, "dependency")
    deferred = select(code, func.count()).where(tables.mutation.c.status == "deferred").group_by(code)
    for name, count in await connection.execute(deferred):
        families["deferred"].add_metric([name], count)
    for column, family in ((col(Delivery.state), "deliveries"), (col(Job.state), "jobs")):
        for name, count in await connection.execute(select(column, func.count()).group_by(column)):
            families[family].add_metric([name], count)
    oldest_job = select(func.min(col(Job.ready))).where(col(Job.state) == JobState.WAITING)
    oldest = select(func.min(col(Delivery.not_before))).where(col(Delivery.state) == State.WAITING)
    for query, family in ((oldest_job, "late_jobs"), (oldest, "late")):
        due: datetime | None = (await connection.execute(query)).scalar_one()
        families[family].add_metric([], 0.0 if due is None else max(0.0, (now - due).total_seconds()))
    return families
