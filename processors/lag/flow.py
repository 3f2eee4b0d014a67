"""Readings over time as a chart wants them: thinned, with gaps, as rates and shares of counters.

Rules:

1. What is not known is None, never zero; where nobody looked for a while there is a gap.
2. Thinning keeps the highest of what it joins: a spike of lag is what a person looks for.
3. A rate or share looks back over a stretch (``span``), so that commits in bursts read as a flow.
   Counters that fell were begun anew: nothing is told across that.

Times are milliseconds.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

#: A gap is so many times the usual pause between two readings.
_GAP = 3
Number = int | float
T = TypeVar("T")
Column = Sequence[Number | None]
Runs = Sequence[range | None]
Counts = Mapping[str, int]


def cuts(times: Sequence[int], most: int) -> list[range | None]:
    """The readings in ``most`` runs or about that many, None between two that a gap parts."""
    if not times:
        return []
    usual = statistics.median([b - a for a, b in pairwise(times)] or [1])
    size = max(1, -(-len(times) // most))
    found: list[range | None] = []
    start = 0
    for at in range(1, len(times) + 1):
        gap = at < len(times) and times[at] - times[at - 1] > _GAP * max(1, usual)
        if gap or at == len(times) or at - start == size:
            found.append(range(start, at))
            start = at
            if gap:
                found.append(None)
    return found


def axis(times: Sequence[int], runs: Runs) -> list[int]:
    """The time of each run: its last reading's; a gap stands just behind the run before it."""
    found: list[int] = []
    for run in runs:
        found.append(found[-1] + 1 if run is None else times[run[-1]])
    return found


def tops(column: Column, runs: Runs) -> list[Number | None]:
    """The highest known reading of each run."""

    def top(run: range) -> Number | None:
        known = (column[at] for at in run)
        return max((value for value in known if value is not None), default=None)

    return [None if run is None else top(run) for run in runs]


def lasts(tell: Callable[[int], Number | None], runs: Runs) -> list[Number | None]:
    """What is told of the last reading of each run."""
    return [None if run is None else tell(run[-1]) for run in runs]


def back(times: Sequence[int], column: Sequence[T | None], at: int, span: int) -> int | None:
    """The reading to compare with: the oldest known within the span, else the known one before."""
    found = None
    for before in range(at - 1, -1, -1):
        if found is not None and times[before] < times[at] - span:
            break
        if column[before] is not None:
            found = before
    return found


def rate(times: Sequence[int], column: Sequence[Number | None], at: int, span: int) -> float | None:
    """Growth a second up to a reading."""
    first = back(times, column, at, span)
    now, then = column[at], None if first is None else column[first]
    if first is None or now is None or then is None or now < then:
        return None
    return (now - then) * 1000 / (times[at] - times[first])


def grown(
    times: Sequence[int], column: Sequence[Counts | None], at: int, span: int
) -> Counts | None:
    """By how much each counter grew up to a reading; one that was not there yet began at zero."""
    first = back(times, column, at, span)
    now, then = column[at], None if first is None else column[first]
    if now is None or then is None or any(now.get(name, 0) < old for name, old in then.items()):
        return None
    return {name: count - then.get(name, 0) for name, count in now.items()}


def shares(grew: Counts | None, names: Sequence[str]) -> dict[str, float] | None:
    """Each name's share of all that grew, 0 to 1; None where nothing did."""
    whole = sum(grew.values()) if grew else 0
    return {name: (grew or {}).get(name, 0) / whole for name in names} if whole else None


def quantile(share: float, buckets: Sequence[tuple[float, int]]) -> float | None:
    """A quantile told from a histogram's cumulative buckets (upper bound, count), as Prometheus
    does: evenly spread in its bucket, and the last finite bound at most; None for an empty one.
    """
    if not buckets or not buckets[-1][1]:
        return None
    rank = share * buckets[-1][1]
    below, low = 0, 0.0
    for bound, count in buckets:
        if count >= rank and count > below:
            if bound == float("inf"):
                return low
            return low + (bound - low) * (rank - below) / (count - below)
        below, low = count, bound
    return low
