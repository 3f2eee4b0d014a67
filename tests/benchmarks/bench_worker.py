"""The whole pipeline on a real Kafka and Redis: rates, CPU, memory, stages, latency.

``make bench ARGS=tests/benchmarks/bench_worker.py``; ``BENCH_ARTICLES`` and ``BENCH_SECONDS`` make
the runs longer. Everything is published before the workers start; the rate is counted from the
first article that the broker has of the output to the last committed offset. Printed, never
asserted, save that all came out.
"""

from __future__ import annotations

import os
import re
import statistics
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.request import urlopen

import msgspec
import psutil
import pytest

from consumers.embedded.process import free_port
from consumers.kafka_client import writing
from consumers.meter import Stage
from processors.records import Record
from tests.conftest import Addresses, Topics
from tests.integration.harness import PARTITIONS, TAGLESS, Desk, desk
from tools.load import articles, real_articles

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "4000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
TRANSPORT = {
    **TAGLESS,
    "COPYDESK_COMPARE": "exact",
    "COPYDESK_AUDIT_RECORDS": "false",
}
STAGES = get_args(Stage)
#: What is measured; settings; processes; which load.
ROWS = [
    ("transport alone", TRANSPORT, 1, "even"),
    ("whole, no tags, cold store", TAGLESS, 1, "even"),
    ("the same, warm store", TAGLESS, 1, "again"),
    ("whole, all tags", {}, 1, "even"),
    ("real articles, no tags", TAGLESS, 1, "real"),
    ("real articles, all tags", {}, 1, "real"),
    ("no tags, 2 processes", TAGLESS, 2, "even"),
    ("no tags, 4 processes", TAGLESS, 4, "even"),
    ("one busy partition", TAGLESS, 2, "busy"),
    ("large among small", TAGLESS, 1, "large"),
]


@pytest.mark.benchmark
def test_print_what_a_worker_does(services: Addresses, namespace: str, tmp_path: Path):
    print(f"\n{ARTICLES:,} articles, {PARTITIONS} partitions; seconds of a stage are those of the")
    print("clock, in which other stages and processes work too")
    head = ("articles/s", "CPU s/1,000", "peak MB", "start s", *(f"{each} s" for each in STAGES))
    print(f"{'':30}" + "".join(f"{each:>13}" for each in head))
    before: Topics | None = None
    for at, (name, settings, processes, load) in enumerate(ROWS):
        if load == "real" and not any(real_articles(1)):
            print(f"{name:30}left out: ../shared/corpora is absent")
            continue
        folder = tmp_path / str(at)
        folder.mkdir()
        topics = _names(before.input if load == "again" and before else None)
        space = namespace if load == "again" else f"{namespace}{at}:"
        if load == "even":
            namespace = space
        with desk(services, topics, space, folder, **settings) as made:
            made.make_topics(message_timestamp_type="LogAppendTime")
            if load != "again":
                _publish(made, _bodies(load), key=b"one" if load == "busy" else None)
            row = _measured(made, processes)
        print(f"{name:30}" + "".join(f"{each:13,.3f}" for each in row), flush=True)
        before = topics


@pytest.mark.benchmark
def test_print_how_long_one_article_takes(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path
):
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(message_timestamp_type="LogAppendTime")
        _publish(made, articles(ARTICLES))
        full, *_ = _measured(made, 1)
        print(f"\nfull rate: {full:,.0f} articles a second. From publication to the clean item:")
        for rate in (20, round(full * 0.8)):
            _print_waits(made, rate, rate * SECONDS)


def _print_waits(made: Desk, rate: int, count: int) -> None:
    """Publish at a rate, as evenly as this machine can, and print how long each article took."""
    load = list(articles(count, seed=rate))
    start = time.time()
    with writing.writer(made.settings) as sending:
        for at, value in enumerate(load):
            if (ahead := start + at / rate - time.time()) > 0:
                sending.flush()
                time.sleep(ahead)
            now = int(time.time() * 1000)
            sending.send(made.names.input, b"%d/%d" % (rate, at), value, timestamp=now)
    took = time.time() - start
    made.drained()
    sent = {(r.partition, r.offset): r.timestamp for r in made.read(made.names.input)}
    waits = sorted(
        each.timestamp - sent[_origin(each)]
        for each in made.outputs()
        if sent[_origin(each)] >= start * 1000
    )
    print(
        f"{count / took:,.0f} a second for {took:.0f} s: median {statistics.median(waits):.0f} ms, "
        f"99th percentile {waits[len(waits) * 99 // 100]} ms, longest {waits[-1]} ms"
    )


def _measured(made: Desk, processes: int) -> tuple[float, ...]:
    """Take what is published through: the figures of a row, in its order."""
    began = time.time()
    port = free_port()
    supervisor = made.start(processes, COPYDESK_WEB=f"127.0.0.1:{port}")
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
    stages = _stages(port)
    first = min(each.timestamp for each in made.outputs()) / 1000
    starting = max(cpu for moment, cpu in spent if moment <= first)
    total = len(made.read(made.names.input))
    work = spent[-1][1] - starting
    return total / (done - first), work / total * 1000, peak, first - began, *stages


def _stages(port: int) -> list[float]:
    """Seconds that all batches took in each stage."""
    with urlopen(f"http://127.0.0.1:{port}/metrics") as page:
        said = page.read().decode()
    found = re.findall(
        r'^copydesk_stage_seconds_sum\{.*?stage="(\w+)".*?\} (\S+)$', said, re.MULTILINE
    )
    return [sum(float(value) for stage, value in found if stage == each) for each in STAGES]


def _cpu(workers: dict[int, psutil.Process]) -> float:
    times = [each.cpu_times() for each in workers.values()]
    return sum(each.user + each.system for each in times)


def _bodies(load: str) -> Iterator[bytes]:
    if load == "real":
        yield from real_articles(ARTICLES)
        return
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
