"""A group over time, for charts: lag and time lag by partition, and what comes in and goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from consumers.lag.history import History
from processors.lag import flow

#: Lines that a chart can show apart, and points of a line.
LINES, POINTS = 8, 300
#: How far a rate looks back: longer than clients usually wait between two commits (5 s).
SPAN = 30_000

Column = Sequence[int | None]


def series(history: History, group: str, since: int) -> dict[str, Any]:
    """The partitions furthest behind, ``LINES`` of them, and the whole group's rates.

    ``others`` counts the partitions that have no line. Raises KeyError for a group not seen last.
    """
    if history.last is None or group not in history.last.groups:
        raise KeyError(group)
    times = history.times_since(since)
    runs = flow.cuts(times, POINTS)
    columns = list(history.columns(group, since))
    behind = {place: _lags(commits, ends) for place, commits, ends, _ in columns}
    order = sorted(behind, key=lambda place: _last(behind[place]), reverse=True)[:LINES]
    ages = {place: old for place, _, _, old in columns}
    comes = _sums([ends for _, _, ends, _ in columns], len(times))
    # A partition that was never committed adds nothing to what the group has read.
    read = [commits for _, commits, _, _ in columns if any(c is not None for c in commits)]
    goes = _sums(read, len(times))
    return {
        "group": group,
        "times": flow.axis(times, runs),
        "partitions": [
            {
                "topic": place.topic,
                "partition": place.partition,
                "lag": flow.tops(behind[place], runs),
                "lag_seconds": [
                    None if age is None else age / 1000 for age in flow.tops(ages[place], runs)
                ],
            }
            for place in sorted(order)
        ],
        "others": len(columns) - len(order),
        "rate_in": flow.lasts(lambda at: flow.rate(times, comes, at, SPAN), runs),
        "rate_out": flow.lasts(lambda at: flow.rate(times, goes, at, SPAN), runs),
    }


def _lags(commits: Column, ends: Column) -> list[int | None]:
    return [
        None if c is None or e is None or c > e else e - c
        for c, e in zip(commits, ends, strict=True)
    ]


def _last(lags: list[int | None]) -> tuple[int, int]:
    known = [lag for lag in lags if lag is not None]
    return (known[-1], max(known)) if known else (-1, -1)


def _sums(columns: list[Column], length: int) -> list[int | None]:
    """All partitions' offsets added up; None where one of them is not known."""
    return [
        sum(known)
        if len(known := [c for column in columns if (c := column[at]) is not None]) == len(columns)
        and columns
        else None
        for at in range(length)
    ]
