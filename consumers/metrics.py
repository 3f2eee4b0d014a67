"""What workers count, kept with prometheus_client; its only importer.

Workers write into files of one folder (prometheus_client's multiprocess mode), and the supervisor
adds them up: so several processes, and one that was killed and started again, count right. Names
begin with ``copydesk_`` whatever the group is called, so that a dashboard serves everywhere.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric

from consumers.meter import Stage
from processors.health import Pulse
from processors.pipeline import Outcome

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_AGES = (0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0, 86400.0)


class Metrics:
    """One worker process's counts. See ``consumers.meter.Meter``; durations are seconds."""

    def __init__(self, worker: str) -> None:
        registry = CollectorRegistry()
        self._articles = Counter(
            "copydesk_articles", "Records by what came of them.", ["verdict"], registry=registry
        )
        self._dropped = Counter(
            "copydesk_paragraphs_dropped", "Paragraphs dropped, by rule.", ["rule"],
            registry=registry,
        )  # fmt: skip
        self._kept = Counter("copydesk_paragraphs_kept", "Paragraphs kept.", registry=registry)
        self._dead = Counter(
            "copydesk_dead_letters", "Dead letters by reason.", ["reason"], registry=registry
        )
        self._failures = Counter(
            "copydesk_tagger_failures", "Articles that a tagger failed on.", ["tagger"],
            registry=registry,
        )  # fmt: skip
        self._batches = Histogram(
            "copydesk_batch_articles", "Records in a batch.",
            buckets=(1, 2, 5, 10, 25, 50, 100, 200, 500, 1000), registry=registry,
        )  # fmt: skip
        self._stages = Histogram(
            "copydesk_stage_seconds", "Seconds a batch took in a stage.", ["stage"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._age = Histogram(
            "copydesk_age_seconds", "Age of a batch's oldest record when it was published.",
            buckets=_AGES, registry=registry,
        )  # fmt: skip
        self._store = self._gauge(registry, "store_up", "1 where Redis answered last.", worker)
        self._producer = self._gauge(registry, "producer_up", "1 where Kafka took a batch.", worker)
        self._behind = self._gauge(registry, "offsets_behind", "Read, not committed.", worker)
        self._beat = self._gauge(registry, "beat_timestamp_seconds", "Its loop turned.", worker)
        self._progress = self._gauge(
            registry, "progress_timestamp_seconds", "It settled a batch, or had none.", worker
        )
        self._store.set(1)
        self._producer.set(1)
        self._progress.set(time.time())

    @staticmethod
    def _gauge(registry: CollectorRegistry, name: str, told: str, worker: str) -> Gauge:
        gauge = Gauge(
            f"copydesk_{name}", told, ["worker"], registry=registry,
            multiprocess_mode="livemostrecent",
        )  # fmt: skip
        return gauge.labels(worker)

    def stage(self, stage: Stage, seconds: float, articles: int) -> None:
        """See ``Meter``."""
        self._stages.labels(stage).observe(seconds)
        if stage == "decode":
            self._batches.observe(articles)

    def outcomes(self, outcomes: Sequence[Outcome], oldest: int) -> None:
        """See ``Meter``."""
        for outcome in outcomes:
            self._articles.labels(outcome.verdict).inc()
            for rule in outcome.rules:
                self._dropped.labels(rule).inc()
            if outcome.kept:
                self._kept.inc(outcome.kept)
            if outcome.reason:
                self._dead.labels(outcome.reason).inc()
            for failure in outcome.failures:
                self._failures.labels(failure.split(":")[0]).inc()
        now = time.time()
        self._age.observe(max(0.0, now - oldest / 1000))
        self._progress.set(now)

    def store(self, *, up: bool) -> None:
        """See ``Meter``."""
        self._store.set(up)

    def producer(self, *, up: bool) -> None:
        """See ``Meter``."""
        self._producer.set(up)

    def progress(self, behind: int) -> None:
        """See ``Meter``."""
        now = time.time()
        self._beat.set(now)
        self._behind.set(behind)
        if not behind:
            self._progress.set(now)


def begin(folder: Path) -> dict[str, str]:
    """A fresh folder for a supervisor's workers; what their environment must say."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.db"):
        old.unlink()
    os.environ[FOLDER] = str(folder)
    return {FOLDER: str(folder)}


def gone(pid: int) -> None:
    """A worker process has ended: its gauges no longer count, its counters do."""
    multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]  # the library has no types


def _gathered() -> CollectorRegistry:
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # likewise
    return registry


def pulses() -> dict[str, Pulse]:
    """What each living worker last said, by its name."""
    said: dict[str, dict[str, float]] = {}
    for metric in _gathered().collect():
        for sample in metric.samples:
            worker = sample.labels.get("worker")
            if worker is not None:
                said.setdefault(worker, {})[metric.name.removeprefix("copydesk_")] = sample.value
    return {
        worker: Pulse(
            worker=worker,
            beat=values.get("beat_timestamp_seconds", 0.0),
            progress=values.get("progress_timestamp_seconds", 0.0),
            behind=values.get("offsets_behind", 0.0),
            store_up=values.get("store_up", 0.0) > 0,
            producer_up=values.get("producer_up", 1.0) > 0,
        )
        for worker, values in said.items()
    }


def exposition(restarts: dict[str, int]) -> bytes:
    """All workers' metrics added up, as Prometheus reads them, and how often each was started."""
    registry = _gathered()
    registry.register(_Starts(restarts))
    return generate_latest(registry)


class _Starts:
    def __init__(self, restarts: dict[str, int]) -> None:
        self._restarts = restarts

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(
            "copydesk_worker_starts", "How often a worker was started.", labels=["worker"]
        )
        for worker, count in self._restarts.items():
            family.add_metric([worker], count)
        yield family


def table(rows: Iterable[tuple[str, str, dict[str, str], float]]) -> bytes:
    """Gauges from (name, help, labels, value), for figures that something else collects."""
    registry = CollectorRegistry()
    families: dict[str, GaugeMetricFamily] = {}
    for name, told, labels, value in rows:
        if name not in families:
            families[name] = GaugeMetricFamily(name, told, labels=list(labels))
        families[name].add_metric(list(labels.values()), value)
    registry.register(_Families(list(families.values())))
    return generate_latest(registry)


class _Families:
    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
