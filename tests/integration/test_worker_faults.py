"""Workers killed, joining and leaving, stores and brokers away: nothing lost, nothing dropped wrongly."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.embedded import start_redis
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk
from tests.integration.oracle import Load

pytestmark = pytest.mark.integration

SESSION = {"COPYDESK_SESSION_TIMEOUT": "10s"}


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made, its workers without taggers."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS, **SESSION) as made:
        made.make_topics()
        yield made


def test_two_workers_on_four_partitions_publish_what_the_oracle_expects(here: Desk) -> None:
    load = Load(1000, seed=1)
    here.start(processes=2)
    here.publish(load.articles)
    here.drained(90)
    assert load.faults(here.outputs(), here.audits()) == []
    assert here.dead() == []


def test_workers_killed_ten_times_lose_nothing_and_drop_nothing_wrongly(here: Desk) -> None:
    rnd = random.Random(10)
    load = Load(6000, seed=2)
    here.environ["COPYDESK_BATCH"] = "20"
    supervisor = here.start(processes=2)
    here.publish(load.articles[:200])
    here.wait_for(lambda: here.lag() == 0)
    for chunk in range(10):
        here.publish(load.articles[200 + chunk * 500 : 700 + chunk * 500])
        time.sleep(rnd.uniform(0.0, 0.6))
        here.wait_for(lambda: bool(here.children(supervisor)), patience=40)
        os.kill(rnd.choice(here.children(supervisor)), signal.SIGKILL)
        time.sleep(rnd.uniform(0.2, 1.5))
    here.publish(load.articles[5200:])
    here.drained(120)
    assert load.faults(here.outputs(), here.audits()) == []


def test_a_killed_worker_reads_on_within_ten_seconds(here: Desk) -> None:
    supervisor = here.start()
    here.publish([{"uri": "urn:first", "body": "the first article, which shows that it is ready"}])
    here.drained()
    os.kill(here.children(supervisor)[0], signal.SIGKILL)
    here.publish([{"uri": "urn:second", "body": "the second article, published after the kill"}])
    here.wait_for(lambda: here.lag() == 0, patience=10)


def test_a_worker_that_joins_in_the_middle_takes_its_share_and_loses_nothing(here: Desk) -> None:
    load = Load(3000, seed=3)
    here.environ["COPYDESK_BATCH"] = "20"
    here.start()
    here.publish(load.articles[:1500])
    second = here.start()
    here.publish(load.articles[1500:])
    time.sleep(3)
    here.stop(second)
    here.drained(90)
    assert load.faults(here.outputs(), here.audits()) == []


def test_redis_away_for_ten_seconds_stops_the_work_and_drops_nothing(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path
) -> None:
    redis = start_redis(tmp_path / "redis")
    try:
        own = Addresses(services.kafka, f"redis://{redis.address}")
        with desk(own, topics, namespace, tmp_path, **TAGLESS, **SESSION) as here:
            here.make_topics()
            load = Load(2000, seed=4)
            here.environ["COPYDESK_BATCH"] = "20"
            here.publish(load.articles[:1000])
            here.start()
            here.wait_for(lambda: (here.lag() or 0) < 1000)
            redis.kill()
            here.publish(load.articles[1000:])
            time.sleep(10)
            assert here.lag() != 0
            redis.restart()
            here.drained(60)
            assert load.faults(here.outputs(), here.audits()) == []
            assert "waiting for Redis" in here.logs()
    finally:
        redis.stop()
