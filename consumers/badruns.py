"""When too many records are bad: stop, instead of draining a topic into the dead letters.

The idea is Sentry Arroyo's (``DlqLimit``): after a bad deploy of a feed every record is bad, and
a worker that carries on empties the topic. Counted by partition; redriven records do not count.
"""

from __future__ import annotations

from collections import Counter, deque

from consumers import log_places
from consumers.errors import CopydeskError
from consumers.ledger import Partition

#: A share is judged over this many times the longest run allowed, and never over fewer records.
_WINDOW = 2
#: The same where no run is too long.
_WINDOW_UNLIMITED = 200
#: What has most likely happened, by the reason that most of the bad records have: every reason.
CAUSES = {
    "not-utf8": "the feed has changed its encoding, or sends something compressed or encrypted",
    "bad-encoding": "the feed has changed its encoding, or declares one that it does not use",
    "lone-surrogate": "a program before Kafka cuts texts in the middle of a character",
    "binary": "something that is no text is sent to this topic: pictures, archives, another "
    "program's records",
    "cut-off": "a program before Kafka cuts records off, by a limit on their size",
    "not-json": "the feed's format has changed, or another program writes to this topic",
    "not-object": "the feed sends lists, or texts in quotes: each record takes one article",
    "not-xml": "the feed's format has changed, or a program before Kafka cuts records off",
    "xml-entity": "the feed declares entities of its own, which are not resolved",
    "body-type": "the feed names a kind of body that is neither text nor HTML",
    "many-items": "the feed sends collections: each record takes one article",
    "no-body": "the feed has renamed the field of its text, or sends items without any",
    "no-uri": "the feed sends neither uris nor keys any more",
    "wrong-type": "the feed's format has changed: a field holds another kind of value",
    "bad-status": "the feed's format has changed: it has a status that is not known here",
    "bad-embargo": "the feed writes the dates of its embargoes in another way",
    "unknown-format": "the feed names a content type that is not known here",
    "too-large": "articles have outgrown COPYDESK_MAX_BODY",
    "too-many-paragraphs": "articles have outgrown COPYDESK_MAX_PARAGRAPHS, or are tables",
    "too-deep": "articles have outgrown COPYDESK_MAX_DEPTH, or are made to",
    "too-large-output": "articles have outgrown max.message.bytes of the output topic",
    "too-large-audit": "articles have outgrown max.message.bytes of the audit topic",
    "uri-too-long": "the feed puts something else where its uris were",
    "format-failed": "a format of this newsroom's own fails: see the worker's log",
}
_UNKNOWN = "the feed's format has changed"


class TooManyBad(CopydeskError):
    """The worker stops for good: restarting it would not help."""


class BadRuns:
    """Counts bad records in a row and by share. ``in_a_row`` 0 and ``share`` 1 set no limit."""

    def __init__(self, in_a_row: int, share: float) -> None:
        self._in_a_row = in_a_row
        self._share = share
        self._row: dict[Partition, list[tuple[int, str]]] = {}
        self._recent: dict[Partition, deque[str]] = {}

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
        self._note(partition, "")

    def bad(self, partition: Partition, offset: int, reason: str) -> None:
        """A record was bad.

        Raises:
            TooManyBad: the limit is passed; the message names the commonest reason and what has
                most likely happened.
        """
        where = f"{partition.topic}/{partition.number}"
        recent = self._note(partition, reason)
        if self._in_a_row:
            row = self._row.setdefault(partition, [])
            row.append((offset, reason))
            if len(row) > self._in_a_row:
                fault = TooManyBad(
                    f"{where}: more than {self._in_a_row} bad records in a row from offset "
                    f"{row[0][0]}, {_mostly([each for _, each in row])}. Nothing of that run is "
                    "committed. Mend what sends them, or raise COPYDESK_BAD_IN_A_ROW to let them "
                    "through to the dead letters"
                )
                log_places.mark(fault, log_places.of_partition(*partition, row[0][0], offset + 1))
                raise fault
        bad = [each for each in recent if each]
        if len(recent) == recent.maxlen and len(bad) > self._share * len(recent):
            fault = TooManyBad(
                f"{where}: {len(bad)} of the last {len(recent)} records up to offset {offset} are "
                f"bad, {_mostly(bad)}. Mend what sends them, or raise COPYDESK_BAD_SHARE to let "
                "them through to the dead letters"
            )
            log_places.mark(fault, log_places.of_partition(*partition, offset, offset + 1))
            raise fault

    def _note(self, partition: Partition, reason: str) -> deque[str]:
        size = self._in_a_row * _WINDOW or _WINDOW_UNLIMITED
        recent = self._recent.setdefault(partition, deque(maxlen=size))
        recent.append(reason)
        return recent


def _mostly(reasons: list[str]) -> str:
    reason, count = Counter(reasons).most_common(1)[0]
    cause = CAUSES.get(reason, _UNKNOWN)
    share = "all" if count == len(reasons) else f"{count} of them"
    return f"{share} {reason!r}: most likely {cause}"
