"""Reading records: a bounded stretch, the same merged by time, or what comes from now on.

Rules: only committed records; no group, so that reading leaves no trace; a range ends at its end
even where its last offsets hold no record (markers of transactions, aborted records).
"""

from __future__ import annotations

import contextlib
import heapq
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from kafka import KafkaConsumer, errors
from kafka.partitioner.default import murmur2

from consumers.errors import CopydeskError
from consumers.kafka_client.connection import Connection, at, connect
from consumers.kafka_client.offsets import earliest, latest, places
from consumers.kafka_client.opening import opened
from consumers.kafka_client.sentences import denial, sentence, spoken
from consumers.kafka_client.words import Place, Stretch
from consumers.settings import Settings
from processors.records import Record

_POLL_MS = 250
_POLL_RECORDS = 2_000
#: Without a step for so long, an open transaction or a lost leader holds the range back.
_STALL_SECONDS = 30.0
#: Records of one partition held while the merge waits for another's.
_HELD = 4_000


def stretches(connection: Connection, names: Iterable[str]) -> list[Stretch]:
    """All that the topics hold now, a stretch a partition; what comes later lies past the ends."""
    where = places(connection, names, "READ")
    starts = earliest(connection, where)
    ends = latest(connection, where, committed_only=True)
    return [
        Stretch(*place, starts[place], ends[place])
        for place in where
        if place in starts and place in ends
    ]


def records(settings: Settings, ranges: Sequence[Stretch]) -> Iterator[Record]:
    """The records of the ranges, in order within a partition; partitions come as they are fetched.

    Raises Unreachable, and CopydeskError where nothing comes for half a minute.
    """
    for batch in _batches(settings, ranges):
        yield from batch


def merged(settings: Settings, ranges: Sequence[Stretch]) -> Iterator[Record]:
    """The records of the ranges merged by time, topic, partition and offset.

    The order depends on the records alone, never on how fast each partition was read. Within a
    partition it is the partition's own, even where its times go back.
    """
    held: dict[Place, deque[Record]] = {each.place: deque() for each in _not_empty(ranges)}
    with _reader(settings, ranges) as reader:
        while reader.open or any(held.values()):
            # Nothing may go out while a partition that is still read has shown no record.
            while any(not held[place] for place in reader.open):
                full = {place for place, kept in held.items() if len(kept) > _HELD}
                for record in reader.step(hold=full):
                    held[_place(record)].append(record)
            heads = [(_order(kept[0]), place) for place, kept in held.items() if kept]
            heapq.heapify(heads)
            while heads:
                place = heads[0][1]
                kept = held[place]
                yield kept.popleft()
                if kept:
                    heapq.heapreplace(heads, (_order(kept[0]), place))
                elif place in reader.open:
                    break
                else:
                    heapq.heappop(heads)


def _order(record: Record) -> tuple[int, str, int, int]:
    return record.timestamp, record.topic, record.partition, record.offset


def follow(
    settings: Settings, names: Iterable[str], *, from_start: bool = False
) -> Generator[list[Record], None, None]:
    """Records as they come, in lists; an empty list where a quarter second brought none.

    It never ends by itself: closing the generator closes the connection. Raises MissingTopic.
    """
    wanted = list(names)
    with connect(settings) as kafka:  # a consumer would wait where it may not read
        places(kafka, wanted, "READ")
    with _consumer(settings) as client:
        where = []
        for name in wanted:
            with spoken(settings, name):
                numbers = client.partitions_for_topic(name)
            if not numbers:
                raise sentence(errors.UnknownTopicOrPartitionError(), settings, name)
            where += [at(Place(name, number)) for number in sorted(numbers)]
        with spoken(settings):
            client.assign(where)
            (client.seek_to_beginning if from_start else client.seek_to_end)(*where)
            for each in where:
                client.position(each, timeout_ms=10_000)
        while True:
            yield _poll(client, settings)


