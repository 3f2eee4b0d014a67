"""Where a group would stand after a replay, one partition at a time, and what to say about it.

Values in, values out: who asks Kafka, and who moves anything, is elsewhere. Rules:

1. A replay goes back. A partition that would go forward stays where it is, since what lies between
   would never be read; only who asks for it (``skip``) gets it.
2. Nothing is clamped in silence: an offset that is no longer kept, or not there yet, is said.
3. Offsets are counted, not records: markers of transactions and compaction leave gaps.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Claims = Literal["live", "partly", "over", "unknown"]


class Standing(msgspec.Struct, frozen=True):
    """One partition and how far a group has read it: ``committed`` None where it never has."""

    topic: str
    partition: int
    earliest: int
    end: int
    committed: int | None = None


class Move(msgspec.Struct, frozen=True):
    """What happens to one partition. ``after`` is ``before`` where it stays as it is.

    ``records`` counts the offsets that are read again, or, negative, those that are skipped.
    Times are milliseconds, of the record at ``after`` and of the one at ``before``; None where
    there is no such record. ``warnings`` are sentences.
    """

    topic: str
    partition: int
    before: int | None
    after: int | None
    records: int
    warnings: tuple[str, ...] = ()
    after_time: int | None = None
    before_time: int | None = None

    @property
    def moves(self) -> bool:
        """Whether anything is to be done."""
        return self.before != self.after


def move(standing: Standing, wanted: int | None, *, skip: bool = False) -> Move:
    """Where the group goes, for the offset that is ``wanted``; None: past the partition's end."""
    warnings = []
    target = wanted
    if target is None:
        warnings.append("no record is that young: past the end of the partition")
        target = standing.end
    elif target < standing.earliest:
        warnings.append(
            f"offset {target} is no longer kept: the first that is, is {standing.earliest}"
        )
        target = standing.earliest
    elif target > standing.end:
        warnings.append(f"offset {target} is past the end, which is {standing.end}")
        target = standing.end
    before = standing.committed
    if before is not None and before < standing.earliest:
        gone = standing.earliest - before
        warnings.append(f"{gone} offsets that were never read are gone by the topic's retention")
    # A worker without a commit begins at the beginning.
    stands = standing.earliest if before is None else max(before, standing.earliest)
    if target > stands and not skip:
        warnings.append(f"that lies ahead: it stays where it is, {target - stands} are not skipped")
        return Move(standing.topic, standing.partition, before, before, 0, tuple(warnings))
    if target > stands:
        warnings.append(f"{target - stands} offsets are skipped and will never be read")
    if before is None and target == stands:
        return Move(standing.topic, standing.partition, None, None, 0, tuple(warnings))
    return Move(
        standing.topic, standing.partition, before, target, stands - target, tuple(warnings)
    )


def claims_of(oldest: int | None, youngest: int | None, now: int, live: int) -> Claims:
    """Whether the claims of records of such times live. ``live``: how long they do, at least.

    A claim is written when its record is first processed, which is never before its time, so one
    whose time is less than ``live`` ago is there; of an older one nothing is known for sure.
    """
    if oldest is None or youngest is None:
        return "unknown"
    if now - oldest < live:
        return "live"
    return "partly" if now - youngest < live else "over"
