"""The checker's own reader of topics: it shares none with the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kafka import KafkaConsumer, TopicPartition


class Told(NamedTuple):
    """A record of a topic, as the checker sees it."""

    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: dict[str, bytes]
    time: int


class Names(NamedTuple):
    """The topics and the group of a run."""

    raw: str
    clean: str
    audit: str
    dead: str
    group: str


def read(kafka: str, topic: str) -> Iterator[Told]:
    """All committed records of a topic, from its beginning to its end now."""
    consumer = KafkaConsumer(
        bootstrap_servers=kafka, enable_auto_commit=False, isolation_level="read_committed"
    )
    parts = [TopicPartition(topic, p) for p in sorted(consumer.partitions_for_topic(topic))]
    consumer.assign(parts)
    consumer.seek_to_beginning(*parts)
    ends = {p: e for p, e in consumer.end_offsets(parts).items() if e}
    while any(consumer.position(p) < e for p, e in ends.items()):
        for batch in consumer.poll(1000, max_records=5000).values():
            for r in batch:
                headers = {name: value or b"" for name, value in r.headers}
                key = (r.key or b"").decode("utf-8", "replace")
                yield Told(r.partition, r.offset, key, r.value, headers, r.timestamp)
    consumer.close()
