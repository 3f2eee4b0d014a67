"""The whole pipeline on a real Kafka and Redis: articles a second, CPU, memory, latency.

``make bench ARGS=tests/benchmarks/bench_worker.py``; ``BENCH_ARTICLES`` and ``BENCH_SECONDS`` make
the runs longer. Everything is published before the workers start; the rate is counted from the
first article that the broker has of the output to the last committed offset. Printed, never
asserted, save that all came out.
"""

from __future__ import annotations

import os
import statistics
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from consumers.kafka_client import writing
from processors.records import Record
from tests.benchmarks.load import articles
from tests.conftest import Addresses, Topics
from tests.integration.harness import PARTITIONS, TAGLESS, Desk, desk

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "4000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
TRANSPORT = {
    **TAGLESS,
    "COPYDESK_COMPARE": "exact",
    "COPYDESK_AUDIT_RECORDS": "false",
}
#: What is measured; settings; processes; which load.
ROWS = [
    ("transport alone", TRANSPORT, 1, "even"),
    ("whole, no tags, cold store", TAGLESS, 1, "even"),
    ("the same, warm store", TAGLESS, 1, "again"),
    ("whole, all tags", {}, 1, "even"),
    ("no tags, 2 processes", TAGLESS, 2, "even"),
    ("no tags, 4 processes", TAGLESS, 4, "even"),
    ("one busy partition", TAGLESS, 2, "busy"),
    ("large among small", TAGLESS, 1, "large"),
]


@pytest.mark.benchmark
def test_print_what_a_worker_does(services: Addresses, namespace: str, tmp_path: Path):
    print(f"\n{ARTICLES:,} articles, {PARTITIONS} partitions")
    head = ("articles/s", "CPU s/1,000", "peak MB", "start s")
    print(f"{'':30}" + "".join(f"{each:>13}" for each in head))
    before: Topics | None = None
    for at, (name, settings, processes, load) in enumerate(ROWS):
        folder = tmp_path / str(at)
        folder.mkdir()
        topics = _names(before.input if load == "again" and before else None)
        space = namespace if load == "again" else f"{namespace}{at}:"
        if load == "even":
            namespace = space
        with desk(services, topics, space, folder, **settings) as made:
            row = _measured(made, load, processes)
        print(f"{name:30}" + "".join(f"{each:13,.3f}" for each in row), flush=True)
        before = topics


@pytest.mark.benchmark
def test_print_how_long_one_article_takes(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path
):
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(message_timestamp_type="LogAppendTime")
        made.start()
        load = list(articles(SECONDS * 20 + 50))
        _publish(made, load[:50])
        made.drained()
        start = time.time()
        with writing.writer(made.settings) as sending:
            for at, value in enumerate(load[50:]):
                time.sleep(max(0.0, start + at / 20 - time.time()))
                sending.send(topics.input, b"%d" % at, value, timestamp=int(time.time() * 1000))
                sending.flush()
        made.drained()
        sent = {(r.partition, r.offset): r.timestamp for r in made.read(topics.input)}
        waits = sorted(
            each.timestamp - sent[_origin(each)]
            for each in made.outputs()
            if sent[_origin(each)] >= start * 1000
        )
    print(
        f"\n20 articles a second for {SECONDS} s, publication to clean item: median "
        f"{statistics.median(waits):.0f} ms, 99th percentile {waits[len(waits) * 99 // 100]} ms, "
        f"longest {waits[-1]} ms"
    )


def _measured(made: Desk, load: str, processes: int) -> tuple[float, float, float, float]:
    made.make_topics(message_timestamp_type="LogAppendTime")
    if load != "again":
        _publish(made, _bodies(load), key=b"one" if load == "busy" else None)
    began = time.time()
    supervisor = made.start(processes)
    workers: dict[int, psutil.Process] = {}
    spent: list[tuple[float, float]] = [(began, 0.0)]
    peak = 0.0
    while made.lag() != 0:
        assert supervisor.poll() is None, made.logs()[-3000:]
        for pid in made.children(supervisor):
            workers.setdefault(pid, psutil.Process(pid))
        spent.append((time.time(), _cpu(workers)))
        peak = max(peak, sum(each.memory_info().rss for each in workers.values()) / 1e6)
        time.sleep(0.05)
    done = time.time()
    spent.append((done, _cpu(workers)))
    first = min(each.timestamp for each in made.outputs()) / 1000
    starting = max(cpu for moment, cpu in spent if moment <= first)
    total = len(made.read(made.names.input))
    work = spent[-1][1] - starting
    return total / (done - first), work / total * 1000, peak, first - began


def _cpu(workers: dict[int, psutil.Process]) -> float:
    times = [each.cpu_times() for each in workers.values()]
    return sum(each.user + each.system for each in times)


def _bodies(load: str) -> Iterator[bytes]:
    for at, value in enumerate(articles(ARTICLES)):
        if load != "large" or at % 100:
            yield value
            continue
        article = msgspec.json.decode(value)
        lines = article["body"].split("\n")
        article["body"] = "\n".join(f"{line} {at} {n}" for n in range(20) for line in lines)
        yield msgspec.json.encode(article)


def _publish(made: Desk, load: Iterator[bytes] | list[bytes], key: bytes | None = None) -> None:
    with writing.writer(made.settings) as sending:
        for at, value in enumerate(load):
            sending.send(made.names.input, key or b"%d" % at, value)


def _names(source: str | None) -> Topics:
    own = uuid.uuid4().hex[:12]
    names = (f"{kind}.{own}" for kind in ("clean", "audit", "dead", "group"))
    return Topics(source or f"raw.{own}", *names)


def _origin(record: Record) -> tuple[int, int]:
    _, partition, offset = (record.header("copydesk-origin") or b"").decode().rsplit("/", 2)
    return int(partition), int(offset)
