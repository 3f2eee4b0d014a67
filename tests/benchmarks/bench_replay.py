"""How fast a replay reads, and how fast a run beside goes: printed, nothing is asserted.

Run by ``make bench``. Reading is measured without and with the merge by record time.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers import assembly
from consumers.kafka_client import connection
from consumers.kafka_client.writing import writer
from consumers.replay import job as jobs
from consumers.replay import planning, running
from consumers.replay.targets import Scope, Target
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk
from tools.load import articles

pytestmark = [pytest.mark.benchmark, pytest.mark.integration]

COUNT = 10_000


@pytest.fixture
def filled(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """Four partitions of articles of five kilobytes on average, a tenth of a second apart."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics()
        begin = round(time.time() * 1000) - COUNT * 100
        with writer(made.settings) as out:
            for i, value in enumerate(articles(COUNT)):
                out.send(made.names.input, b"urn:%d" % i, value, timestamp=begin + 100 * i)
        yield made


def test_reading_and_replaying(filled: Desk) -> None:
    settings = filled.settings
    print()
    for more in ((), ("without",)):
        command = [sys.executable, "-m", "tests.benchmarks.reading_run", settings.kafka]
        read = subprocess.run(
            [*command, filled.names.input, *more], check=True, capture_output=True, text=True
        )
        print(read.stdout, end="")
    with connection.connect(settings) as kafka:
        wish = planning.Wish(name="bench", scope=Scope(settings.input), target=Target("earliest"))
        job = planning.plan(kafka, wish, filled.environ, None)
    own = jobs.settings_of(job, settings, filled.environ, None)
    started, spent = time.perf_counter(), time.process_time()
    done = running.run(settings, own, job, lambda _count: None)
    took, cpu = time.perf_counter() - started, time.process_time() - spent
    print(
        f"a run beside, without tags: {done.judged / took:,.0f} records/s; "
        f"{done.judged / cpu:,.0f} a second of CPU"
    )
    assert assembly.store_layout(own).namespace == job.namespace
