"""Dead letters read back: why a record died, where it came from, and what goes back there.

A letter of copydesk's carries its reason in headers (``processors.deadletter``); so do Kafka
Connect's, under the same names. Pure: who reads and sends is elsewhere.
"""

from __future__ import annotations

import msgspec

from processors.deadletter import ORIGIN, PREFIX, REDRIVEN, redrives
from processors.records import Header, Record

REASON = "copydesk-reason"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One dead letter. ``dead_*`` is its place in the dead-letter topic, the others the place where
    the record stood when it died, None where no header says so. ``origin`` is where it stood
    first; ``redriven`` how often it had been sent back by then. ``time`` is the record's, in ms.
    """

    dead_partition: int
    dead_offset: int
    time: int
    reason: str
    message: str
    stage: str
    topic: str | None
    partition: int | None
    offset: int | None
    origin: str
    redriven: int
    key: bytes | None
    size: int

    @property
    def place(self) -> str:
        """``partition/offset`` in the dead-letter topic: its name on the command line."""
        return f"{self.dead_partition}/{self.dead_offset}"


def letter_of(record: Record) -> Letter:
    """What a dead letter says of itself. Never raises: another program may have written it."""
    topic = _text(record, PREFIX + "topic")
    partition = _number(record, PREFIX + "partition")
    offset = _number(record, PREFIX + "offset")
    whole = topic is not None and partition is not None and offset is not None
    stood = f"{topic}/{partition}/{offset}" if whole else ""
    return Letter(
        dead_partition=record.partition,
        dead_offset=record.offset,
        time=record.timestamp,
        reason=_text(record, REASON) or _text(record, PREFIX + "exception.class.name") or "unknown",
        message=_text(record, PREFIX + "exception.message") or "",
        stage=_text(record, PREFIX + "stage") or "",
        topic=topic,
        partition=partition,
        offset=offset,
        origin=_text(record, ORIGIN) or stood,
        redriven=redrives(record),
        key=record.key,
        size=len(record.value or b""),
    )


def headers_back(record: Record) -> tuple[Header, ...]:
    """The headers with which a record goes back: its own, and ours that keep its origin.

    The origin is what its claims are made under, and how often it was sent back is what a later
    dead letter says; the reason of this death is left out.
    """
    letter = letter_of(record)
    left_out = (REASON, ORIGIN, REDRIVEN)
    kept = [
        header
        for header in record.headers
        if header[0] not in left_out and not header[0].startswith(PREFIX)
    ]
    return (
        *kept,
        (REDRIVEN, b"%d" % (letter.redriven + 1)),
        (ORIGIN, letter.origin.encode("utf-8", "replace")),
    )


def _text(record: Record, name: str) -> str | None:
    value = record.header(name)
    return value.decode("utf-8", "replace") if value is not None else None


def _number(record: Record, name: str) -> int | None:
    text = _text(record, name)
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
