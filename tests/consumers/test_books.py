"""The books of one worker: what ends it when nothing else would, and when bad records are let go."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from consumers.badruns import BadRuns, TooManyBad
from consumers.faust_worker.books import Books
from consumers.ledger import Partition
from consumers.settings import Settings

ONE = Partition("raw", 0)


def _books(assigned: set[Partition]) -> tuple[Books, list[BaseException]]:
    ends: list[BaseException] = []
    books = Books(Settings(), ends.append)
    thread = SimpleNamespace(_consumer=object())
    consumer = SimpleNamespace(_thread=thread, assignment=lambda: assigned)
    books.app = SimpleNamespace(consumer=consumer, should_stop=False)
    return books, ends


@pytest.mark.parametrize(
    ("assigned", "open_books", "ends", "why"),
    [
        ({ONE}, False, True, "partitions are ours and nothing they bring is taken"),
        ({ONE}, True, False, "at work"),
        (set(), False, False, "more workers than partitions: there is nothing to do"),
    ],
)
def test_a_worker_whose_books_never_open_ends(
    assigned: set[Partition], open_books: bool, ends: bool, why: str
) -> None:
    async def here() -> None:
        books, told = _books(assigned)
        if open_books:
            books.ledger.begin({ONE: 0}, 1)
        books.watch(0.5)
        await asyncio.sleep(2.2)
        assert bool(told) is ends, why

    asyncio.run(here())


def test_an_agent_that_ends_ends_the_process_unless_the_worker_stops() -> None:
    books, told = _books({ONE})
    books.app.should_stop = True
    books.ended(RuntimeError("stopping"))
    assert told == []
    books.app.should_stop = False
    books.ended(RuntimeError("over"))
    assert len(told) == 1


def test_a_flood_ends_the_process_even_where_letting_go_fails() -> None:
    async def here() -> None:
        books, told = _books({ONE})
        books.pipe = SimpleNamespace(pause=_fails)  # type: ignore[assignment]
        books.stop(TooManyBad("all bad"))
        assert books._last_words is not None
        await asyncio.gather(books._last_words, return_exceptions=True)
        assert [str(each) for each in told] == ["all bad"]

    asyncio.run(here())


async def _fails(_seconds: float) -> bool:
    raise OSError("no pause")


def test_bad_records_are_held_while_what_was_read_behind_them_waits() -> None:
    books, _ = _books({ONE})
    books.bad_runs = BadRuns(100, 0.5)
    books.bad_runs.bad(ONE, 0, "not-json")
    books.ledger.begin({ONE: 0}, 1)
    books.ledger.hold(ONE, 0)
    books.last_run[ONE] = -1e9
    books.ledger.arrived(ONE, 0, 1)
    books.ledger.arrived(ONE, 1, 9)
    books.ledger.settled(ONE, 0, 1, 1)
    books.let_go(5.0)
    assert books.ledger.committable() == {}, "Redis is away, and eight more may be bad as well"
    books.ledger.settled(ONE, 1, 9, 1)
    books.let_go(5.0)
    assert books.ledger.committable() == {ONE: 9}
