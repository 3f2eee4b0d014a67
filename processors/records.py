"""Records as they come from and go to Kafka, in the project's own words.

These are the only shapes in which the core and whatever carries its records know each other,
so that how records are handed over (one by one, or whole runs of a partition) can change.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Header = tuple[str, bytes]
Role = Literal["clean", "audit", "dead"]


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record of an input topic. ``timestamp`` is Kafka's, in milliseconds since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()

    @property
    def origin(self) -> str:
        """``topic/partition/offset``: where the record stood, and its identity."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    def header(self, name: str) -> bytes | None:
        """The last header of that name (names are case-insensitive), or None."""
        if not self.headers:
            return None
        wanted = name.lower()
        for key, value in reversed(self.headers):
            if key.lower() == wanted:
                return value
        return None


class Publication(msgspec.Struct, frozen=True, gc=False):
    """One record to be published. ``role`` names the topic by its part; settings give its name.

    ``partition`` is None for the key's own partition, or the number that a dead letter keeps.
    """

    role: Role
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: tuple[Header, ...]
    partition: int | None = None


#: What came of a record.
Came = Literal["published", "duplicate", "withdrawn", "passed", "dead"]


class Outcome(msgspec.Struct, frozen=True):
    """What one record led to. ``rules`` has one rule a dropped paragraph, for the metrics."""

    publications: tuple[Publication, ...]
    verdict: Came
    reason: str = ""
    rules: tuple[str, ...] = ()
    kept: int = 0
    failures: tuple[str, ...] = ()
