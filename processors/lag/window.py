"""What was seen of one group at one partition over a while, and the figures in it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Window(msgspec.Struct, frozen=True):
    """Readings, the oldest first, one a time; None is what was not told.

    ``committed`` is the next offset that the group would read, ``ends`` the one that the next
    record will get. Of now: ``start`` is the first offset that the partition still holds,
    ``oldest`` the record time of the oldest unread record, ``taken`` whether a member of the group
    has the partition.
    """

    times: Sequence[int]
    committed: Sequence[int | None]
    ends: Sequence[int | None]
    start: int | None = None
    oldest: int | None = None
    taken: bool | None = None

    @property
    def commit(self) -> int | None:
        """The last reading of the commit."""
        return self.committed[-1] if self.committed else None

    @property
    def end(self) -> int | None:
        """The last reading of the end."""
        return self.ends[-1] if self.ends else None


def lag_of(w: Window) -> int | None:
    """Unread offsets; None where no one can know. An empty partition has none unread."""
    if w.end is None:
        return None
    if w.commit is None:
        return 0 if w.end == w.start else None
    return w.end - w.commit if w.end >= w.commit else None


def age_of_oldest(w: Window, now: int) -> float | None:
    """Seconds since the oldest unread record; 0.0 where nothing is unread."""
    lag = lag_of(w)
    if lag == 0:
        return 0.0
    if lag is None or w.oldest is None:
        return None
    return max(0, now - w.oldest) / 1000


def rate(times: Sequence[int], offsets: Sequence[int | None]) -> float | None:
    """Offsets a second over the window; None from fewer than two readings, or where they fell."""
    first = next(((t, o) for t, o in zip(times, offsets, strict=False) if o is not None), None)
    backwards = zip(reversed(times), reversed(offsets), strict=False)
    last = next(((t, o) for t, o in backwards if o is not None), None)
    if first is None or last is None or last[0] <= first[0] or last[1] < first[1]:
        return None
    return (last[1] - first[1]) * 1000 / (last[0] - first[0])


def catch_up(lag: int | None, rate_in: float | None, rate_out: float | None) -> float | None:
    """Seconds until nothing is unread, if both rates stay; None where that will never be."""
    if lag == 0:
        return 0.0
    if lag is None or rate_in is None or rate_out is None or rate_out <= rate_in:
        return None
    return lag / (rate_out - rate_in)


def behind_from(w: Window) -> int:
    """The first reading of the last stretch in which something was unread all along."""
    at = len(w.times)
    for commit, end in zip(reversed(w.committed), reversed(w.ends), strict=True):
        if commit == end and commit is not None:
            break
        at -= 1
    return at


def unmoved_since(w: Window) -> int:
    """When the present commit was first seen with something unread beyond it; needs a reading."""
    at, commit = len(w.times), w.commit
    for other in reversed(w.committed[behind_from(w) :]):
        if other != commit:
            break
        at -= 1
    return w.times[min(at, len(w.times) - 1)]


def last_moved(w: Window) -> int | None:
    """When a commit was last seen to have moved on; None where none was."""
    for at in range(len(w.times) - 1, 0, -1):
        before, after = w.committed[at - 1], w.committed[at]
        if after is not None and (before is None or after > before):
            return w.times[at]
    return None


def highest(w: Window) -> int | None:
    """The highest commit that was seen."""
    return max([offset for offset in w.committed if offset is not None], default=None)


def lags(w: Window, first: int) -> list[int]:
    """Lag by reading from ``first`` on, without the readings that do not tell it."""
    pairs = zip(w.committed[first:], w.ends[first:], strict=True)
    return [e - c for c, e in pairs if c is not None and e is not None and c <= e]
