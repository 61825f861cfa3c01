"""What ``/metrics`` says: the counters of all processes of this server, and how things stand in the database.

Each promise of the sync protocol has figures that an operator can watch; docs/reliability.md says which.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from backend.condition import Condition, examine
from backend.database.engine import Database
from backend.phones.rules import Trouble
from sync.engine import SyncEngine

log = structlog.get_logger("metrics")

MEDIA_TYPE = CONTENT_TYPE_LATEST
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that makes processes share their counters through files in that folder."""

MUTATIONS = Counter("sambung_mutations_total", "Mutations of people, by kind and answer", ["kind", "status"])
REFUSALS = Counter(
    "sambung_refusals_total", "Mutations that did not take effect (now), by answer and code", ["status", "code"]
)
BATCHES = Counter("sambung_batches_total", "Batches of phones, by the code of the envelope", ["code"])
PULLS = Counter("sambung_pulls_total", "Pages pulled by phones, by the code of the envelope", ["code"])
RESETS = Counter("sambung_pull_resets_total", "Pulls that told a phone to fetch its copy anew")
ALARMS = Counter("sambung_alarms_total", "Alarms of the engine, by name", ["name"])
WAITED = Histogram(
    "sambung_oldest_item_seconds",
    "How long the oldest new item of a batch had waited on its phone, by the evidence of its clocks",
    buckets=(1, 5, 30, 60, 600, 3600, 6 * 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400),
)


def watch(engine: SyncEngine) -> None:
    """Count the engine's alarms, and how long items had waited when they came."""
    engine.on_alarm.append(lambda name, _facts: ALARMS.labels(name).inc())
    engine.on_arrival.append(WAITED.observe)


class Standing(Collector):
    """How things stand, read from the database a moment ago; label sets without a row are left out."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """For the exposition."""
        yield from self.families


async def exposition(db: Database, now: datetime) -> bytes:
    """Prometheus text at ``now`` (UTC). Without a database: the counters, and ``sambung_database_up 0``."""
    counters: CollectorRegistry = REGISTRY
    if MULTIPROCESS in os.environ:
        counters = CollectorRegistry()
        MultiProcessCollector(counters)  # type: ignore[no-untyped-call]
    up = GaugeMetricFamily("sambung_database_up", "Whether the database answers")
    families = [up]
    try:
        async with db.reading() as connection:
            families += _families(await examine(connection, now))
        up.add_metric([], 1)
    except Exception as error:
        log.warning("figures_missing", error=type(error).__name__)
        up.add_metric([], 0)
    standing = CollectorRegistry()
    standing.register(Standing(families))
    return generate_latest(counters) + generate_latest(standing)


def _families(now: Condition) -> list[GaugeMetricFamily]:
    troubles = {trouble.value: now.troubles.get(trouble, (0, 0)) for trouble in Trouble}
    return [
        _by("sambung_deferred", "Mutations that wait on the server", "code", now.deferred),
        _by("sambung_deferred_oldest_seconds", "Since the oldest of them came", "code", now.deferred_age),
        _by("sambung_deliveries", "Notices, by state", "state", now.deliveries),
        _by("sambung_jobs", "Timed acts, by state", "state", now.jobs),
        _one("sambung_jobs_lag_seconds", "How late the latest waiting timed act is", now.jobs_late),
        _one("sambung_deliveries_lag_seconds", "How late the latest waiting notice is", now.deliveries_late),
        _one("sambung_phones", "Phones that ever sent something", now.phones),
        _one("sambung_phones_waiting", "Phones that held more after their last batch", now.phones_waiting),
        _one("sambung_items_waiting", "Items that they held, as they said then", now.items_waiting),
        _one("sambung_phones_waiting_silent_seconds", "Since the longest silent of them was heard of", now.silent),
        _one("sambung_missing_numbers", "Numbers of phones that are nowhere", now.missing_numbers),
        _one("sambung_restores", "Backups restored into this database so far", now.restores),
        _by("sambung_phone_troubles", "How much of a trouble phones report", "what", _parts(troubles, 1)),
        _by("sambung_troubled_phones", "Phones that report a trouble now", "what", _parts(troubles, 0)),
    ]


def _parts(pairs: Mapping[str, tuple[int, int]], place: int) -> dict[str, int]:
    return {name: pair[place] for name, pair in pairs.items()}


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _by(name: str, words: str, label: str, values: Mapping[str, Any]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
