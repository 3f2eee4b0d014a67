"""How work spreads: 1, 2 and 4 worker processes on 12 partitions, one Redis or a cluster of three.

``make bench ARGS=tests/benchmarks/bench_scale.py``; ``BENCH_ARTICLES`` makes it longer. A broker and
the stores are its own, so that their processor time can be told. Printed, never asserted, save that
all came out. On a machine with as many busy neighbours as cores the rates say little; the seconds of
processor time an article are what ``docs/sizing.md`` builds on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from consumers.embedded import start_kafka, start_redis, start_redis_cluster
from consumers.embedded.server import Server
from consumers.kafka_client import writing
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, desk
from tests.leash import Leash
from tools.load import articles

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "3000"))
PARTITIONS = 12
WHOLE: dict[str, str] = {}
#: What is measured; settings; processes; whether the store is a cluster.
ROWS = [
    ("no tags, 1 process", TAGLESS, 1, False),
    ("no tags, 2 processes", TAGLESS, 2, False),
    ("no tags, 4 processes", TAGLESS, 4, False),
    ("no tags, 1 process, cluster", TAGLESS, 1, True),
    ("no tags, 2 processes, cluster", TAGLESS, 2, True),
    ("no tags, 4 processes, cluster", TAGLESS, 4, True),
    ("all tags, 1 process", WHOLE, 1, False),
    ("all tags, 2 processes", WHOLE, 2, False),
    ("all tags, 4 processes", WHOLE, 4, False),
]
HEAD = ("articles/s", "worker", "Redis", "Kafka", "worker MB")


class Place:
    """A broker, a Redis and a cluster of three."""

    def __init__(self, home: Path, leash: Leash) -> None:
        self.kafka = start_kafka(home / "kafka")
        self.single: tuple[Server, ...] = (start_redis(home / "redis"),)
        self.cluster = start_redis_cluster(home / "cluster")
        leash.hold(self.kafka, *self.single, *self.cluster)

    def addresses(self, stores: tuple[Server, ...]) -> Addresses:
        """As settings."""
        return Addresses(self.kafka.address, ",".join(f"redis://{s.address}" for s in stores))

    def close(self) -> None:
        """End them."""
        for server in (self.kafka, *self.single, *self.cluster):
            server.kill()


@pytest.fixture(scope="module")
def place(leash: Leash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("scale"), leash)
    yield made
    made.close()


@pytest.mark.benchmark
def test_print_how_work_spreads(place: Place, tmp_path: Path):
    print(f"\n{ARTICLES:,} articles, {PARTITIONS} partitions; CPU seconds per 1,000 articles")
    print(f"{'':32}" + "".join(f"{each:>12}" for each in HEAD))
    for at, (name, settings, processes, clustered) in enumerate(ROWS):
        stores = place.cluster if clustered else place.single
        names = Topics(*(f"{kind}.{at}" for kind in ("raw", "clean", "audit", "dead", "group")))
        folder = tmp_path / str(at)
        folder.mkdir()
        with desk(place.addresses(stores), names, f"scale:{at}:", folder, **settings) as made:
            made.make_topics(PARTITIONS)
            with writing.writer(made.settings) as sending:
                for number, value in enumerate(articles(ARTICLES, at)):
                    sending.send(names.input, b"%d" % number, value)
            supervisor = made.start(processes)
            # All have joined and share the partitions before the clock starts.
            made.wait_for(lambda: 0 < (made.lag() or 0) < ARTICLES, 240)
            workers = [psutil.Process(p) for p in (supervisor.pid, *made.children(supervisor))]
            groups = (workers, [_of(s) for s in stores], [_of(place.kafka)])
            began, left = time.monotonic(), made.lag() or 0
            before = [_cpu(each) for each in groups]
            memory = sum(w.memory_info().rss for w in workers) / 1e6
            made.drained(900)
            took = time.monotonic() - began
            spent = [(_cpu(each) - b) / left * 1000 for each, b in zip(groups, before, strict=True)]
            assert made.stop(supervisor) == 0
            judged = {dict(r.headers).get("copydesk-origin", b"") for r in made.outputs()}
            assert len(made.audits()) >= ARTICLES >= len(judged)
            row = (left / took, *spent, memory)
        print(f"{name:32}" + "".join(f"{each:12,.3f}" for each in row), flush=True)


def _of(server: Server) -> psutil.Process:
    return psutil.Process(server.pid)


def _cpu(processes: list[psutil.Process]) -> float:
    times = [each.cpu_times() for each in processes]
    return sum(each.user + each.system for each in times)
