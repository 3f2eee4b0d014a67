"""Reading from a real broker: ranges, transactions, merging and following."""

from __future__ import annotations

import random
import time

import pytest
from kafka import KafkaProducer

from consumers.kafka_client import offsets, reading
from consumers.kafka_client.words import Place, Stretch
from consumers.kafka_client.writing import writer
from processors.records import Record
from tests.integration.hands import all_of, fill

pytestmark = pytest.mark.integration


def test_a_range_is_read_from_its_start_up_to_its_end(kafka, raw, settings):
    fill(settings, raw, 300, partition=1)
    got = list(reading.records(settings, [Stretch(raw, 1, 100, 200)]))
    assert [r.offset for r in got] == list(range(100, 200))
    assert list(reading.records(settings, [Stretch(raw, 1, 5, 5), Stretch(raw, 0, 0, 0)])) == []
    assert list(reading.records(settings, [])) == []


def test_what_comes_later_is_not_read(kafka, raw, settings):
    fill(settings, raw, 50)
    ranges = reading.stretches(kafka, [raw])
    fill(settings, raw, 50)
    assert len(list(reading.records(settings, ranges))) == 50


def test_aborted_records_are_not_read_and_gaps_end_a_range_too(kafka, raw, settings, topics):
    client = KafkaProducer(bootstrap_servers=settings.kafka, transactional_id=topics.group)
    client.init_transactions()
    for value, commit in ((b"aborted", False), (b"committed", True), (b"aborted too", False)):
        client.begin_transaction()
        client.send(raw, key=b"k", value=value, partition=0)
        client.flush()
        client.commit_transaction() if commit else client.abort_transaction()
    client.close()
    [stretch] = [each for each in reading.stretches(kafka, [raw]) if each.end]
    assert stretch.end == 6, "three records and three markers"
    started = time.monotonic()
    assert [r.value for r in reading.records(settings, [stretch])] == [b"committed"]
    assert [r.value for r in reading.merged(settings, [stretch])] == [b"committed"]
    assert time.monotonic() - started < 10, "the last offsets hold no record to wait for"


def test_an_open_transaction_ends_what_can_be_read(kafka, raw, settings, topics):
    fill(settings, raw, 5, partition=0)
    client = KafkaProducer(bootstrap_servers=settings.kafka, transactional_id=topics.group)
    client.init_transactions()
    client.begin_transaction()
    client.send(raw, key=b"k", value=b"open", partition=0).get(10)
    place = Place(raw, 0)
    assert offsets.latest(kafka, [place]) == {place: 6}
    assert offsets.latest(kafka, [place], committed_only=True) == {place: 5}
    assert len(all_of(kafka, raw)) == 5
    client.abort_transaction()
    client.close()


@pytest.mark.parametrize("shape", ["even", "skewed", "one behind"])
def test_merging_depends_on_the_records_alone(kafka, raw, settings, shape):
    """More records than are held at a time, so that partitions have to wait for each other."""
    chance = random.Random(shape)
    with writer(settings) as out:
        for number in range(15_000):
            where = {
                "even": number % 3,
                "skewed": 0 if number < 9000 else number % 3,
                "one behind": 0,
            }[shape]
            when = chance.randrange(10_000) if shape == "even" else number
            out.send(raw, b"k", b"v", timestamp=when, partition=where)
        if shape == "one behind":
            out.send(raw, b"k", b"last", timestamp=20_000, partition=2)
    ranges = reading.stretches(kafka, [raw])
    got = list(reading.merged(settings, ranges))
    queues: dict[Place, list[Record]] = {each.place: [] for each in ranges}
    for record in reading.records(settings, ranges):
        queues[Place(record.topic, record.partition)].append(record)
    assert got == by_hand(queues)


def by_hand(queues):
    """The merge, said plainly: of the partitions' first records always the least."""
    queues = {place: kept[::-1] for place, kept in queues.items()}
    merged = []
    while any(queues.values()):
        heads = [kept[-1] for kept in queues.values() if kept]
        first = min(heads, key=lambda r: (r.timestamp, r.topic, r.partition, r.offset))
        merged.append(queues[Place(first.topic, first.partition)].pop())
    return merged


def test_following_brings_what_comes(raw, settings):
    fill(settings, raw, 10)
    new, old = reading.follow(settings, [raw]), reading.follow(settings, [raw], from_start=True)
    assert next(new) == []
    fill(settings, raw, 5)
    assert len(gathered(new, 5)) == 5
    assert len(gathered(old, 15)) == 15
    new.close()
    old.close()


def gathered(batches, count):
    got: list[Record] = []
    deadline = time.monotonic() + 20
    while len(got) < count and time.monotonic() < deadline:
        got += next(batches)
    return got
