"""What workers count, kept with prometheus_client; its only importer.

Workers write into files of one folder (prometheus_client's multiprocess mode), and the supervisor
adds them up. Names begin with ``copydesk_`` whatever the group is called, so that a dashboard
serves everywhere.

Rules:

1. A file is a worker's, not a process's: one that was killed and started again counts on where it
   stood, and one that ends every minute for a week leaves no more files than one that never did.
2. What can be counted is there from the start, at zero: Prometheus takes no increase from a series
   whose first value is its first event, so the first dead letters would never be an alert.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families

from consumers.badruns import CAUSES
from consumers.meter import Stage
from processors.health import Pulse
from processors.judge import DROPPING
from processors.records import Came, Outcome

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
#: A file in the folder that its supervisor holds locked for as long as it lives.
_HELD = "held"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_AGES = (0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0, 86400.0)


class Metrics:
    """One worker process's counts. See ``consumers.meter.Meter``; durations are seconds."""

    def __init__(self, worker: str, taggers: Iterable[str] = ()) -> None:
        # The library's own way for servers whose workers have numbers; its class is module-wide.
        values.ValueClass = values.MultiProcessValue(lambda: _file_of(worker))  # type: ignore[no-untyped-call]
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
        self._producer = self._gauge(
            registry, "producer_up", "1 where Kafka answered last.", worker
        )
        self._behind = self._gauge(registry, "offsets_behind", "Read, not committed.", worker)
        self._beat = self._gauge(registry, "beat_timestamp_seconds", "Its loop turned.", worker)
        self._progress = self._gauge(
            registry,
            "progress_timestamp_seconds",
            "It settled a batch, had none, or waited.",
            worker,
        )
        self._store.set(1)
        self._producer.set(1)
        self._progress.set(time.time())
        self._begin(taggers)

    def _begin(self, taggers: Iterable[str]) -> None:
        """Rule 2."""
        for counter, labels in (
            (self._articles, get_args(Came)),
            (self._dropped, DROPPING),
            (self._dead, CAUSES),
            (self._failures, taggers),
            (self._stages, get_args(Stage)),
        ):
            for label in labels:
                counter.labels(label)

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
        self._waited(up=up)

    def producer(self, *, up: bool) -> None:
        """See ``Meter``."""
        self._producer.set(up)
        self._waited(up=up)

    def _waited(self, *, up: bool) -> None:
        """Waiting is no knot: what follows it has its time from the end of the wait."""
        if not up:
            self._progress.set(time.time())

    def progress(self, behind: int) -> None:
        """See ``Meter``."""
        now = time.time()
        self._beat.set(now)
        self._behind.set(behind)
        if not behind:
            self._progress.set(now)


@contextlib.contextmanager
def begin() -> Iterator[dict[str, str]]:
    """A folder of a supervisor's workers for the length of a ``with``; what their environment says.

    One that was left by a supervisor that was killed is deleted by the next one: nobody holds it.
    """
    home = Path(tempfile.gettempdir()) / f"copydesk-{os.getuid()}" / "metrics"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in home.iterdir():
        _sweep(old)
    folder = Path(tempfile.mkdtemp(dir=home))
    with (folder / _HELD).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.environ[FOLDER] = str(folder)
        try:
            yield {FOLDER: str(folder)}
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError), (folder / _HELD).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


def gone(worker: str) -> None:
    """A worker process has ended: its gauges no longer count, its counters do."""
    multiprocess.mark_process_dead(_file_of(worker))  # type: ignore[no-untyped-call]  # no types


def _file_of(worker: str) -> str:
    """A worker's part of a file's name, whatever a newsroom calls it."""
    return hashlib.blake2b(worker.encode(), digest_size=8).hexdigest()


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
        family = CounterMetricFamily(
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


def read(text: str) -> Iterator[tuple[str, dict[str, str], float]]:
    """Name, labels and value of each sample of an exposition. Raises ValueError for none."""
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


class _Families:
    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
