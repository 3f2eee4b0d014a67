"""What was seen over a while: a column of numbers for each partition, and for each group's commits.

Kept as arrays, eight bytes a reading, so that hundreds of groups with hundreds of partitions fit;
``_NONE`` stands in them for what was not told, and never leaves this file.
"""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Iterator, Sequence

from consumers.kafka_client.words import Place
from consumers.lag.look import Look
from processors.lag import Window

_NONE = -1
#: Numbers kept in all, at most: 160 MB.
_CELLS = 20_000_000


class History:
    """The last looks, ``keep`` at most, fewer where there are very many partitions."""

    def __init__(self, keep: int = 720) -> None:
        self._keep = keep
        self.times: array[int] = array("q")
        self.last: Look | None = None
        self._starts: dict[Place, int] = {}
        self._owners: dict[str, dict[Place, str] | None] = {}
        self._ends: dict[Place, array[int]] = {}
        self._committed: dict[str, dict[Place, array[int]]] = {}
        self._ages: dict[str, dict[Place, array[int]]] = {}

    def add(self, look: Look) -> None:
        """Keep one look. Groups and partitions that are gone are forgotten with it."""
        self.last = look
        self._starts = look.starts
        self._owners = {name: group.owners for name, group in look.groups.items()}
        before = len(self.times)
        self.times.append(look.time)
        self._ends = {
            place: _with(self._ends.get(place), before, look.ends.get(place))
            for place in {*look.ends, *(p for g in look.groups.values() for p in g.committed)}
        }
        kept, self._committed = self._committed, {}
        ages, self._ages = self._ages, {}
        for name, group in look.groups.items():
            mine, old = kept.get(name, {}), ages.get(name, {})
            self._committed[name] = {
                place: _with(mine.get(place), before, offset)
                for place, offset in group.committed.items()
            }
            self._ages[name] = {
                place: _with(old.get(place), before, None) for place in group.committed
            }
        self._shorten()

    def age(self, group: str, place: Place, milliseconds: int | None) -> None:
        """Note the age of the oldest unread record at the last look."""
        self._ages[group][place][-1] = _NONE if milliseconds is None else milliseconds

    def window(self, group: str, place: Place, since: int, oldest: int | None) -> Window:
        """What was seen of one partition since a time, for the judgement.

        Raises KeyError for a group or partition that the last look did not see.
        """
        first = self._first(since)
        owners = self._owners[group]
        return Window(
            times=self.times[first:],
            committed=_told(self._committed[group][place][first:]),
            ends=_told(self._ends[place][first:]),
            start=self._starts.get(place),
            oldest=oldest,
            taken=None if owners is None else place in owners,
        )

    def columns(
        self, group: str, since: int
    ) -> Iterator[tuple[Place, Sequence[int | None], Sequence[int | None], Sequence[int | None]]]:
        """Commits, ends and ages of a group's partitions since a time, beside ``times_since``."""
        first = self._first(since)
        for place, committed in self._committed.get(group, {}).items():
            yield (
                place,
                _told(committed[first:]),
                _told(self._ends[place][first:]),
                _told(self._ages[group][place][first:]),
            )

    def ends(self, place: Place, since: int) -> Sequence[int | None]:
        """The ends of one partition since a time."""
        column = self._ends.get(place)
        return () if column is None else _told(column[self._first(since) :])

    def times_since(self, since: int) -> list[int]:
        """When was looked, since a time."""
        return list(self.times[self._first(since) :])

    def _first(self, since: int) -> int:
        return bisect.bisect_left(self.times, since)

    def _shorten(self) -> None:
        columns = len(self._ends) + 2 * sum(map(len, self._committed.values()))
        spare = len(self.times) - max(2, min(self._keep, _CELLS // max(1, columns)))
        if spare <= 0:
            return
        del self.times[:spare]
        for column in self._ends.values():
            del column[:spare]
        for group in (*self._committed.values(), *self._ages.values()):
            for column in group.values():
                del column[:spare]


def _with(column: array[int] | None, before: int, value: int | None) -> array[int]:
    column = array("q", [_NONE]) * before if column is None else column
    column.append(_NONE if value is None else value)
    return column


def _told(column: array[int]) -> Sequence[int | None]:
    if _NONE not in column:
        return column
    return [None if number == _NONE else number for number in column]
