"""Health from progress: each rule with what it must say, and why."""

from __future__ import annotations

import pytest

from processors.health import Pulse, dead, unready

NOW, STARTED = 10_000.0, 9_000.0


@pytest.mark.parametrize(
    ("pulse", "dies", "ready", "why"),
    [
        (Pulse("w", NOW - 1, NOW - 1, 0, store_up=True), False, True, "idle and well"),
        (Pulse("w", NOW - 1, NOW - 1, 500, store_up=True), False, True, "at work"),
        (
            Pulse("w", NOW - 1, NOW - 900, 500),
            False,
            False,
            "waits for Redis: a restart is no help",
        ),
        (
            Pulse("w", NOW - 1, NOW - 900, 500, store_up=True, producer_up=False),
            False,
            False,
            "waits for Kafka",
        ),
        (
            Pulse("w", NOW - 1, NOW - 900, 500, store_up=True),
            True,
            True,
            "servers answer, work in hand, nothing settled: a knot",
        ),
        (Pulse("w", NOW - 90, NOW - 90, 0, store_up=True), True, False, "its loop hangs"),
        (Pulse("w"), False, False, "never spoke: it is starting"),
        (Pulse("w", 0, NOW - 20, store_up=True), False, False, "its loop has not begun yet"),
        (Pulse("w", 0, NOW - 200, store_up=True), True, False, "it hangs before its loop began"),
        (Pulse("w", 0, NOW - 200), False, False, "it waits for Redis before its loop began"),
        (
            Pulse("w", 0, NOW - 200, store_up=True, producer_up=False),
            False,
            False,
            "it waits for Kafka before its loop began",
        ),
    ],
)
def test_a_worker_is_well_by_its_progress(pulse: Pulse, dies: bool, ready: bool, why: str) -> None:
    assert (dead(pulse, NOW, STARTED) is not None) == dies, why
    assert (unready(pulse, "w", NOW) is None) == ready, why


def test_a_supervisor_that_has_just_begun_gives_its_workers_time() -> None:
    old = Pulse("w", 100.0, 100.0, 5, store_up=True)
    assert dead(old, NOW, NOW - 1) is None
