"""What must not hold a worker up: offsets that the topic does not have, far times, huge letters."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from consumers.kafka_client import connection, groups
from consumers.kafka_client import topics as kafka_topics
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk, value_of

pytestmark = pytest.mark.integration


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with one partition a topic, its workers without taggers."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(partitions=1)
        yield made


def test_a_group_that_stands_beyond_the_topics_end_reads_from_the_beginning(here: Desk) -> None:
    here.publish({"uri": f"urn:{i}", "body": f"article number {i}"} for i in range(3))
    with connection.connect(here.settings) as kafka:
        groups.move(kafka, here.names.group, {Place(here.names.input, 0): 1000})
    here.start()
    here.drained()
    assert [value_of(r)["uri"] for r in here.outputs()] == ["urn:0", "urn:1", "urn:2"]
    assert "made anew or cut short" in here.logs()


def test_a_record_from_the_future_holds_nothing_up(here: Desk) -> None:
    ahead = 4_000_000_000_000
    with connection.connect(here.settings) as kafka:
        unlimited = {"message.timestamp.after.max.ms": "9223372036854775807"}
        kafka_topics.configure(kafka, here.names.input, unlimited)
        for name in (here.names.output, here.names.audit, here.names.dead):
            kafka_topics.configure(kafka, name, {"message.timestamp.after.max.ms": "3600000"})
    with writer(here.settings) as sending:
        for i, time in enumerate((None, ahead, None)):
            sending.send(here.names.input, b"urn:%d" % i, b"article", timestamp=time)
    here.start()
    here.drained(30)
    assert [r.key for r in here.outputs()] == [b"urn:0", b"urn:1", b"urn:2"]


def test_a_bad_record_too_large_for_the_dead_letters_holds_nothing_up(here: Desk) -> None:
    with connection.connect(here.settings) as kafka:
        kafka_topics.configure(kafka, here.names.dead, {"max.message.bytes": "20000"})
    with writer(here.settings) as sending:
        for i, value in enumerate((b"article", b"{" * 100_000, b"article")):
            sending.send(here.names.input, b"urn:%d" % i, value)
    here.start()
    here.drained(30)
    assert [r.key for r in here.outputs()] == [b"urn:0", b"urn:2"]
    (letter,) = here.dead()
    assert letter.key == b"urn:1"
    assert letter.value == b""
    assert letter.header("copydesk-left-out") == b"100000"


def test_a_header_whose_name_is_not_utf_8_holds_nothing_up(here: Desk) -> None:
    here.publish([{"uri": "urn:0", "body": "article"}])
    asyncio.run(_send_oddly_named_header(here, {"uri": "urn:1", "body": "article"}))
    here.publish([{"uri": "urn:2", "body": "article"}])
    here.start()
    here.drained(30)
    found = here.outputs()
    assert [r.key for r in found] == [b"urn:0", b"urn:1", b"urn:2"]
    assert found[1].header("na\\xefve") == b"1"


async def _send_oddly_named_header(here: Desk, article: dict[str, str]) -> None:
    """As a client in C does, for which a name is any bytes."""
    producer = AIOKafkaProducer(bootstrap_servers=here.settings.kafka)
    await producer.start()
    batch = producer.create_batch()
    batch._builder = _DefaultRecordBatchBuilderPy(
        2, 0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=0,
        batch_size=1 << 20,
    )  # fmt: skip
    value = msgspec.json.encode(article)
    batch.append(timestamp=None, key=b"urn:1", value=value, headers=[(_Odd("x"), b"1")])
    await (await producer.send_batch(batch, here.names.input, partition=0))
    await producer.stop()


class _Odd(str):
    __slots__ = ()

    def encode(self, *_: Any, **__: Any) -> bytes:
        return b"na\xefve"
