"""The ledger: how far each partition is settled, kept by copydesk and never by Faust.

Why: Faust's own books commit past failed records (``transport/consumer.py``, ``_new_offset``; open
pull request faust-streaming/faust#707). A commit here can only name an offset up to which
every record handed over by the consumer was settled: output and audit acknowledged by the broker.

Rules:

1. A partition starts at an explicit offset, the committed one or the beginning.
2. Runs arrive in the order in which the consumer handed them over; each names the end of the one
   before it. Integers may be missing inside and between runs (transactions and compaction leave
   gaps), a run may not: that is a ``Hole``, and the process ends before it commits anything more.
3. Only a settled run moves a partition, contiguous from the start.
4. A run of bad records is held back, uncommitted, until a good one follows (see ``hold``).
5. What was started before a revoke never moves what was started after it (``epoch``).

No I/O here: the carrier asks what may be committed, and says what was.
"""

from __future__ import annotations

from typing import NamedTuple

#: The epoch in which no partition is assigned; those that ``begin`` opens count from 1.
NOBODYS = -1


class Partition(NamedTuple):
    """A topic's partition."""

    topic: str
    number: int


class Hole(Exception):
    """Records are missing between two runs.

    The process must end: the offsets are not committed, so that what is missing is read again.
    """


class _Book:
    """One partition's page."""

    __slots__ = ("committed", "held", "read", "settled")

    def __init__(self, start: int) -> None:
        self.read = start
        self.settled = start
        self.committed = start
        self.held: int | None = None


class Ledger:
    """The books of the partitions that are assigned now."""

    def __init__(self) -> None:
        self.epoch = NOBODYS
        self.latest = 0
        self._books: dict[Partition, _Book] = {}

    def begin(self, starts: dict[Partition, int], epoch: int) -> None:
        """Open the books of an assignment, each partition at its explicit start."""
        self.epoch = self.latest = epoch
        self._books = {partition: _Book(start) for partition, start in starts.items()}

    def end(self) -> None:
        """Close the books: the partitions are taken away."""
        self.epoch = NOBODYS
        self._books = {}

    def arrived(self, partition: Partition, after: int, end: int) -> None:
        """A run came: it follows what ended at ``after`` and ends before ``end``.

        Raises:
            Hole: it does not follow what came before it.
        """
        book = self._books.get(partition)
        if book is None or book.read != after or end < after:
            found = "no assignment" if book is None else f"records up to {book.read}"
            raise Hole(
                f"{partition.topic}/{partition.number}: a run follows offset {after}, but the "
                f"ledger has {found}; nothing more is committed, and the process ends"
            )
        book.read = end

    def settled(self, partition: Partition, after: int, end: int, epoch: int) -> None:
        """A run is settled. One of an earlier epoch is nobody's, and is left alone.

        Raises:
            Hole: runs of a partition must be settled in the order in which they arrived.
        """
        book = self._books.get(partition)
        if book is None or epoch != self.epoch:
            return
        if book.settled != after:
            raise Hole(
                f"{partition.topic}/{partition.number}: settled from {after}, "
                f"but the ledger stands at {book.settled}"
            )
        book.settled = end

    def hold(self, partition: Partition, at: int | None) -> None:
        """Commit nothing from offset ``at`` on, or no longer hold anything (None)."""
        book = self._books.get(partition)
        if book is not None:
            book.held = at

    def idle(self, partition: Partition) -> bool:
        """All that was read of a partition is settled."""
        book = self._books.get(partition)
        return book is not None and book.settled == book.read

    def at_rest(self) -> bool:
        """All that was read is settled."""
        return all(map(self.idle, self._books))

    def committable(self) -> dict[Partition, int]:
        """What may be committed now and was not yet: the next offset to read, as Kafka has it."""
        return {
            partition: upto
            for partition, book in self._books.items()
            if (upto := book.settled if book.held is None else min(book.held, book.settled))
            > book.committed
        }

    def committed(self, offsets: dict[Partition, int], epoch: int) -> None:
        """The broker has taken these."""
        if epoch != self.epoch:
            return
        for partition, offset in offsets.items():
            if partition in self._books:
                self._books[partition].committed = offset

    def behind(self) -> int:
        """How many offsets are read and not committed, over all partitions."""
        return sum(book.read - book.committed for book in self._books.values())
