"""The pipe: order, depth, settling, sending again, refusals. Kafka's part is in ``integration``."""

from __future__ import annotations

import asyncio

import pytest

from consumers import pipe as pipes
from consumers.errors import CopydeskError
from consumers.pipe import SendFailed
from tests.consumers.pipe_bench import ONE, TWO, Bench

pytestmark = pytest.mark.usefixtures("quick_pipe")


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


def test_runs_are_claimed_in_order_while_those_before_them_wait_to_be_sent() -> None:
    async def here() -> None:
        bench = Bench(depth=1)
        bench.sends.by_hand = True
        putting = asyncio.create_task(_put_all(bench, 6))
        await bench.until(lambda: len(bench.store.asked) >= 3)
        await asyncio.sleep(0.02)
        assert bench.store.asked[:3] == ["0/0", "0/1", "0/2"]
        assert len(bench.store.asked) < 6, "no more is claimed ahead than the stages hold"
        assert bench.sends.taken == [["0/0"]]
        bench.sends.by_hand = False
        bench.sends.waiting[0].set_result(None)
        await bench.until(lambda: bench.ledger.committable() == {ONE: 6})
        assert bench.store.asked == [f"0/{at}" for at in range(6)]
        assert bench.sends.taken == [[f"0/{at}"] for at in range(6)]
        await putting

    asyncio.run(here())


def test_a_claim_that_fails_for_good_ends_the_process_behind_what_was_claimed_before() -> None:
    async def here() -> None:
        bench = Bench(depth=1)
        bench.sends.by_hand = True
        bench.store.refuses_from = 3
        putting = asyncio.create_task(_put_all(bench, 4))
        await bench.until(lambda: len(bench.store.asked) == 3)
        await asyncio.sleep(0.02)
        assert bench.ends == []
        bench.sends.by_hand = False
        bench.sends.waiting[0].set_result(None)
        await bench.until(lambda: bool(bench.ends))
        assert str(bench.ends[0]) == "it lets nobody in"
        await bench.until(lambda: bench.ledger.committable() == {ONE: 3})
        assert bench.sends.taken == [["0/0"], ["0/1"], ["0/2"]]
        await putting

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
