"""The pipe: order, depth, pauses on a revoke, sending again, giving up, and never a silent end.

The sender here is a double of the pipe's own ``Sender``, so that acknowledgements fail when a test
says so; engine, store and ledger are the real ones. Kafka's part is in ``tests/integration``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from consumers import pipe as pipes
from consumers.badruns import BadRuns, TooManyBad
from consumers.engine import Engine
from consumers.errors import CopydeskError
from consumers.ledger import Ledger, Partition
from consumers.memory_store import MemoryStore
from consumers.meter import Silent
from consumers.pipe import Pipe, Run, SendFailed
from consumers.store import StoreAway
from consumers.store_layout import layout
from processors.claims import Answer, Ask
from processors.pipeline import Core
from processors.records import Publication, Record

ONE, TWO = Partition("raw", 0), Partition("raw", 1)
BAD = b"{"


class Store(MemoryStore):
    """The store in memory, which can be away."""

    def __init__(self) -> None:
        super().__init__(layout("test:", 86400.0, 86400.0))
        self.away = False
        self.asked: list[str] = []

    async def ask(self, asks: Sequence[Ask]) -> list[Answer]:
        if self.away:
            raise StoreAway("nobody there")
        self.asked += [ask.uri for ask in asks]
        return await super().ask(asks)


class Sends:
    """Keeps what was handed over; acknowledges at once, when told, or never."""

    def __init__(self) -> None:
        self.taken: list[list[str]] = []
        self.waiting: list[asyncio.Future[None]] = []
        self.by_hand = False
        self.failures: list[BaseException] = []
        self.refusals: list[BaseException] = []

    async def send(self, publications: Sequence[Publication]) -> Sequence[Awaitable[Any]]:
        self.taken.append([(p.key or b"").decode() for p in publications if p.role != "audit"])
        await asyncio.sleep(0)
        if self.refusals:
            raise self.refusals.pop(0)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.failures:
            future.set_exception(self.failures.pop(0))
        elif self.by_hand:
            self.waiting.append(future)
        else:
            future.set_result(None)
        return (future,)


class Bench:
    """One pipe with its books; ``run`` puts a run of that many records in."""

    def __init__(self, depth: int = 3, in_a_row: int = 100) -> None:
        self.store, self.sends, self.ledger = Store(), Sends(), Ledger()
        self.ends: list[BaseException] = []
        self.read = {ONE: 0, TWO: 0}
        self.bad = BadRuns(in_a_row, 1.0)
        engine = Engine(Core(), self.store, "wait", Silent())
        self.pipe = Pipe(
            engine, self.sends, self.ledger, self.bad, Silent(), self.ends.append, depth
        )
        self.pipe.start()
        self.begin(1)

    def begin(self, epoch: int) -> None:
        self.ledger.begin(dict(self.read), epoch)

    async def put(self, partition: Partition, count: int = 1, value: bytes = b"text") -> None:
        after = self.read[partition]
        self.read[partition] = end = after + count
        self.ledger.arrived(partition, after, end)
        records = tuple(
            Record(partition.topic, partition.number, at, 1, _key(partition, at), value)
            for at in range(after, end)
        )
        await self.pipe.put(Run(partition, after, end, self.ledger.epoch, records))

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not what():  # noqa: ASYNC110 - the pipe tells nobody of its steps
                await asyncio.sleep(0.001)


def _key(partition: Partition, offset: int) -> bytes:
    return b"%d/%d" % (partition.number, offset)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses between tries are milliseconds here."""
    monkeypatch.setattr(pipes, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(pipes, "_LAST_PAUSE", 0.002)
    monkeypatch.setattr("consumers.engine._FIRST_PAUSE", 0.001)


def test_runs_are_sent_in_the_order_in_which_they_came_and_settled_to_their_end() -> None:
    async def here() -> None:
        bench = Bench()
        for partition in (ONE, TWO, ONE, TWO):
            await bench.put(partition, 2)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 4, TWO: 4})
        assert bench.sends.taken == [
            ["0/0", "0/1"], ["1/0", "1/1"], ["0/2", "0/3"], ["1/2", "1/3"]
        ]  # fmt: skip
        assert bench.ends == []

    asyncio.run(here())


