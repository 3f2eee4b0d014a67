"""The pipe: runs of records through preparing, claiming, sending and settling, several at once.

Rules:

1. Runs are claimed, sent and settled strictly in the order in which they came, so that claims and
   publication follow arrival. Each stage works on a run of its own: while Redis answers for one,
   that before it is judged and sent, those behind it are prepared, acknowledgements are awaited.
   One question at a time is with Redis: one behind it might be answered where it is not.
2. A run moves the ledger only when the broker has acknowledged all that came of it.
3. A failed send is sent again with all that was sent behind it, in order, for as long as its
   partitions are ours; a refusal by the broker ends the process, loudly, as does anything
   unforeseen: nothing is ever passed over.
4. Paused (on a revoke, at the end), nothing more is sent; what was sent is still settled.
5. A stage never ends while the process lives: a worker with a dead stage would hang in silence.
   What ends one is raised behind all that was claimed before it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol

import msgspec

from consumers import log_places
from consumers.badruns import BadRuns
from consumers.engine import Answers, Engine, GivenUp
from consumers.ledger import Ledger, Partition
from consumers.meter import Meter
from processors.pipeline import Dead, Outcome, Prepared
from processors.records import Publication, Record

log = logging.getLogger("copydesk.pipe")
_FIRST_PAUSE, _LAST_PAUSE = 0.1, 5.0
#: A producer that takes nothing for so long may be broken itself: the process starts afresh.
_PATIENCE = 300.0


class Run(msgspec.Struct, frozen=True):
    """Records of one partition as the consumer handed them over. See ``consumers.ledger``."""

    partition: Partition
    after: int
    end: int
    epoch: int
    records: tuple[Record, ...]

    @property
    def place(self) -> dict[str, Any]:
        """Where it stands, for a log line: its one record, or its offsets."""
        if len(self.records) == 1:
            return log_places.of_records(self.records)
        return log_places.of_partition(*self.partition, self.after, self.end)


class SendFailed(Exception):
    """Kafka could not take it now; it is sent again."""


class Sender(Protocol):
    """Sends publications in order, a partition at a time."""

    async def send(self, publications: Sequence[Publication]) -> Sequence[Awaitable[Any]]:
        """Hand over; each awaitable ends when the broker has acknowledged its part.

        Raises, here or from an awaitable:
            SendFailed: it may be tried again.
            consumers.errors.CopydeskError: the broker refuses it for good.
        """
        ...


@contextmanager
def about(run: Run) -> Iterator[None]:
    """Whatever fails inside was about this run, and its last words will say so."""
    try:
        yield
    except Exception as failure:
        log_places.mark(failure, run.place)
        raise


#: A run, and what its records are by now.
_Ready = tuple[Run, list[Prepared | Dead]]


class _Sent(msgspec.Struct):
    run: Run
    outcomes: list[Outcome]
    publications: list[Publication]
    acknowledgements: Sequence[Awaitable[Any]]
    started: float


class Pipe:
    """One worker's pipe. ``fatal`` is told of what must end the process, and ends it."""

    def __init__(
        self,
        engine: Engine,
        sender: Sender,
        ledger: Ledger,
        bad_runs: BadRuns,
        meter: Meter,
        fatal: Callable[[BaseException], None],
        depth: int,
    ) -> None:
        self._engine, self._sender, self._ledger = engine, sender, ledger
        self._bad_runs, self._meter, self._fatal = bad_runs, meter, fatal
        self._depth = depth
        self._came: asyncio.Queue[Run] = asyncio.Queue(1)
        self._ready: asyncio.Queue[_Ready] = asyncio.Queue(1)
        self._claimed: asyncio.Queue[tuple[_Ready, Answers] | Exception] = asyncio.Queue(1)
        self._sent: deque[_Sent] = deque()
        self._changed = asyncio.Condition()
        self._sending = asyncio.Lock()
        self._paused = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the four stages."""
        for stage in (self._preparing, self._claiming, self._judging, self._settling):
            self._tasks.append(asyncio.create_task(self._guarded(stage())))

    async def put(self, run: Run) -> None:
        """Hand a run over; waits while the pipe is full. Runs of an earlier epoch are left out."""
        await self._came.put(run)

    async def pause(self, seconds: float) -> bool:
        """Send nothing more, and wait up to so long until all that was sent is settled."""
        self._paused = True
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: not self._sent and not self._sending.locked())
        except TimeoutError:
            return False
        return True

    def resume(self) -> None:
        """Send again."""
        self._paused = False

    def unsettled(self) -> list[Run]:
        """The runs that were sent and are not acknowledged, in order."""
        return [sent.run for sent in self._sent]

    def _alive(self, run: Run) -> bool:
        return not self._paused and run.epoch == self._ledger.epoch

    async def _guarded(self, stage: Coroutine[Any, Any, None]) -> None:
        try:
            await stage
        except BaseException as exc:  # noqa: BLE001 - cancelled or failed, nothing is passed over
            self._fatal(exc)

    async def _preparing(self) -> None:
        while True:
            run = await self._came.get()
            if self._alive(run):
                with about(run):
                    ready = await self._engine.prepare(run.records)
                await self._ready.put((run, ready))

    async def _claiming(self) -> None:
        while True:
            run, ready = await self._ready.get()
            if not self._alive(run):
                continue
            try:
                with about(run):
                    self._count_bad(run, ready)
                    answers = await self._engine.claim(ready, partial(self._alive, run))
            except GivenUp:
                continue
            except Exception as exc:  # noqa: BLE001 - raised again by the next stage, in its turn
                await self._claimed.put(exc)
                return
            await self._claimed.put(((run, ready), answers))

    async def _judging(self) -> None:
        while True:
            claimed = await self._claimed.get()
            if isinstance(claimed, Exception):
                raise claimed
            (run, ready), answers = claimed
            if not self._alive(run):
                continue
            with about(run):
                outcomes = await self._engine.judge(ready, answers)
            async with self._changed:
                await self._changed.wait_for(lambda: len(self._sent) < self._depth)
            async with self._sending:
                if self._alive(run):
                    await self._send(run, outcomes)
            async with self._changed:
                self._changed.notify_all()

    def _count_bad(self, run: Run, ready: Sequence[Prepared | Dead]) -> None:
        for each in ready:
            if isinstance(each, Prepared):
                self._bad_runs.good(run.partition)
            elif not each.redriven:
                self._bad_runs.bad(run.partition, each.record.offset, each.reason)
        self._ledger.hold(run.partition, self._bad_runs.start(run.partition))

    async def _send(self, run: Run, outcomes: list[Outcome]) -> None:
        publications = [p for outcome in outcomes for p in outcome.publications]
        sent = _Sent(run, outcomes, publications, (), time.perf_counter())
        self._sent.append(sent)
        await self._hand_over(sent)

    async def _hand_over(self, sent: _Sent) -> None:
        try:
            with about(sent.run):
                sent.acknowledgements = await self._sender.send(sent.publications)
        except SendFailed as failed:
            refusal: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            refusal.set_exception(failed)
            sent.acknowledgements = (refusal,)

    async def _settling(self) -> None:
        while True:
            async with self._changed:
                await self._changed.wait_for(
                    lambda: bool(self._sent) and not self._sending.locked()
                )
            first = self._sent[0]
            if not await self._acknowledged(first):
                await self._send_again()
                async with self._changed:
                    self._changed.notify_all()
                continue
            run = first.run
            self._ledger.settled(run.partition, run.after, run.end, run.epoch)
            self._meter.stage("publish", time.perf_counter() - first.started, len(first.outcomes))
            oldest = min((r.timestamp for r in run.records), default=0)
            self._meter.outcomes(first.outcomes, oldest)
            async with self._changed:
                self._sent.popleft()
                self._changed.notify_all()

    async def _acknowledged(self, sent: _Sent) -> bool:
        results = await asyncio.gather(*sent.acknowledgements, return_exceptions=True)
        failures = [r for r in results if isinstance(r, BaseException)]
        for failure in failures:
            if not isinstance(failure, SendFailed):
                log_places.mark(failure, sent.run.place)
                raise failure
        self._meter.producer(up=not failures)
        if failures:
            place = sent.run.place
            log.warning("Kafka did not take a batch: %s", failures[0], extra=place)
        return not failures

    async def _send_again(self) -> None:
        """All that is in flight, in order; outputs are idempotent, so twice is harmless.

        What is not ours any more is let go: its next owner may have published newer versions.
        """
        began, pause = time.monotonic(), _FIRST_PAUSE
        async with self._sending:
            for sent in self._sent:
                await asyncio.gather(*sent.acknowledgements, return_exceptions=True)
            while (again := self._next_again()) is not None:
                await self._hand_over(again)
                if await self._acknowledged(again):
                    again.acknowledgements = ()
                    continue
                if time.monotonic() - began > _PATIENCE:
                    raise SendFailed(f"Kafka has taken nothing for {_PATIENCE:.0f} s")
                log.warning("Kafka again in %.1f s", pause, extra=again.run.place)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LAST_PAUSE)

    def _next_again(self) -> _Sent | None:
        self._sent = deque(sent for sent in self._sent if self._alive(sent.run))
        return next((sent for sent in self._sent if sent.acknowledgements), None)
