"""Counts what comes to a topic from now on: paragraphs by what became of them, dead letters.

Rules: a topic's records are read without a group, from the end, so that looking leaves no trace and
costs only what comes; only what is counted is decoded; a topic that is not there is waited for.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from consumers.errors import CopydeskError
from consumers.kafka_client import reading
from consumers.settings import Settings
from processors.records import Record

#: Seconds between two tries to follow a topic.
_AGAIN = 5.0
#: Names counted apart, at most: whoever writes to a topic must not fill the memory.
_MOST = 50
KEPT = "kept"
OTHER = "other"


class _Paragraph(msgspec.Struct, frozen=True):
    verdict: str
    rule: str


class _Audit(msgspec.Struct, frozen=True):
    paragraphs: tuple[_Paragraph, ...] = ()


_AUDITS = msgspec.json.Decoder(_Audit)


class Follower:
    """One topic's counts since it was first followed; ``fault`` says why there are none."""

    def __init__(
        self, settings: Settings, topic: str, kinds: Callable[[Record], Iterable[str]]
    ) -> None:
        self.topic = topic
        self._settings, self._kinds = settings, kinds
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.fault = "nobody has looked yet"

    def start(self) -> None:
        """Follow, in a thread of its own, until the process ends."""
        threading.Thread(target=self._run, daemon=True).start()

    def counts(self) -> dict[str, int] | None:
        """What was counted so far; None while the topic cannot be followed."""
        with self._lock:
            return None if self.fault else dict(self._counts)

    def _run(self) -> None:
        while True:
            try:
                for records in reading.follow(self._settings, [self.topic]):
                    self._count(records)
            except CopydeskError as fault:
                with self._lock:
                    self.fault = str(fault)
            time.sleep(_AGAIN)

    def _count(self, records: list[Record]) -> None:
        found = Counter(kind for record in records for kind in self._kinds(record))
        with self._lock:
            self.fault = ""
            for kind, count in found.items():
                known = kind in self._counts or len(self._counts) < _MOST
                self._counts[kind if known else OTHER] += count


def paragraphs(record: Record) -> list[str]:
    """``kept``, or the rule that dropped it, for each paragraph of an audit record."""
    try:
        audit = _AUDITS.decode(record.value or b"{}")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return []
    return [each.rule if each.verdict == "dropped" else KEPT for each in audit.paragraphs]


def reasons(record: Record) -> list[str]:
    """The reason of a dead letter."""
    reason = record.header("copydesk-reason") or b"not told"
    return [reason.decode("utf-8", "replace")[:80]]