def test_nothing_is_settled_before_it_is_acknowledged_nor_past_what_is_not() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        await bench.put(ONE)
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 2)
        bench.sends.waiting[1].set_result(None)
        await asyncio.sleep(0.02)
        assert bench.ledger.committable() == {}, "the second run waits for the first"
        bench.sends.waiting[0].set_result(None)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 2})

    asyncio.run(here())


def test_no_more_runs_are_in_flight_than_the_depth() -> None:
    async def here() -> None:
        bench = Bench(depth=2)
        bench.sends.by_hand = True
        putting = [asyncio.create_task(_put_all(bench, 6))]
        await bench.until(lambda: len(bench.sends.waiting) == 2)
        await asyncio.sleep(0.02)
        assert len(bench.sends.taken) == 2
        bench.sends.waiting[0].set_result(None)
        await bench.until(lambda: len(bench.sends.taken) == 3)
        bench.sends.by_hand = False
        for future in bench.sends.waiting[1:]:
            future.set_result(None)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 6})
        await asyncio.gather(*putting)

    asyncio.run(here())


async def _put_all(bench: Bench, count: int) -> None:
    for _ in range(count):
        await bench.put(ONE)


def test_a_failed_send_is_sent_again_with_all_behind_it_in_order() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        for _ in range(3):
            await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 3)
        first, second, third = bench.sends.waiting
        bench.sends.by_hand = False
        second.set_exception(SendFailed("not now"))
        third.set_result(None)
        first.set_result(None)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 3})
        assert bench.sends.taken[3:] == [["0/1"], ["0/2"]]

    asyncio.run(here())


@pytest.mark.parametrize("where", ["failures", "refusals"])
def test_a_send_that_keeps_failing_is_repeated_until_it_is_taken(where: str) -> None:
    async def here() -> None:
        bench = Bench()
        getattr(bench.sends, where).extend(SendFailed("not now") for _ in range(5))
        await bench.put(ONE)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 1})
        assert len(bench.sends.taken) == 6
        assert bench.ends == []

    asyncio.run(here())


def test_a_producer_that_never_takes_anything_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipes, "_PATIENCE", 0.05)

    async def here() -> None:
        bench = Bench()
        bench.sends.failures = [SendFailed("the sender is dead") for _ in range(1000)]
        await bench.put(ONE)
        await bench.until(lambda: bool(bench.ends))
        assert isinstance(bench.ends[0], SendFailed)
        assert bench.ledger.committable() == {}

    asyncio.run(here())


@pytest.mark.parametrize("where", ["failures", "refusals"])
def test_a_refusal_by_the_broker_ends_the_process_and_settles_nothing(where: str) -> None:
    async def here() -> None:
        bench = Bench()
        getattr(bench.sends, where).append(CopydeskError("too large"))
        await bench.put(ONE)
        await bench.until(lambda: bool(bench.ends))
        assert str(bench.ends[0]) == "too large"
        assert bench.ledger.committable() == {}

    asyncio.run(here())


def test_a_refusal_behind_a_failure_is_not_swallowed() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        await bench.put(ONE)
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 2)
        first, second = bench.sends.waiting
        bench.sends.by_hand = False
        second.set_exception(CopydeskError("too large"))
        first.set_exception(SendFailed("not now"))
        bench.sends.refusals = [SendFailed("not now"), CopydeskError("too large")]
        await bench.until(lambda: bool(bench.ends))
        assert str(bench.ends[0]) == "too large"
        assert bench.ledger.committable() == {}

    asyncio.run(here())


def test_an_acknowledgement_that_is_cancelled_ends_the_process_instead_of_a_stage() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 1)
        bench.sends.waiting[0].cancel()
        await bench.until(lambda: bool(bench.ends))

    asyncio.run(here())


