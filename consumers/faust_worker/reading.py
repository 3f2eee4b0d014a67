"""How Faust's consumer hands runs of records over.

What this file leans on, in faust-streaming 0.15.3 and aiokafka 0.14.0, both pinned exactly:

- ``Consumer.perform_seek``, ``getmany``, ``_wait_next_records`` and ``_read_offset``; the consumer
  thread's ``_fetch_records`` and ``_create_worker_consumer``. One event is a run of records.
- aiokafka's ``seek_to_committed`` leaves a partition without a committed offset where it stands
  (``if offset and offset > 0``), so what a rebalance threw away would never be read again. Here
  every partition is sought by hand, to its committed offset or its beginning.
- A fetch and a seek happen in one thread, without a pause between moving and noting it: ``_chain``
  says for every fetched run what it follows, so that a run that is lost on its way is seen.
- ``AIOKafkaConsumer._isolation_level``: Faust reads uncommitted records unless it runs
  exactly-once; copydesk reads committed ones only.
- ``aiokafka.conn.READER_LIMIT``: by default a connection stops reading at 128 KiB until that is
  taken, and a fetch of megabytes waits for its turn dozens of times beside a worker that computes.
- ``AIOKafkaConsumer._fetch_max_bytes``: Faust sets what a fetch may bring of a partition, and not
  what of all. aiokafka takes the partitions in an order drawn anew for each fetch.
- ``AIOKafkaConsumer._fetch_max_wait_ms``: Faust lets a broker keep a fetch of empty partitions for
  a second and a half. What is asked behind it waits as long: ends of partitions at every rebalance,
  and a busy partition's next records.
- ``TopicPartitionState._position``: where the fetcher stands, past aborted records and markers.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import faust
from aiokafka import conn
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP, ConsumerMessage

from consumers import log_places
from consumers.faust_worker import lenient
from consumers.ledger import Partition

log = logging.getLogger("copydesk.reading")

#: Bytes that one fetch brings of all partitions: a quarter of a second's work for a worker without
#: taggers, and a fetch takes a fifth of that. It is in memory four times over while it is read.
_WHOLE_FETCH = 8 << 20
#: Milliseconds for which a broker may keep a fetch that finds nothing.
_IDLE_FETCH = 100
_SEEK_TRIES = 10
#: Below Faust's own limit for a seek (``broker_request_timeout``, 30 s at least), after which it
#: never gives this worker anything to read again, and says nothing.
_SEEK_PATIENCE = 25.0
#: A new leader may tell of an end before the true one for a moment (KIP-207).
_END_PATIENCE = 8.0


class Fetched:
    """What one fetch brought of one partition.

    ``after`` and ``end`` are positions, ``epoch`` counts the seeks before it.
    """

    __slots__ = ("after", "end", "epoch", "records")

    def __init__(self, records: Sequence[Any], after: int, end: int, epoch: int) -> None:
        self.records, self.after, self.end, self.epoch = records, after, end, epoch


class _Thread(driver.AIOKafkaConsumerThread):
    """Faust's consumer thread, with a chain from every seek through every fetch."""

    epoch = 0
    _chain: dict[TopicPartition, int]

    def _create_worker_consumer(self, transport: Any) -> Any:
        lenient.install()
        conn.READER_LIMIT = _WHOLE_FETCH
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_bytes = _WHOLE_FETCH
        consumer._fetch_max_wait_ms = _IDLE_FETCH
        self._chain = {}
        return consumer

    async def seek_all(self, consumer: Any) -> tuple[int, dict[TP, int]]:
        """Put every assigned partition at its committed offset, else at its beginning."""
        starts = await _starts(consumer)
        for tp, offset in starts.items():
            consumer.seek(tp, offset)
        self._chain = dict(starts)
        self.epoch += 1
        return self.epoch, {TP(tp.topic, tp.partition): offset for tp, offset in starts.items()}

    async def _fetch_records(self, consumer: Any, *args: Any, **kwargs: Any) -> Any:
        records = await super()._fetch_records(consumer, *args, **kwargs)
        assigned = consumer._subscription.subscription.assignment
        fetched: dict[TP, Fetched] = {}
        for tp, after in self._chain.items():
            if not records.get(tp) and tp not in assigned.tps:
                continue
            end = assigned.state_value(tp)._position if tp in assigned.tps else None
            if end is None or (end <= after and not records.get(tp)):
                continue
            fetched[TP(tp.topic, tp.partition)] = Fetched(
                records.get(tp, ()), after, end, self.epoch
            )
            self._chain[tp] = end
        return fetched


