"""How what came of a run beside differs from what the live run published for the same records.

The topics are read twice: once for digests of all items, then for the audits and dead letters of
those that differ, so that a week's range fits in memory. Of one record published several times the
last publication counts. The rules of the comparison are ``processors.differences``'.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

import msgspec

from consumers.kafka_client import connection, offsets, reading
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Stretch
from consumers.replay.job import Job
from consumers.settings import Settings
from processors import audit as audits
from processors.deadletter import ORIGIN
from processors.differences import (
    Difference,
    Item,
    Shape,
    Tally,
    difference,
    item_of,
    kinds,
    shape_of,
)
from processors.records import Record

#: Hears how many records were read.
Moved = Callable[[int], None]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A replay against the live run. ``differences`` are the first of them, in the range's order.

    ``dead_here`` and ``dead_there`` count dead letters.
    """

    name: str
    items: Tally
    dead_here: int
    dead_there: int
    differences: tuple[Difference, ...]


class _Range:
    """Which origins the run published."""

    def __init__(self, job: Job) -> None:
        self._parts = {(r.topic, r.partition): (r.start, r.end) for r in job.ranges}

    def __contains__(self, origin: object) -> bool:
        found = _place(str(origin))
        if found is None:
            return False
        start, end = self._parts.get(found[:2], (0, 0))
        return start <= found[2] < end


def report(live: Settings, job: Job, details: int, moved: Moved) -> Report:
    """Compare. ``moved`` hears how many records were read; ``details`` limits the list."""
    within = _Range(job)
    with connection.connect(live) as kafka:
        mine = {name: _all(kafka, name) for name in (job.output, job.audit, job.dead)}
        times = _times(live, job, mine, within, moved)
        firsts = [r.start_time for r in job.ranges if r.start_time is not None]
        oldest = max(0, min([*firsts, *times.values()], default=0))
        theirs = {n: _since(kafka, n, oldest) for n in (live.output, live.audit, live.dead)}
    here = _items(live, mine[job.output], within, moved)
    there = _items(live, theirs[live.output], within, moved)
    differ = dict(kinds(here, there))
    shapes_here = _shapes(live, mine[job.audit], differ, moved)
    shapes_there = _shapes(live, theirs[live.audit], differ, moved)
    dead_here = _dead(live, mine[job.dead], within, moved)
    dead_there = _dead(live, theirs[live.dead], within, moved)
    tally = Tally()
    listed: list[Difference] = []
    for origin in sorted(differ, key=_order):
        told = difference(
            origin,
            differ[origin],
            _came(origin, here, shapes_here, dead_here),
            _came(origin, there, shapes_there, dead_there),
        )
        tally.add(told)
        if len(listed) < details:
            listed.append(told)
    tally.equal = sum(1 for origin in here if origin not in differ)
    known = here.keys() | there.keys()
    tally.unpublished = len(times.keys() - known)
    return Report(
        name=job.name,
        items=tally,
        dead_here=len(dead_here),
        dead_there=len(dead_there),
        differences=tuple(listed),
    )


def _all(kafka: Connection, topic: str) -> list[Stretch]:
    return reading.stretches(kafka, [topic])


def _since(kafka: Connection, topic: str, time: int) -> list[Stretch]:
    """What a topic holds from the first record of a time on: nothing before it is as young."""
    found = _all(kafka, topic)
    firsts = offsets.at_time(kafka, {each.place: time for each in found})
    return [
        Stretch(each.topic, each.partition, max(each.start, first.offset), each.end)
        for each in found
        if (first := firsts.get(each.place)) is not None
    ]


def _times(
    live: Settings, job: Job, mine: dict[str, list[Stretch]], within: _Range, moved: Moved
) -> dict[str, int]:
    """The record time of every origin that the run published anything of."""
    found = {
        origin: record.timestamp
        for name in (job.audit, job.dead)
        for origin, record in _with_origin(live, mine[name], within, moved)
    }
    if not found:  # without audit records, the items tell
        own = _with_origin(live, mine[job.output], within, moved)
        found = {origin: record.timestamp for origin, record in own}
    return found


def _came(
    origin: str, items: dict[str, Item], shapes: dict[str, Shape], dead: dict[str, str]
) -> Shape | str | None:
    """What came of one record on one side; without an audit, as much as its item tells."""
    if origin in shapes:
        return shapes[origin]
    if origin in items:
        return Shape(items[origin].uri, "published")
    return dead.get(origin)


def _with_origin(
    settings: Settings,
    stretches: list[Stretch],
    wanted: Container[str],
    moved: Moved,
) -> Iterator[tuple[str, Record]]:
    count = 0
    for record in reading.records(settings, stretches):
        count += 1
        if count == 1_000:
            moved(count)
            count = 0
        origin = (record.header(ORIGIN) or b"").decode("utf-8", "replace")
        if origin in wanted:
            yield origin, record
    moved(count)


def _items(
    settings: Settings, stretches: list[Stretch], within: _Range, moved: Moved
) -> dict[str, Item]:
    return {o: item_of(r) for o, r in _with_origin(settings, stretches, within, moved)}


def _shapes(
    settings: Settings,
    stretches: list[Stretch],
    wanted: Container[str],
    moved: Moved,
) -> dict[str, Shape]:
    found = {}
    for origin, record in _with_origin(settings, stretches, wanted, moved):
        try:
            found[origin] = shape_of(audits.decode(record.value or b""))
        except ValueError:
            continue
    return found


def _dead(
    settings: Settings, stretches: list[Stretch], within: _Range, moved: Moved
) -> dict[str, str]:
    return {
        origin: (record.header("copydesk-reason") or b"").decode("utf-8", "replace")
        for origin, record in _with_origin(settings, stretches, within, moved)
    }


def _place(origin: str) -> tuple[str, int, int] | None:
    parts = origin.rsplit("/", 2)
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):
        return None
    return parts[0], int(parts[1]), int(parts[2])


def _order(origin: str) -> tuple[str, int, int]:
    return _place(origin) or (origin, 0, 0)


def sizes(live: Settings, job: Job) -> int:
    """How many offsets a comparison reads at most, for a progress bar."""
    # The run's own audits and dead letters are read once more, for the times of their records.
    names = (job.output, job.audit, job.dead, job.audit, job.dead)
    with connection.connect(live) as kafka:
        read = [_all(kafka, name) for name in (*names, live.output, live.audit, live.dead)]
    return sum(each.end - each.start for stretches in read for each in stretches)
