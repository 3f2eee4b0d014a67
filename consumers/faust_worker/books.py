"""One worker process's books and pipe, between Faust's agent and the core.

Leans on ``app.consumer._thread._consumer`` (faust-streaming 0.15.3) to commit through the client:
Faust's own ``_commit`` ends the worker on errors that it does not know. On aiokafka 0.14's
``_coordinator`` to know whether Kafka is there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from consumers import log_places
from consumers.badruns import BadRuns, TooManyBad
from consumers.ledger import NOBODYS, Hole, Ledger, Partition
from consumers.meter import Meter
from consumers.pipe import Pipe, Run, about
from consumers.settings import Settings
from processors.records import Record

log = logging.getLogger("copydesk.worker")

#: Seconds that a group's coordinator may be unknown before Kafka counts as away.
_MOVES = 3.0


class Books:
    """What one process has read, settled and committed. ``fatal`` ends the process."""

    def __init__(self, settings: Settings, fatal: Callable[[BaseException], None]) -> None:
        self.settings, self.fatal = settings, fatal
        self.ledger = Ledger()
        self.pipe: Pipe | None = None
        self.bad_runs: BadRuns | None = None
        self.last_run: dict[Partition, float] = {}
        self.app: Any = None
        self.commits = asyncio.Lock()
        self._last_words: asyncio.Future[None] | None = None
        self._watch: asyncio.Future[None] | None = None
        self._in_touch = time.monotonic()

    async def commit(self) -> bool:
        """Commit what is settled. False where Kafka would not have it now."""
        async with self.commits:
            offsets, epoch = self.ledger.committable(), self.ledger.epoch
            thread = self.app.consumer._thread
            if not offsets or thread._consumer is None:
                return True
            wanted = {TopicPartition(*p): OffsetAndMetadata(o, "") for p, o in offsets.items()}
            try:
                async with asyncio.timeout(10):
                    await thread.call_thread(thread._consumer.commit, wanted)
            except (KafkaError, TimeoutError) as exc:
                for partition, offset in offsets.items():
                    place = log_places.of_partition(*partition, offset)
                    log.warning("a commit is put off: %r", exc, extra=place)
                return False
            self.ledger.committed(offsets, epoch)
            return True

    def stop(self, exc: BaseException) -> None:
        """End the process: at once, or, where only a feed is at fault, in good order.

        What was good before its flood of bad records is then settled and committed first.
        """
        if isinstance(exc, TooManyBad):
            self._last_words = asyncio.ensure_future(self._end_gently(exc))
        else:
            self.fatal(exc)

    async def _end_gently(self, exc: TooManyBad) -> None:
        try:
            await self.release()
        finally:
            self.fatal(exc)

    def ended(self, exc: BaseException) -> None:
        """The agent is over. Unless the worker stops, it would live on and do nothing."""
        if not self.app.should_stop:
            self.fatal(exc)

    async def release(self) -> None:
        """Partitions go: send nothing more, settle, commit, close the books."""
        if self.pipe is not None:
            if not await self.pipe.pause(self.settings.session_timeout / 2):
                for run in self.pipe.unsettled():
                    log.warning("released unsettled: it is read again elsewhere", extra=run.place)
            await self.commit()
            self.ledger.end()
            if self.bad_runs is not None:
                self.bad_runs.forget()
            self.pipe.resume()

    def let_go(self, quiet: float) -> None:
        """Commit a run of bad records behind which nothing came for ``quiet`` seconds.

        While something read is not settled yet, as with Redis away, more may well be behind it.
        """
        if self.bad_runs is None:
            return
        now = time.monotonic()
        for partition, since in self.last_run.items():
            if now - since <= quiet or not self.ledger.idle(partition):
                continue
            if self.bad_runs.start(partition) is not None:
                self.bad_runs.close(partition)
                self.ledger.hold(partition, None)

    def watch(self, patience: float) -> None:
        """End the process once its partitions have had no open books for so long, from now on."""
        self._watch = asyncio.ensure_future(self._watching(patience))

    async def _watching(self, patience: float) -> None:
        opened = time.monotonic()
        while True:
            await asyncio.sleep(1.0)
            if not self._adrift():
                opened = time.monotonic()
            elif time.monotonic() - opened > patience:
                self.fatal(RuntimeError("partitions are assigned, and reading does not begin"))

    def feel(self, meter: Meter) -> None:
        """Tell where Kafka is away though nothing is in hand, so that nobody else would notice.

        The group's coordinator is not known any more once heartbeats are not answered; it is not
        for a moment, too, when it moves to another broker.
        """
        consumer, now = self.app.consumer._thread._consumer, time.monotonic()
        if consumer is None or consumer._coordinator.coordinator_id is not None:
            if now - self._in_touch > _MOVES:
                meter.producer(up=True)
            self._in_touch = now
        elif now - self._in_touch > _MOVES:
            meter.producer(up=False)

    def _adrift(self) -> bool:
        """Partitions are ours, but no books are open: whatever is read is thrown away."""
        consumer = self.app.consumer
        there = consumer._thread._consumer is not None
        return there and self.ledger.epoch == NOBODYS and bool(consumer.assignment())

    async def take(self, message: Any) -> None:
        """One run from the agent into the pipe, if it is of the present books."""
        waited = 0.0
        while message.epoch > self.ledger.latest:
            if waited > self.settings.session_timeout:
                raise Hole(f"{message.tp}: a run of seek {message.epoch}, which never ended")
            waited += 0.01
            await asyncio.sleep(0.01)
        if message.epoch != self.ledger.epoch:
            return
        partition = Partition(message.topic, message.partition)
        records = tuple(_record(each) for each in message.value)
        run = Run(partition, message.after, message.end, message.epoch, records)
        with about(run):
            self.ledger.arrived(partition, run.after, run.end)
            self.last_run[partition] = time.monotonic()
            if self.pipe is None:
                raise Hole(
                    f"{partition.topic}/{partition.number}: a run came before the agent started"
                )
        await self.pipe.put(run)


def _record(each: Any) -> Record:
    headers: tuple[tuple[str, bytes], ...] = ()
    if each.headers:
        headers = tuple((name, value if value is not None else b"") for name, value in each.headers)
    return Record(
        each.topic, each.partition, each.offset, each.timestamp, each.key, each.value, headers
    )
