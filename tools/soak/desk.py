"""The desk that a soak runs: a broker, a Redis, ``copydesk work``, and the load."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from tools.campaign.commits import Commits
from tools.campaign.load import Row
from tools.campaign.publisher import Background, Publisher
from tools.campaign.reading import Names, read
from tools.campaign.services import Services
from tools.load import articles
from tools.soak.prepared import Batch, Prepared, batches
from tools.soak.samples import Sampler, Watched

_MANY = 1 << 40


class _Audit(msgspec.Struct, frozen=True):
    origin: str
    verdict: str


_AUDITS = msgspec.json.Decoder(_Audit)


class Desk:
    """Everything of one soak; ``close`` ends what was started, by its ids."""

    def __init__(
        self, folder: Path, partitions: int, processes: int, settings: Mapping[str, str]
    ) -> None:
        self.folder, self._processes, self._partitions = folder, processes, partitions
        self.names = Names("raw", "clean", "audit", "dead", "soak")
        self.services = Services(folder)
        self.services.make_topics(self.names, partitions)
        self.commits = Commits(self.services.bootstrap, self.names, partitions)
        self._environ = self._settings(settings)
        self._load = _Load()
        self._short = _Load(8, (1, 2))
        self.published = 0
        self._worker: subprocess.Popen[bytes] | None = None
        self.sampler: Sampler | None = None

    def start(self) -> None:
        """Start ``copydesk work``, and begin to look at it."""
        with (self.folder / "worker.log").open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "consumers", "work", "--processes", str(self._processes)],
                env=self._environ, stdout=log, stderr=log,
            )  # fmt: skip
        if self.sampler is None:
            redis = self.services.redis
            watched = Watched(
                self._worker.pid, redis.pid, redis.recipe.port, self.services.kafka[0].pid
            )
            self.sampler = Sampler(watched, self.commits, self.folder / "samples.jsonl")
        self.sampler.watched.supervisor = self._worker.pid

    def stop(self) -> None:
        """End it in order."""
        if self._worker is not None:
            self._worker.send_signal(signal.SIGTERM)
            self._worker.wait(60)
            self._worker = None

    def phase(self, name: str) -> None:
        """What is done from now on, for the samples."""
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} [soak] {name}, lag {self.commits.lag:,}\n")
        if self.sampler:
            self.sampler.watched.phase = name

    def publish(self, count: int, rate: float, *, ready: bool = False) -> Publisher:
        """Publish in the background; ``ready``: made before, so that the rate is reached."""
        rows: Iterator[Row] = itertools.islice(self._load, count)
        return Publisher(
            self.services.bootstrap, self.names.raw, list(rows) if ready else rows, rate
        )

    def batches(self, count: int, *, short: bool = False) -> Iterator[Batch]:
        """So many articles as batches, made while they are drawn; ``short``: of 1 KB, not of 5."""
        rows: Iterator[Row] = itertools.islice(self._short if short else self._load, count)
        return batches(rows, self._partitions)

    def send(self, made: Iterable[Batch], rate: float) -> Prepared:
        """Send batches in the background."""
        return Prepared(self.services.bootstrap, self.names.raw, made, rate)

    def wait(self, publisher: Background | None, patience: float, *, lag: int = 0) -> float:
        """Wait until it is published and no more than ``lag`` is left; the seconds it took."""
        began = time.monotonic()
        before = self.published
        while True:
            if publisher:
                self.published = before + publisher.published
            if self.sampler:
                self.sampler.watched.published = self.published
            if (publisher is None or not publisher.busy) and self.commits.lag <= lag:
                break
            if time.monotonic() - began > patience:
                raise TimeoutError(f"lag {self.commits.lag} after {patience:.0f} s")
            if self._worker is not None and self._worker.poll() is not None:
                raise RuntimeError(f"the worker has ended; see {self.folder}/worker.log")
            time.sleep(0.1)
        if publisher:
            publisher.check()
        return time.monotonic() - began

    def came_out(self) -> dict[str, int]:
        """What the topics hold: every record must be judged, once or more, and every item there."""
        kafka, names = self.services.bootstrap, self.names
        records = sum(1 for _ in read(kafka, names.raw))
        judged, published = set(), set()
        for told in read(kafka, names.audit):
            audit = _AUDITS.decode(told.value or b"{}")
            judged.add(audit.origin)
            if audit.verdict == "published":
                published.add(audit.origin)
        items = {told.headers["copydesk-origin"].decode() for told in read(kafka, names.clean)}
        return {
            "records": records,
            "never judged": records - len(judged),
            "judged as published and not in the output": len(published - items),
            "duplicates": len(judged) - len(published),
            "dead letters": sum(1 for _ in read(kafka, names.dead)),
        }

    def close(self) -> None:
        """End everything."""
        self.stop()
        if self.sampler:
            self.sampler.close()
        self.commits.close()
        self.services.close()

    def _settings(self, more: Mapping[str, str]) -> dict[str, str]:
        outside = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
        return {
            **outside,
            "COPYDESK_KAFKA": self.services.bootstrap,
            "COPYDESK_REDIS": f"redis://{self.services.redis.address}",
            "COPYDESK_INPUT": self.names.raw,
            "COPYDESK_OUTPUT": self.names.clean,
            "COPYDESK_AUDIT": self.names.audit,
            "COPYDESK_DEAD": self.names.dead,
            "COPYDESK_GROUP": self.names.group,
            "COPYDESK_LOG": "warning",
            **more,
        }


class _Load:
    """The benchmarks' articles without end; two publishers may draw from it at once."""

    def __init__(self, seed: int = 7, paragraphs: tuple[int, int] = (6, 14)) -> None:
        self._articles = enumerate(articles(_MANY, seed, paragraphs))
        self._seed = seed
        self._one_at_a_time = threading.Lock()

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        with self._one_at_a_time:
            number, value = next(self._articles)
        return Row(f"urn:bench:{self._seed}:{number}", value, 0)
