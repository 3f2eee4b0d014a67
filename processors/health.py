"""Whether a worker is well: numbered rules over what it last said, with the clock as an argument.

Health is progress, not being up. A worker that waits for Redis or Kafka lives (a restart would not
help) and is not ready; one that has work, whose servers answer, and that settles nothing, is stuck.
"""

from __future__ import annotations

import msgspec

#: Seconds without a sign of the event loop after which a worker counts as hung.
SILENT = 60.0
#: Seconds without a settled batch, with work in hand and servers that answer.
STUCK = 180.0


class Pulse(msgspec.Struct, frozen=True):
    """What one worker process last said. Times are seconds since 1970, 0 where it never did.

    ``beat``: its loop turned; ``progress``: it settled a batch, had nothing to do, waited for a
    server, or began. ``behind``: offsets read and not committed.
    """

    worker: str
    beat: float = 0.0
    progress: float = 0.0
    behind: float = 0.0
    store_up: bool = False
    producer_up: bool = True


def dead(pulse: Pulse, now: float, started: float) -> str | None:
    """Why a restart would help; None where it would not. ``started``: when the process began."""
    # Rule 1: a loop that has been silent for a minute hangs.
    if pulse.beat and now - max(pulse.beat, started) > SILENT:
        return f"{pulse.worker} has said nothing for {now - pulse.beat:.0f} s"
    # Rule 2: with servers that answer and work in hand, no progress for three minutes is a knot.
    waits = not pulse.store_up or not pulse.producer_up
    since = max(pulse.progress, started)
    if pulse.behind and not waits and now - since > STUCK:
        return f"{pulse.worker} has work and has settled nothing for {now - since:.0f} s"
    # Rule 7: with servers that answer, a loop that has not begun after three minutes never will.
    if not pulse.beat and pulse.progress and not waits and now - since > STUCK:
        return f"{pulse.worker} has not come to its work for {now - since:.0f} s"
    return None


def unready(pulse: Pulse | None, worker: str, now: float) -> str | None:
    """Why a worker is not working now, in words; None where it is."""
    # Rule 3: one that never spoke, or not since it was started again, is still starting.
    if pulse is None:
        return f"{worker} is starting"
    # Rules 4 and 5: it waits for a server, maybe since before its loop began.
    if not pulse.store_up:
        return f"{worker} waits for Redis"
    if not pulse.producer_up:
        return f"{worker} waits for Kafka"
    # Rule 3 once more: its loop has not begun.
    if not pulse.beat:
        return f"{worker} is starting"
    # Rule 6: one whose loop is silent does nothing.
    if now - pulse.beat > SILENT / 4:
        return f"{worker} has said nothing for {now - pulse.beat:.0f} s"
    return None
