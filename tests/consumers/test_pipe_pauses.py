"""The pipe when partitions go, the store is away or a feed is bad; and it never ends in silence."""

from __future__ import annotations

import asyncio

import pytest

from consumers.badruns import TooManyBad
from consumers.pipe import Run, SendFailed
from tests.consumers.pipe_bench import ONE, TWO, Bench

pytestmark = pytest.mark.usefixtures("quick_pipe")

BAD = b"{"


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
