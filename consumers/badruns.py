"""When too many records are bad: stop, instead of draining a topic into the dead letters.

The idea is Sentry Arroyo's (``DlqLimit``): after a bad deploy of a feed every record is bad, and
a worker that carries on empties the topic. Counted by partition; redriven records do not count.
"""

from __future__ import annotations

from collections import Counter, deque

from consumers.errors import CopydeskError
from consumers.ledger import Partition

#: A share is judged over this many times the longest run allowed, and never over fewer records.
_WINDOW = 2


class TooManyBad(CopydeskError):
    """The worker stops for good: restarting it would not help."""


class BadRuns:
    """Counts bad records in a row and by share. ``start`` is where the present run began."""

    def __init__(self, in_a_row: int, share: float) -> None:
        self._in_a_row = in_a_row
        self._share = share
        self._row: dict[Partition, list[tuple[int, str]]] = {}
        self._recent: dict[Partition, deque[bool]] = {}

    def start(self, partition: Partition) -> int | None:
        """The offset of the first record of the run of bad ones that is open now, or None."""
        row = self._row.get(partition)
        return row[0][0] if row else None

    def forget(self) -> None:
        """Partitions are taken away."""
        self._row.clear()
        self._recent.clear()

    def close(self, partition: Partition) -> None:
        """A run has stood long enough with nothing behind it: the topic is not being drained."""
        self._row.pop(partition, None)

    def good(self, partition: Partition) -> None:
        """A record was good."""
        self._row.pop(partition, None)
        self._note(partition, bad=False)

    def bad(self, partition: Partition, offset: int, reason: str) -> None:
        """A record was bad.

        Raises:
            TooManyBad: the limit is passed; the message names the commonest reason.
        """
        row = self._row.setdefault(partition, [])
        row.append((offset, reason))
        recent = self._note(partition, bad=True)
        if len(row) > self._in_a_row:
            reasons = Counter(reason for _, reason in row).most_common(1)
            raise TooManyBad(
                f"{partition.topic}/{partition.number}: more than {self._in_a_row} bad records "
                f"in a row from offset {row[0][0]}, mostly {reasons[0][0]!r}; the feed's format "
                "has probably changed. Nothing of that run is committed. Mend the feed, or raise "
                "COPYDESK_BAD_IN_A_ROW to let it through to the dead letters"
            )
        full = len(recent) == recent.maxlen
        if full and sum(recent) > self._share * len(recent):
            raise TooManyBad(
                f"{partition.topic}/{partition.number}: {sum(recent)} of the last {len(recent)} "
                f"records are bad, the last one {reason!r} at offset {offset}; part of the feed's "
                "format has probably changed. Mend it, or raise COPYDESK_BAD_SHARE"
            )

    def _note(self, partition: Partition, *, bad: bool) -> deque[bool]:
        size = max(1, self._in_a_row * _WINDOW)
        recent = self._recent.setdefault(partition, deque(maxlen=size))
        recent.append(bad)
        return recent
