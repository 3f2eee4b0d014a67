"""The Kafka client on a real broker: what is written, read, moved and refused."""

from __future__ import annotations

import os
import time

import msgspec
import pytest
from kafka import KafkaConsumer

from consumers.errors import CopydeskError
from consumers.kafka_client import connection, groups, offsets, reading, topics
from consumers.kafka_client.sentences import MissingTopic, Refused
from consumers.kafka_client.words import Committed, Place, Plan
from consumers.kafka_client.writing import writer
from tests.integration.hands import all_of, fill

pytestmark = pytest.mark.integration


def test_the_cluster_says_who_it_is(kafka, settings):
    told = connection.cluster(kafka)
    assert told.brokers == (settings.kafka,)
    assert connection.version(kafka) >= (4, 0)


def test_a_topic_is_created_once(kafka, raw):
    assert not topics.create(kafka, Plan(raw, 9, 1, {}))
    found = topics.topics(kafka, [raw, "nowhere"])
    assert list(found) == [raw]
    assert (found[raw].partitions, found[raw].replication, found[raw].leaderless) == (3, 1, ())
    assert raw in topics.topics(kafka)


def test_more_replicas_than_brokers_are_refused_with_what_to_do(kafka):
    with pytest.raises(Refused, match="COPYDESK_REPLICATION"):
        topics.create(kafka, Plan("too.many", 1, 3, {}))


def test_a_wrong_configuration_is_refused(kafka):
    with pytest.raises(Refused, match="invalid configuration"):
        topics.create(kafka, Plan("no.such", 1, 1, {"cleanup.policy": "burn"}))


def test_configuration_is_read_and_changed_key_by_key(kafka, raw):
    topics.configure(kafka, raw, {"retention.ms": "1234567"})
    found = topics.configs(kafka, [raw])[raw]
    assert (found["retention.ms"], found["compression.type"]) == ("1234567", "zstd")
    assert "max.message.bytes" in found, "defaults are told too"


def test_a_record_comes_back_as_it_was_sent(kafka, raw, settings):
    with writer(settings) as out:
        sent = out.send(
            raw, b"key", b"value", headers=[("a", b"1"), ("a", b"\xff")], timestamp=5, partition=2
        ).wait()
    assert (sent.topic, sent.partition, sent.offset) == (raw, 2, 0)
    [record] = all_of(kafka, raw)
    assert (record.key, record.value, record.timestamp) == (b"key", b"value", 5)
    assert record.headers == (("a", b"1"), ("a", b"\xff"))


def test_nulls_and_empty_bytes_are_told_apart(kafka, raw, settings):
    with writer(settings) as out:
        out.send(raw, b"gone", None, partition=0)
        out.send(raw, None, b"", partition=0)
        out.send(raw, b"", b"x", partition=0)
        with pytest.raises(CopydeskError, match="neither"):
            out.send(raw, None, None)
    assert [(r.key, r.value) for r in all_of(kafka, raw)] == [
        (b"gone", None),
        (None, b""),
        (b"", b"x"),
    ]


def test_keys_go_where_javas_clients_put_them(kafka, raw, settings):
    """``kafka.Partitioner`` of Java: murmur2 of the key, modulo the partitions; figures from its tests."""
    known = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    with writer(settings) as out:
        for key, murmur in known.items():
            assert out.send(raw, key, b"x").wait().partition == (murmur & 0x7FFFFFFF) % 3


def test_a_refused_record_does_not_hold_up_the_next(kafka, raw, settings):
    """kafka-python's idempotent producer fails all that follows a refusal."""
    ahead = round(time.time() * 1000) + 7_200_000
    topics.configure(kafka, raw, {"message.timestamp.after.max.ms": "3600000"})
    with writer(settings) as out:
        large = out.send(raw, b"k", os.urandom(3_000_000), partition=0)
        early = out.send(raw, b"k", b"from the future", timestamp=ahead, partition=0)
        out.flush()
        good = out.send(raw, b"k", b"good", partition=0)
        with pytest.raises(Refused, match=r"max\.message\.bytes"):
            large.wait()
        with pytest.raises(Refused, match=r"timestamp\.after\.max\.ms"):
            early.wait()
        assert good.wait().offset == 0