def test_paused_it_settles_what_was_sent_and_sends_nothing_more() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 1)
        pausing = asyncio.create_task(bench.pipe.pause(5))
        await asyncio.sleep(0)
        await bench.put(ONE)
        await asyncio.sleep(0.02)
        assert not pausing.done()
        bench.sends.waiting[0].set_result(None)
        assert await pausing is True
        assert bench.ledger.committable() == {ONE: 1}
        assert bench.sends.taken == [["0/0"]]

    asyncio.run(here())


def test_a_pause_ends_in_time_where_nothing_is_acknowledged() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 1)
        assert await bench.pipe.pause(0.02) is False
        assert bench.ledger.committable() == {}

    asyncio.run(here())


def test_what_failed_after_its_partitions_went_is_never_sent_again() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.by_hand = True
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.waiting) == 1)
        assert await bench.pipe.pause(0.01) is False
        bench.ledger.end()
        bench.pipe.resume()
        bench.read = {TWO: 0}
        bench.begin(2)
        bench.sends.by_hand = False
        bench.sends.waiting[0].set_exception(SendFailed("too late"))
        await bench.put(TWO)
        await bench.until(lambda: bench.ledger.committable() == {TWO: 1})
        assert bench.sends.taken == [["0/0"], ["1/0"]], "another worker has 0/0, and newer ones"
        assert bench.ends == []

    asyncio.run(here())


def test_a_pause_while_kafka_is_away_lets_go_of_what_cannot_be_sent() -> None:
    async def here() -> None:
        bench = Bench()
        bench.sends.failures = [SendFailed("away") for _ in range(100_000)]
        await bench.put(ONE)
        await bench.until(lambda: len(bench.sends.taken) > 3)
        assert await bench.pipe.pause(5) is True
        assert bench.ledger.committable() == {}
        taken = len(bench.sends.taken)
        await asyncio.sleep(0.02)
        assert len(bench.sends.taken) == taken

    asyncio.run(here())


def test_runs_of_an_earlier_assignment_are_left_out_and_later_ones_go_on() -> None:
    async def here() -> None:
        bench = Bench()
        bench.store.away = True
        await bench.put(ONE)
        await asyncio.sleep(0.01)
        await bench.pipe.pause(1)
        bench.ledger.end()
        bench.pipe.resume()
        bench.store.away = False
        bench.read = {ONE: 0}
        bench.begin(2)
        await bench.put(ONE, 3)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 3})
        assert bench.sends.taken == [["0/0", "0/1", "0/2"]]
        assert bench.ends == []

    asyncio.run(here())


def test_while_the_store_is_away_nothing_is_sent_and_then_everything_is() -> None:
    async def here() -> None:
        bench = Bench()
        bench.store.away = True
        await bench.put(ONE)
        await bench.put(ONE)
        await asyncio.sleep(0.05)
        assert bench.sends.taken == []
        assert bench.ends == []
        bench.store.away = False
        await bench.until(lambda: bench.ledger.committable() == {ONE: 2})
        assert bench.store.asked == ["0/0", "0/1"]

    asyncio.run(here())


def test_an_empty_run_moves_the_books_past_a_gap() -> None:
    async def here() -> None:
        bench = Bench()
        bench.ledger.arrived(ONE, 0, 7)
        await bench.pipe.put(Run(ONE, 0, 7, 1, ()))
        await bench.until(lambda: bench.ledger.committable() == {ONE: 7})

    asyncio.run(here())


def test_a_flood_of_bad_records_stops_before_it_is_sent_and_commits_only_what_was_good() -> None:
    async def here() -> None:
        bench = Bench(in_a_row=3)
        await bench.put(ONE, 2)
        await bench.put(ONE, 2, BAD)
        await bench.put(ONE, 2, BAD)
        await bench.until(lambda: bool(bench.ends))
        assert isinstance(bench.ends[0], TooManyBad)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 2})
        assert sorted(bench.sends.taken) == [["0/0", "0/1"], ["0/2", "0/3"]]

    asyncio.run(here())
