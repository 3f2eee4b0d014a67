"""How outcomes are published: by Faust's own producer, whole batches a partition.

Leans on aiokafka 0.14.0's ``create_batch`` and ``send_batch`` beneath ``faust.Topic.send``; a send
a record costs a third of the worker's time. The order within a partition is kept.

A record sent has its source's time, so that readers may go by it; one from before half of what the
topics keep is sent with the time of sending, or Kafka would delete it before anybody read it; so is
one from the future, which Kafka would refuse (``message.timestamp.after.max.ms``).
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Awaitable, Sequence
from functools import lru_cache
from typing import Any

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    CorruptRecordException,
    InvalidTimestampError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedForMessageFormatError,
)

from consumers.errors import CopydeskError
from consumers.pipe import SendFailed
from consumers.settings import Settings
from processors.records import Publication

_REFUSALS = (
    ClusterAuthorizationFailedError,
    CorruptRecordException,
    InvalidTimestampError,
    InvalidTopicError,
    MessageSizeTooLargeError,
    PolicyViolationError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnsupportedForMessageFormatError,
)
_MIX, _32_BITS = 0x5BD1E995, 0xFFFFFFFF
#: What clocks may differ by, in ms; further ahead is the future.
_AHEAD = 300_000


class FaustSender:
    """Sends by Faust's own producer, in order, one batch a partition as far as sizes allow."""

    def __init__(self, app: Any, settings: Settings) -> None:
        self._app = app
        self._names = {"clean": settings.output, "audit": settings.audit, "dead": settings.dead}
        self._partitions: dict[str, int] = {}
        self._keeps = settings.retention * 1000 / 2

    async def send(self, publications: Sequence[Publication]) -> Sequence[Awaitable[Any]]:
        """See ``consumers.pipe.Sender``."""
        groups: dict[tuple[str, int], list[Publication]] = {}
        for publication in publications:
            topic = self._names[publication.role]
            where = topic, await self._partition(topic, publication)
            groups.setdefault(where, []).append(publication)
        producer = self._app.producer._producer
        now = int(time.time() * 1000)
        oldest = now - self._keeps
        sent = []
        for (topic, number), rows in groups.items():
            builder = producer.create_batch()
            for row in rows:
                moment = row.timestamp if oldest < row.timestamp <= now + _AHEAD else now
                if not _append(builder, row, moment):
                    sent.append(await self._hand_over(producer, builder, topic, number))
                    builder = producer.create_batch()
                    if not _append(builder, row, moment):
                        raise CopydeskError(
                            f"a record of {len(row.value or b''):,} bytes fits no batch"
                        )
            sent.append(await self._hand_over(producer, builder, topic, number))
        return sent

    async def _hand_over(
        self, producer: Any, builder: Any, topic: str, number: int
    ) -> asyncio.Task[None]:
        try:
            future = await producer.send_batch(builder, topic, partition=number)
        except KafkaError as exc:
            raise _failure(topic, exc) from exc
        return asyncio.ensure_future(_acknowledged(topic, future))

    async def _partition(self, topic: str, publication: Publication) -> int:
        if topic not in self._partitions:
            try:
                found = await self._app.producer._producer.partitions_for(topic)
            except KafkaError as exc:
                raise _failure(topic, exc) from exc
            self._partitions[topic] = len(found)
        count = self._partitions[topic]
        if publication.partition is not None and publication.partition < count:
            return publication.partition
        return _hash(publication.key or b"") % count


def _append(builder: Any, row: Publication, moment: int) -> bool:
    headers = list(row.headers)
    done = builder.append(key=row.key, value=row.value, timestamp=moment, headers=headers)
    return done is not None


@lru_cache(maxsize=4096)
def _hash(key: bytes) -> int:
    """Where Java's default partitioner puts a key (murmur2 in Kafka's Utils)."""
    hashed = 0x9747B28C ^ len(key)
    words = len(key) >> 2
    for word in struct.unpack_from(f"<{words}I", key):
        mixed = word * _MIX & _32_BITS
        hashed = (hashed * _MIX ^ (mixed ^ mixed >> 24) * _MIX) & _32_BITS
    if rest := key[words << 2 :]:
        hashed = (hashed ^ int.from_bytes(rest, "little")) * _MIX & _32_BITS
    hashed = (hashed ^ hashed >> 13) * _MIX & _32_BITS
    return (hashed ^ hashed >> 15) & 0x7FFFFFFF


async def _acknowledged(topic: str, future: Awaitable[Any]) -> None:
    try:
        await future
    except KafkaError as exc:
        raise _failure(topic, exc) from exc


def _failure(topic: str, exc: KafkaError) -> Exception:
    if isinstance(exc, _REFUSALS):
        return CopydeskError(
            f"Kafka refuses a record for {topic}: {exc!r}. Nothing of its batch is committed; "
            "check the topic's max.message.bytes and the worker's access rights, then start again"
        )
    return SendFailed(f"{topic}: {exc!r}")
