"""A pipe on a bench: real engine, store and ledger, and a sender that fails when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from consumers.badruns import BadRuns
from consumers.engine import Engine
from consumers.ledger import Ledger, Partition
from consumers.memory_store import MemoryStore
from consumers.meter import Silent
from consumers.pipe import Pipe, Run
from consumers.store import StoreAway, StoreRefused
from consumers.store_layout import layout
from processors.claims import Answer, Ask
from processors.pipeline import Core
from processors.records import Publication, Record

ONE, TWO = Partition("raw", 0), Partition("raw", 1)


class Store(MemoryStore):
    """The store in memory, which can be away, or refuse all after so many asks."""

    def __init__(self) -> None:
        super().__init__(layout("test:", 86400.0, 86400.0))
        self.away = False
        self.asked: list[str] = []
        self.refuses_from = 1 << 30

    async def ask(self, asks: Sequence[Ask]) -> list[Answer]:
        if self.away:
            raise StoreAway("nobody there")
        if len(self.asked) >= self.refuses_from:
            raise StoreRefused("it lets nobody in")
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
