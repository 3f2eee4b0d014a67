"""Writing records: keyed as Java's clients do it, dated, with headers, acknowledged or refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from kafka import KafkaProducer, errors

from consumers.errors import CopydeskError
from consumers.kafka_client.connection import REQUEST_MS, connect
from consumers.kafka_client.offsets import places
from consumers.kafka_client.opening import CONNECT_MS, opened
from consumers.kafka_client.sentences import spoken
from consumers.kafka_client.words import Sent
from consumers.settings import Settings
from processors.records import Header

#: How long a record may wait for its acknowledgement, in milliseconds.
DELIVERY_MS = 60_000
#: The client refuses nothing by its size: the topic's own limit is what counts.
_REQUEST_BYTES = 100_000_000


class Pending:
    """A record on its way."""

    def __init__(self, future: Any, settings: Settings, topic: str) -> None:
        self._future = future
        self._settings = settings
        self._topic = topic

    def done(self) -> bool:
        """Whether the brokers have answered."""
        return bool(self._future.is_done)

    def wait(self) -> Sent:
        """Where the record stands, once every replica in sync has it.

        Raises Refused for a record that the topic does not take, and Unreachable after a minute.
        """
        with spoken(self._settings, self._topic):
            told = self._future.get(timeout=DELIVERY_MS / 1000 + 5)
        return Sent(topic=told.topic, partition=told.partition, offset=told.offset)


class Writer:
    """Sends records. Those of one partition keep their order, retries included."""

    def __init__(self, client: KafkaProducer, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        self._known: set[str] = set()

    def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        *,
        headers: Iterable[Header] = (),
        timestamp: int | None = None,
        partition: int | None = None,
    ) -> Pending:
        """Send one record: a null value with a key withdraws, no timestamp means now.

        Raises CopydeskError for a record with neither key nor value, and MissingTopic.
        """
        if key is None and value is None:
            raise CopydeskError("a record needs a key or a value: this one has neither")
        self._look_for(topic)
        with spoken(self._settings, topic):
            future = self._client.send(
                topic,
                key=key,
                value=value,
                headers=list(headers),
                timestamp_ms=timestamp,
                partition=partition,
            )
        return Pending(future, self._settings, topic)

    def flush(self) -> None:
        """Wait until every record was answered for. Raises Unreachable after a minute."""
        with spoken(self._settings):
            self._client.flush(timeout=DELIVERY_MS / 1000 + 5)

    def _look_for(self, topic: str) -> None:
        # Otherwise a topic that is not there looks like a broker that does not answer.
        if topic in self._known:
            return
        with connect(self._settings) as connection:
            places(connection, [topic], "WRITE")
        self._known.add(topic)


@contextlib.contextmanager
def writer(settings: Settings) -> Iterator[Writer]:
    """A writer for the length of a ``with``; leaving it without an error sends what is waiting."""
    client = opened(
        settings,
        KafkaProducer,
        acks="all",
        # Not idempotent: in kafka-python 3.0.12 such a producer fails every later record once
        # the broker has refused one. One request at a time keeps the order all the same.
        enable_idempotence=False,
        max_in_flight_requests_per_connection=1,
        compression_type="zstd",
        linger_ms=round(settings.linger * 1000),
        batch_size=128 << 10,
        max_request_size=_REQUEST_BYTES,
        max_block_ms=CONNECT_MS,
        request_timeout_ms=REQUEST_MS,
        delivery_timeout_ms=DELIVERY_MS,
        allow_auto_create_topics=False,
    )
    out = Writer(client, settings)
    try:
        yield out
        out.flush()
    finally:
        with contextlib.suppress(errors.KafkaError):
            client.close(timeout=5)