def missing_asked(kafka, settings, how):
    if how == "write":
        with writer(settings) as out:
            out.send("no.such.topic", b"k", b"v")
    elif how == "read":
        reading.stretches(kafka, ["no.such.topic"])
    else:
        next(reading.follow(settings, ["no.such.topic"]))


@pytest.mark.parametrize("how", ["write", "read", "follow"])
def test_a_missing_topic_is_said_at_once_with_what_to_do(kafka, settings, how):
    started = time.monotonic()
    with pytest.raises(MissingTopic, match=r"'no\.such\.topic'.*copydesk topics create"):
        missing_asked(kafka, settings, how)
    assert time.monotonic() - started < 5
    assert "no.such.topic" not in topics.topics(kafka), "asking must not create it"


def test_a_time_is_found_and_one_past_the_end_is_not(kafka, raw, settings):
    """kafka-python's own reset silently takes the end for a time that is past it."""
    fill(settings, raw, 100, partition=0)
    place = Place(raw, 0)
    found = offsets.at_time(kafka, {place: 1050})[place]
    assert found is not None
    assert (found.offset, found.timestamp) == (50, 1050)
    assert offsets.at_time(kafka, {place: 5_000}) == {place: None}
    assert offsets.at_time(kafka, {Place(raw, 1): 0}) == {Place(raw, 1): None}, (
        "nothing there at all"
    )


def test_a_group_is_moved_forgotten_and_deleted(kafka, raw, settings):
    places = offsets.places(kafka, [raw])
    groups.move(kafka, settings.group, dict.fromkeys(places, 7), "by hand")
    assert groups.committed(kafka, [settings.group, "nobody"]) == {
        settings.group: dict.fromkeys(places, Committed(7, "by hand")),
        "nobody": {},
    }
    groups.forget(kafka, settings.group, [places[0]])
    assert set(groups.committed(kafka, [settings.group])[settings.group]) == set(places[1:])
    assert settings.group in groups.group_names(kafka)
    groups.delete_groups(kafka, [settings.group, "nobody"])
    assert groups.committed(kafka, [settings.group]) == {settings.group: {}}
    assert groups.groups(kafka, [settings.group])[settings.group].state == "Dead"


def test_a_live_group_is_told_and_not_moved(kafka, raw, settings):
    reader = KafkaConsumer(
        raw, bootstrap_servers=settings.kafka, group_id=settings.group, client_id="plain"
    )
    deadline = time.monotonic() + 30
    while not reader.assignment() and time.monotonic() < deadline:
        reader.poll(200)
    told = groups.groups(kafka, [settings.group])[settings.group]
    assert told.state == "Stable"
    assert [(m.client_id, m.host, m.places) for m in told.members] == [
        ("plain", "127.0.0.1", tuple(offsets.places(kafka, [raw])))
    ]
    for act in (
        lambda: groups.move(kafka, settings.group, {Place(raw, 0): 0}),
        lambda: groups.delete_groups(kafka, [settings.group]),
    ):
        with pytest.raises(
            Refused, match=f"{settings.group!r} has members: stop its workers first"
        ):
            act()
    reader.close()


def test_a_snapshot_tells_of_many_groups_at_once(kafka, raw, settings):
    fill(settings, raw, 30)
    names = [f"{settings.group}-{number}" for number in range(20)]
    for number, name in enumerate(names):
        groups.move(kafka, name, {Place(raw, 0): number})
    told = offsets.snapshot(kafka, names, extra=[Place(raw, 2)])
    assert [told.committed[name][Place(raw, 0)].offset for name in names] == list(range(20))
    assert set(told.latest) == set(told.earliest) == {Place(raw, 0), Place(raw, 2)}


def test_a_certificate_that_is_not_there_is_named_before_anything_is_asked(settings, tmp_path):
    secure = msgspec.structs.replace(
        settings, kafka_security="ssl", kafka_ca=str(tmp_path / "ca.pem")
    )
    with pytest.raises(CopydeskError, match="COPYDESK_KAFKA_CA names"), connection.connect(secure):
        pass
