"""``copydesk lag`` of groups that are nobody's of ours, its figures those of Kafka's own command."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from kafka import KafkaConsumer
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.kafka_client import connection, groups
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer
from tests.integration.hands import wait_for
from tests.integration.java import console_consumer, described, states
from tests.integration.replays import fill_three

pytestmark = [pytest.mark.integration, pytest.mark.slow]

KEYS = {
    "topic", "partition", "committed", "end", "lag", "lag_seconds", "rate_in", "rate_out",
    "verdict", "reason",
}  # fmt: skip


@contextlib.contextmanager
def plain_consumer(settings, raw: str, group: str) -> Iterator[None]:
    """A kafka-python consumer that has read four records of each partition, and pauses there."""
    consumer = KafkaConsumer(
        raw, bootstrap_servers=settings.kafka, group_id=group, client_id="plain-desk",
        enable_auto_commit=False, auto_offset_reset="earliest",
        # A leader that has not heard of a topic yet gives nobody its partitions until it asks anew,
        # after five minutes by default.
        metadata_max_age_ms=1000,
    )  # fmt: skip
    ready, stop = threading.Event(), threading.Event()

    def poll() -> None:
        while not stop.is_set():
            consumer.poll(timeout_ms=100, max_records=1)
            if len(consumer.assignment()) == 3 and not ready.is_set():
                consumer.pause(*consumer.assignment())
                place = OffsetAndMetadata(4, "", -1)
                consumer.commit({TopicPartition(raw, n): place for n in range(3)})
                ready.set()

    polling = threading.Thread(target=poll)
    polling.start()
    try:
        wait_for(ready.is_set)
        yield
    finally:
        stop.set()
        polling.join()
        consumer.close(autocommit=False)


def have_read(settings, names: list[str]) -> bool:
    """Whether the groups have committed all ten records of three partitions."""
    with connection.connect(settings) as kafka:
        done = groups.committed(kafka, names)
    return all([each.offset for each in places.values()] == [10] * 3 for places in done.values())


def test_any_group_of_any_client_has_the_figures_of_kafkas_own_command(
    raw, settings, topics, copydesk, tmp_path
):
    """A plain consumer, Java's in both protocols, and a group that nobody is in."""
    names = [f"{topics.group}-{kind}" for kind in ("plain", "classic", "newer", "empty")]
    plain, classic, newer, empty = names
    fill_three(settings, raw, empty)
    with (
        plain_consumer(settings, raw, plain),
        console_consumer(settings.kafka, raw, classic, "classic", tmp_path / "a.log") as one,
        console_consumer(settings.kafka, raw, newer, "consumer", tmp_path / "b.log") as two,
    ):
        wait_for(lambda: have_read(settings, [classic, newer]), 90)
        for process in (one, two):
            process.send_signal(signal.SIGSTOP)
        with writer(settings) as out:
            for number in range(7):
                out.send(raw, b"k", b"later", partition=number % 3)
        asked = [word for name in names for word in ("--group", name)]
        with ThreadPoolExecutor(4) as pool:
            looking = pool.submit(lambda: copydesk("lag", *asked, "--json"))
            shown = pool.submit(lambda: copydesk("lag", *asked, "--once", COLUMNS="200"))
            theirs = pool.submit(lambda: described(settings.kafka, names))
            alive = pool.submit(lambda: states(settings.kafka, names)).result()
        assert looking.result().returncode == 0, looking.result().stderr
        told = {r["group"]: r for r in map(json.loads, looking.result().stdout.splitlines())}
    assert list(told) == names
    ours = {
        (name, p["topic"], p["partition"]): tuple(str(p[k]) for k in ("committed", "end", "lag"))
        for name, report in told.items()
        for p in report["partitions"]
    }
    assert ours == {w: (r.committed, r.end, r.lag) for w, r in theirs.result().items()}
    assert sum(int(lag) for _, _, lag in ours.values()) == 25 + 7 + 7 + 13
    assert {name: (report["state"]) for name, report in told.items()} == {
        name: state for name, (state, _) in alive.items()
    }
    assert alive == {
        plain: ("Stable", 1), classic: ("Stable", 1), newer: ("Stable", 1), empty: ("Empty", 0)
    }  # fmt: skip
    table = shown.result().stdout
    for name, client in zip(names, ("plain-desk", "java-desk", "java-desk", "-"), strict=True):
        own = table.partition(name)[2].partition("\n\n")[0]
        assert own.count(f" {client}") >= 3, table
    assert {name: report["verdict"] for name, report in told.items()} == {
        plain: "stalled", classic: "stalled", newer: "stalled", empty: "stopped"
    }  # fmt: skip
    for report in told.values():
        assert report.keys() >= {"group", "state", "verdict", "partitions"}
        assert report["members"] == alive[report["group"]][1]
        for partition in report["partitions"]:
            assert partition.keys() >= KEYS
            theirs_there = theirs.result()[report["group"], raw, partition["partition"]]
            assert (partition["owner"] or "-").startswith(theirs_there.client)
            assert partition["rate_in"] == partition["rate_out"] == 0.0
            assert partition["lag_seconds"] > 0
    oldest = told[plain]["partitions"][0]["lag_seconds"]
    assert oldest > 3e7, "by the record's own time, which is of 2023"


def test_what_cannot_be_known_is_null_and_never_zero(raw, settings, topics, copydesk):
    fill_three(settings, raw, topics.group)
    with connection.connect(settings) as kafka:
        groups.move(kafka, topics.group, {Place(raw, 0): 999})
        groups.forget(kafka, topics.group, [Place(raw, 1)])
    done = copydesk("lag", "--group", topics.group, "--topic", raw, "--json", "--once")
    (report,) = map(json.loads, done.stdout.splitlines())
    past, never, behind = report["partitions"]
    assert (past["committed"], past["end"], past["lag"], past["lag_seconds"]) == (
        999,
        10,
        None,
        None,
    )
    assert (
        past["reason"]
        == "the commit 999 is past the end 10: the topic lost records, or is a new one"
    )
    assert (never["committed"], never["end"], never["lag"]) == (None, 10, None)
    assert "has never committed here; 10 records to be read" in never["reason"]
    assert (behind["committed"], behind["lag"]) == (8, 2)
    assert {each["rate_in"] for each in report["partitions"]} == {None}, "one look tells no rate"
    assert (report["state"], report["verdict"]) == ("Empty", "stopped")
    assert {past["verdict"], never["verdict"]} == {"unknown"}


def test_a_topic_that_is_deleted_is_no_lag_of_nothing(raw, settings, topics, copydesk):
    """Kafka forgets commits of a deleted topic some time after; until then nothing is known."""
    from consumers.kafka_client import topics as kafka_topics
    from consumers.kafka_client.words import Plan

    other = f"{raw}.gone"
    with connection.connect(settings) as kafka:
        kafka_topics.create(kafka, Plan(other, 1, 1, {}))
        fill_three(settings, raw, topics.group)
        groups.move(kafka, topics.group, {Place(other, 0): 0})
        kafka_topics.delete(kafka, [other])
    done = copydesk("lag", "--group", topics.group, "--json", "--once")
    assert done.returncode == 0, done.stderr
    rows = [r for r in json.loads(done.stdout)["partitions"] if r["topic"] == other]
    assert all((r["end"], r["lag"], r["lag_seconds"]) == (None, None, None) for r in rows)
    assert len(json.loads(done.stdout)["partitions"]) - len(rows) == 3