async def _starts(consumer: Any) -> dict[TopicPartition, int]:
    """Where each partition is read from: nothing that nobody has settled may be passed over."""
    tps = sorted(consumer.assignment())
    if not tps:
        return {}
    beginnings: dict[TopicPartition, int] = await consumer.beginning_offsets(tps)
    starts = dict(beginnings)
    for tp in tps:
        committed = await consumer.committed(tp)
        if committed is None:
            continue
        if committed < beginnings[tp]:
            lost = beginnings[tp] - committed
            place = log_places.of_partition(tp.topic, tp.partition, committed, beginnings[tp])
            log.error("%d unread records are gone by the topic's retention", lost, extra=place)
        starts[tp] = max(committed, beginnings[tp])
    deadline = time.monotonic() + _END_PATIENCE
    while True:
        ends = await consumer.end_offsets(tps)
        beyond = [tp for tp in tps if starts[tp] > ends[tp]]
        if not beyond or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.5)
    for tp in beyond:
        log.error(
            "the group stands at %d, but the topic ends at %d. It was made anew or cut short; "
            "it is read from its beginning", starts[tp], ends[tp],
            extra=log_places.of_partition(tp.topic, tp.partition, beginnings[tp]),
        )  # fmt: skip
        starts[tp] = beginnings[tp]
    return starts


class _Message(ConsumerMessage):
    """A run of records of one partition as one message; its offset is the last one's."""

    __slots__ = ("after", "end", "epoch")


class _Consumer(driver.Consumer):
    """Hands whole runs of records to the agent, and opens the books at every seek."""

    def _new_consumer_thread(self) -> _Thread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)

    def on_buffer_full(self, tp: TP) -> None:
        """Fetch on: what is fetched waits for its place in the stream's buffer.

        Faust takes a partition whose buffer is full out of the fetches, and sleeps for a second
        where that leaves none, while a buffer lasts for a fraction of it.
        """

    async def perform_seek(self) -> None:
        """Seek by hand, and begin the books anew from there."""
        try:
            async with asyncio.timeout(_SEEK_PATIENCE):
                epoch, starts = await self._seek_all()
        except TimeoutError as exc:
            self.app.copydesk.fatal(exc)
            raise
        for tp, offset in starts.items():
            self._read_offset[tp] = offset or None
        self.app.copydesk.ledger.begin({Partition(*tp): o for tp, o in starts.items()}, epoch)
        for tp, offset in starts.items():
            log.info(
                "reading from offset %d",
                offset,
                extra=log_places.of_partition(tp.topic, tp.partition, offset),
            )

    async def _seek_all(self) -> tuple[int, dict[TP, int]]:
        for attempt in range(1, _SEEK_TRIES + 1):
            try:
                found: tuple[int, dict[TP, int]] = await self._thread.call_thread(
                    self._thread.seek_all, self._thread._consumer
                )
            except KafkaError as exc:
                if attempt == _SEEK_TRIES:
                    raise
                log.warning("cannot find the offsets to start at, trying again: %r", exc)
                await asyncio.sleep(0.2 * attempt)
            else:
                return found
        raise AssertionError("the last try returns or raises")

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109 - Faust\'s signature
        """Runs of at most a batch, partitions in turn.

        What cannot be handed over in a rebalance is read again: Faust seeks before it resumes the
        flow, and the ledger would see the hole if it ever did not.
        """
        fetched, _ = await self._wait_next_records(timeout)
        if not fetched or self.should_stop:
            return
        size = self.app.copydesk.settings.batch
        turns = [
            (at, tp, each)
            for tp, each in fetched.items()
            for at in range(0, max(1, len(each.records)), size)
        ]
        turns.sort(key=lambda turn: turn[0])
        for at, tp, each in turns:
            if not self.flow_active:
                return
            yield tp, self._message(tp, each, at, size)

    def _message(self, tp: TP, each: Fetched, at: int, size: int) -> _Message:
        records = each.records[at : at + size]
        after = each.records[at - 1].offset + 1 if at else each.after
        last = at + size >= len(each.records)
        end = each.end if last else records[-1].offset + 1
        time = records[-1].timestamp / 1000.0 if records else 0.0
        generation = self.app.consumer_generation_id
        message = _Message(
            tp.topic, tp.partition, end - 1, time, 0, (), None, records, None, 0, 0, tp,
            generation_id=generation,
        )  # fmt: skip
        message.after, message.end, message.epoch = after, end, each.epoch
        return message


class Transport(driver.Transport):
    """Faust's transport with our consumer."""

    Consumer = _Consumer


class Runs(faust.Schema):
    """Passes a run on as it is: decoding is the core's, inside the agent."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Awaitable[Any]]:
        """See ``faust.Schema``."""
        create = app.create_event

        async def decode(message: Any, *, propagate: bool = False) -> Any:
            return create(None, message.value, message.headers, message)

        return decode