class _Reader:
    """A client at work on ranges. ``open`` are the partitions that have not come to their end."""

    def __init__(self, client: KafkaConsumer, settings: Settings, ranges: list[Stretch]) -> None:
        self._client = client
        self._settings = settings
        self._ends = {each.place: each.end for each in ranges}
        self._moved = time.monotonic()
        self._positions = {each.place: each.start for each in ranges}
        self._assigned: set[Place] = set()
        self.open = set(self._ends)

    def step(self, hold: AbstractSet[Place] = frozenset()) -> list[Record]:
        """What one poll brings, without what lies past the ends; ``hold`` are not read just now."""
        self._assign(self.open - hold)
        came = _poll(self._client, self._settings)
        self._advance()
        return [each for each in came if each.offset < self._ends[_place(each)]]

    def _assign(self, wanted: set[Place]) -> None:
        # Not pause and resume: in kafka-python 3.0.12 a partition paused with records in hand may
        # never be read again (its parked records return only when no other's stand in line).
        if wanted == self._assigned:
            return
        self._client.assign([at(place) for place in sorted(wanted)])
        for place in wanted - self._assigned:
            self._client.seek(at(place), self._positions[place])
        self._assigned = wanted

    def _advance(self) -> None:
        for place in self._assigned:
            with spoken(self._settings, place.topic):
                position = self._client.position(at(place), timeout_ms=0)
            if position is not None and position > self._positions[place]:
                self._positions[place] = position
                self._moved = time.monotonic()
            if self._positions[place] >= self._ends[place]:
                self.open.discard(place)
        if self.open and time.monotonic() - self._moved > _STALL_SECONDS:
            with connect(self._settings):
                pass  # if it is Kafka that is away, that is the sentence to say
            stuck = min(self.open & self._assigned)
            raise CopydeskError(
                f"{stuck.topic}/{stuck.partition} brought nothing after offset "
                f"{self._positions[stuck]} for {_STALL_SECONDS:.0f} seconds: a transaction may be "
                "open there, or its leader away; `copydesk doctor` tells"
            )


def _batches(settings: Settings, ranges: Sequence[Stretch]) -> Iterator[list[Record]]:
    with _reader(settings, ranges) as reader:
        while reader.open:
            yield reader.step()


def _not_empty(ranges: Sequence[Stretch]) -> list[Stretch]:
    return [each for each in ranges if each.start < each.end]


@contextlib.contextmanager
def _reader(settings: Settings, ranges: Sequence[Stretch]) -> Iterator[_Reader]:
    wanted = _not_empty(ranges)
    if not wanted:
        yield _Reader(None, settings, [])
        return
    with _consumer(settings) as client:
        yield _Reader(client, settings, wanted)


@contextlib.contextmanager
def _consumer(settings: Settings) -> Iterator[KafkaConsumer]:
    client = opened(
        settings,
        KafkaConsumer,
        group_id=None,
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        max_poll_records=_POLL_RECORDS,
        max_partition_fetch_bytes=settings.fetch_bytes,
        fetch_max_wait_ms=_POLL_MS,
    )
    try:
        yield client
    finally:
        with contextlib.suppress(errors.KafkaError):
            client.close(autocommit=False)


def _poll(client: KafkaConsumer, settings: Settings) -> list[Record]:
    with spoken(settings):
        try:
            came = client.poll(timeout_ms=_POLL_MS)
        except errors.TopicAuthorizationFailedError as error:
            named = ", ".join(sorted(repr(each.topic) for each in client.assignment()))
            raise denial(settings, f"READ the topic {named}") from error
    return [_record(each) for batch in came.values() for each in batch]


def _place(record: Record) -> Place:
    return Place(record.topic, record.partition)


def _record(told: Any) -> Record:
    return Record(
        told.topic,
        told.partition,
        told.offset,
        told.timestamp,
        told.key,
        told.value,
        tuple((name, value if value is not None else b"") for name, value in told.headers),
    )


def partition_of(key: bytes, partitions: int) -> int:
    """Where Java's default partitioner puts a key, and so copydesk's worker."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions
