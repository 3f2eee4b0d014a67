"""The times of single records, for any number of partitions in one request a broker.

Leans on kafka-python 3.0.12's admin client for sending (``_manager``, as its own modules do): a
consumer would fetch whole batches ahead of what is asked for. Here a first request asks for few
bytes a partition. A broker gives the first partition of a request a whole batch, however large, and
the others only batches that fit (``ReplicaManager.readFromLog``): those are asked for again, with
room for more. The header of a batch has the time of its first record and its latest time, so the
records are looked at only where the wanted one stands further back in a batch that spans more time
than ``within``.

The record format is Kafka's own, version 2 (kafka.apache.org/documentation, Message Format).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from kafka import errors
from kafka.protocol.consumer import FetchRequest
from kafka.record.memory_records import MemoryRecords

from consumers.kafka_client.connection import Connection, asks, at
from consumers.kafka_client.words import Place

# Base offset, length, leader epoch, magic, checksum, attributes, last offset's delta, first
# record's time, latest time; what follows is not needed.
_HEADER = struct.Struct(">qiibIhiqq")
_CONTROL, _APPEND_TIME = 0x20, 0x08
_LENGTH_FROM = 12
_FEW_BYTES = 4 << 10
_MORE = 8
_ALL_BYTES = 32 << 20
#: Requests a broker, at most: for larger batches, past markers of transactions.
_ROUNDS = 8


class _Batch(NamedTuple):
    base: int
    last: int
    size: int
    control: bool
    first_time: int
    latest_time: int
    one_time: bool


@asks
def times_at(
    connection: Connection, wanted: Mapping[Place, int], within: int = 0
) -> dict[Place, int]:
    """The time of the first record at or after an offset, in milliseconds, for each partition.

    A partition without such a record, or without an answer, is left out. Times may be off by less
    than ``within`` milliseconds where a batch spans no more than that.
    """
    found: dict[Place, int] = {}
    asked = {place: (offset, _FEW_BYTES) for place, offset in wanted.items()}
    for _ in range(_ROUNDS):
        if not asked:
            break
        again: dict[Place, tuple[int, int]] = {}
        for place, data in _fetch(connection, asked).items():
            offset, size = asked[place]
            if not data and size < _ALL_BYTES:
                again[place] = offset, min(size * _MORE, _ALL_BYTES)
                continue
            time = _time_in(data, offset, within)
            if isinstance(time, int):
                found[place] = time
            elif time is not None:
                again[place] = time
        asked = again
    return found


def _time_in(data: bytes, offset: int, within: int) -> int | tuple[int, int] | None:
    """The record's time; or the offset and bytes to ask for next; or None where there is none."""
    while (batch := _batch(data)) is not None:
        if batch.last >= offset and not batch.control:
            if offset <= batch.base or batch.one_time:
                return batch.first_time
            if batch.latest_time - batch.first_time <= within:
                return batch.latest_time
            if len(data) < batch.size:
                return (offset, batch.size) if batch.size <= _ALL_BYTES else batch.latest_time
            for record in MemoryRecords(data[: batch.size]).next_batch():
                if record.offset >= offset:
                    return int(record.timestamp)
        elif len(data) < batch.size:
            return batch.last + 1, _FEW_BYTES
        data, offset = data[batch.size :], max(offset, batch.last + 1)
        if len(data) < _HEADER.size:
            return offset, _FEW_BYTES
    return None


def _batch(data: bytes) -> _Batch | None:
    if len(data) < _HEADER.size:
        return None
    base, length, _, magic, _, attributes, delta, first, latest = _HEADER.unpack_from(data)
    if magic < 2:
        return None
    return _Batch(
        base=base,
        last=base + delta,
        size=length + _LENGTH_FROM,
        control=bool(attributes & _CONTROL),
        first_time=latest if attributes & _APPEND_TIME else first,
        latest_time=latest,
        one_time=bool(attributes & _APPEND_TIME) or first == latest,
    )


def _fetch(connection: Connection, asked: Mapping[Place, tuple[int, int]]) -> dict[Place, bytes]:
    """The first bytes from each offset on; none where what stands there needs more room."""
    client = connection.client

    async def send() -> dict[Place, bytes]:
        came: dict[Place, bytes] = {}
        leaders = await client._async_get_leader_for_partitions({at(place) for place in asked})  # noqa: SLF001 - see above
        for leader, partitions in leaders.items():
            places = [Place(*partition) for partition in partitions]
            try:
                answer = await client._manager.send(  # noqa: SLF001 - see above
                    _request({place: asked[place] for place in places}), node_id=leader
                )
            except errors.KafkaError:
                continue
            for topic in answer.responses:
                for each in topic.partitions:
                    place = Place(topic.topic, each.partition_index)
                    if not each.error_code and asked[place][0] < each.high_watermark:
                        came[place] = bytes(each.records or b"")
        return came

    answered: dict[Place, bytes] = client._manager.run(send)  # noqa: SLF001 - see above
    return answered


def _request(asked: Mapping[Place, tuple[int, int]]) -> Any:
    topics: dict[str, list[Any]] = {}
    for place, (offset, size) in asked.items():
        topics.setdefault(place.topic, []).append(
            FetchRequest.FetchTopic.FetchPartition(
                partition=place.partition,
                current_leader_epoch=-1,
                fetch_offset=offset,
                last_fetched_epoch=-1,
                log_start_offset=-1,
                partition_max_bytes=size,
            )
        )
    return FetchRequest(
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=_ALL_BYTES,
        session_id=0,
        session_epoch=-1,
        topics=[FetchRequest.FetchTopic(topic=name, partitions=p) for name, p in topics.items()],
        max_version=12,  # the last one that names topics instead of their ids
    )
