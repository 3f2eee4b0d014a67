"""The record times of the oldest unread records: read, or told from two records around them.

Rules:

1. A time that was read is kept by partition and offset; records do not change.
2. A look reads one record a partition and round, so that the requests do not grow with the number
   of groups. Between two records whose times are known, a third is told by its offset; before the
   first and behind the last nothing is told.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping

from consumers.kafka_client.connection import Connection
from consumers.kafka_client.peeking import times_at
from consumers.kafka_client.words import Place

#: Record times kept for a partition, and read in one round.
_POINTS = 64
_AT_ONCE = 2_000


class Ages:
    """Record times by partition and offset."""

    def __init__(self, rounds: int = 3, within: int = 0) -> None:
        """``rounds`` of reading a look, at most; times may be off by less than ``within`` ms."""
        self._rounds, self._within = rounds, within
        self._offsets: dict[Place, list[int]] = {}
        self._times: dict[Place, list[int]] = {}

    def read(self, kafka: Connection, wanted: Mapping[Place, Iterable[int]]) -> None:
        """Read what is not known of these offsets, as far as the rounds go."""
        open_ = {place: sorted(set(offsets)) for place, offsets in wanted.items()}
        for place in list(self._offsets):
            if place not in open_:
                del self._offsets[place], self._times[place]
        for _ in range(self._rounds):
            asked = {
                place: offset
                for place, offsets in open_.items()
                if (offset := self._next(place, offsets)) is not None
            }
            if not asked:
                return
            asked = dict(list(asked.items())[:_AT_ONCE])
            found = times_at(kafka, asked, self._within)
            for place, offset in asked.items():
                open_[place].remove(offset)
                if place in found:
                    self._keep(place, offset, found[place])

    def time(self, place: Place, offset: int) -> int | None:
        """The record's time, in milliseconds; None where it is not known."""
        offsets, times = self._offsets.get(place, []), self._times.get(place, [])
        at = bisect.bisect_left(offsets, offset)
        if at == len(offsets):
            return None
        if offsets[at] == offset:
            return times[at]
        if at == 0:
            return None
        share = (offset - offsets[at - 1]) / (offsets[at] - offsets[at - 1])
        return round(times[at - 1] + share * (times[at] - times[at - 1]))

    def _next(self, place: Place, offsets: list[int]) -> int | None:
        """The lowest that is not known, then the highest, then what lies between."""
        unknown = [offset for offset in offsets if offset not in self._offsets.get(place, ())]
        if not unknown:
            return None
        if unknown[0] == offsets[0]:
            return unknown[0]
        return unknown[-1] if unknown[-1] == offsets[-1] else unknown[len(unknown) // 2]

    def _keep(self, place: Place, offset: int, time: int) -> None:
        offsets = self._offsets.setdefault(place, [])
        times = self._times.setdefault(place, [])
        at = bisect.bisect_left(offsets, offset)
        offsets.insert(at, offset)
        times.insert(at, time)
        if len(offsets) > _POINTS:
            del offsets[0], times[0]
