"""A broker that goes away and comes back: who waits, who says so, and who goes on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.embedded import Server, start_kafka
from consumers.errors import Unreachable
from consumers.kafka_client import connection, groups, offsets, reading, topics, writing
from consumers.kafka_client.words import Place, Plan, Stretch
from consumers.kafka_client.writing import writer
from consumers.settings import Settings
from tests.integration.hands import fill, wait_for
from tests.leash import Leash

pytestmark = [pytest.mark.integration, pytest.mark.slow]


@pytest.fixture
def broker(leash: Leash, tmp_path: Path) -> Iterator[Server]:
    """A Kafka of the test's own."""
    (tmp_path / "kafka").mkdir()
    server = start_kafka(tmp_path / "kafka")
    leash.hold(server)
    yield server
    server.kill()


@pytest.fixture
def settings(broker: Server) -> Settings:
    return Settings(kafka=broker.address)


def test_a_connection_says_that_kafka_is_away_and_works_again_when_it_is_back(
    broker, settings, leash
):
    """So a dashboard keeps one connection for its life."""
    with connection.connect(settings) as kafka:
        topics.create(kafka, Plan("t", 1, 1, {}))
        broker.kill()
        for ask in (
            lambda: topics.topics(kafka),
            lambda: groups.group_names(kafka),
            lambda: groups.committed(kafka, ["g"]),
            lambda: offsets.latest(kafka, [Place("t", 0)]),
        ):
            started = time.monotonic()
            with pytest.raises(Unreachable, match="does not answer"):
                ask()
            assert time.monotonic() - started < 20
        broker.restart()
        leash.hold(broker)
        wait_for(lambda: answers(kafka))


def answers(kafka):
    try:
        return list(topics.topics(kafka)) == ["t"]
    except Unreachable:
        return False


def test_a_follower_waits_and_goes_on(broker, settings, leash):
    with connection.connect(settings) as kafka:
        topics.create(kafka, Plan("t", 1, 1, {}))
    fill(settings, "t", 3)
    following = reading.follow(settings, ["t"], from_start=True)
    assert sum(len(batch) for batch in (next(following), next(following))) == 3
    broker.kill()
    assert [next(following) for _ in range(8)] == [[]] * 8
    broker.restart()
    leash.hold(broker)
    fill(settings, "t", 2)
    got: list[int] = []
    deadline = time.monotonic() + 60
    while len(got) < 2 and time.monotonic() < deadline:
        got += [record.offset for record in next(following)]
    following.close()
    assert got == [3, 4]


def test_a_bounded_reader_and_a_writer_end_with_a_sentence(broker, settings, monkeypatch):
    monkeypatch.setattr(reading, "_STALL_SECONDS", 3.0)
    monkeypatch.setattr(writing, "DELIVERY_MS", 16_000)
    with connection.connect(settings) as kafka:
        topics.create(kafka, Plan("t", 1, 1, {}))
    fill(settings, "t", 3)
    with writer(settings) as out:
        out.send("t", b"k", b"v").wait()
        reader = reading.records(settings, [Stretch("t", 0, 0, 100)])
        assert next(reader).offset == 0
        broker.kill()
        started = time.monotonic()
        with pytest.raises(Unreachable, match="does not answer"):
            list(reader)
        with pytest.raises(Unreachable, match="does not answer"):
            out.send("t", b"k", b"v").wait()
    assert time.monotonic() - started < 60


def test_a_paused_broker_is_away_too(broker, settings):
    """One that accepts connections and says nothing, as a machine that swaps does."""
    with connection.connect(settings) as kafka:
        broker.pause()
        started = time.monotonic()
        with pytest.raises(Unreachable, match="does not answer"):
            topics.topics(kafka)
        assert time.monotonic() - started < 40
        broker.resume()


def test_tail_says_that_it_waits_and_goes_on(broker, settings, leash, tmp_path):
    with connection.connect(settings) as kafka:
        topics.create(kafka, Plan("articles.clean", 1, 1, {}))
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "tail", "--from-start", "--count", "2", "--json"],
        env={"COPYDESK_KAFKA": settings.kafka, "PATH": "/usr/bin"},
        stdout=subprocess.PIPE,
        stderr=(said := (tmp_path / "said").open("wb")),
    )
    said.close()
    fill(settings, "articles.clean", 1)
    assert process.stdout is not None
    first = process.stdout.readline()
    broker.kill()
    wait_for(lambda: b"copydesk: waiting: Kafka at" in (tmp_path / "said").read_bytes(), 90)
    broker.restart()
    leash.hold(broker)
    fill(settings, "articles.clean", 1)
    written, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    assert (first + written).count(b"\n") == 2
    assert (tmp_path / "said").read_bytes().count(b"waiting") == 1
