"""Dead letters: a bad record as it came, with the reason in headers under Kafka Connect's names.

Rules (section 8 of the contract; names from Kafka's DeadLetterQueueReporter): original key, value
and headers untouched; the same partition number where the dead-letter topic has it; a record that
was redriven and fails again says how often. Only a value that does not fit the topic is left out,
and where it still stands is told: one record too large must not stop all others.
"""

from __future__ import annotations

import msgspec

from processors.errors import BadRecord
from processors.records import Header, Publication, Record

PREFIX = "__connect.errors."
REDRIVEN = "copydesk-redriven"
ORIGIN = "copydesk-origin"
#: How many bytes of a value did not fit.
LEFT_OUT = "copydesk-left-out"


def redrives(record: Record) -> int:
    """How often the record was sent back from the dead letters already."""
    value = record.header(REDRIVEN)
    return int(value) if value is not None and value.isdigit() and len(value) < 6 else 0


def origin(record: Record) -> str:
    """Where the record stood first: a redriven one keeps the place it had before it died."""
    if not record.headers:
        return record.origin
    kept = record.header(ORIGIN)
    if redrives(record) and kept is not None:
        return kept.decode("utf-8", "replace")
    return record.origin


def letter(record: Record, fault: BadRecord) -> Publication:
    """The dead letter of one bad record, whole."""
    reason: list[Header] = [
        (PREFIX + "topic", record.topic.encode()),
        (PREFIX + "partition", b"%d" % record.partition),
        (PREFIX + "offset", b"%d" % record.offset),
        (PREFIX + "connector.name", b"copydesk"),
        (PREFIX + "stage", fault.stage.encode()),
        (PREFIX + "class.name", b"processors.pipeline"),
        (PREFIX + "exception.class.name", b"processors.errors.BadRecord"),
        (PREFIX + "exception.message", str(fault).encode("utf-8", "replace")),
        ("copydesk-reason", fault.reason.encode()),
    ]
    own = {name for name, _ in reason} | {ORIGIN}
    headers = [h for h in record.headers if h[0] not in own]
    return Publication(
        role="dead",
        key=record.key,
        value=record.value,
        timestamp=record.timestamp,
        headers=(*headers, *reason, (ORIGIN, origin(record).encode())),
        partition=record.partition,
    )


def without_value(whole: Publication, record: Record) -> Publication:
    """A dead letter too large for its topic, without the value; an empty one withdraws nothing."""
    size = len(record.value or b"")
    told = (
        f". Its value of {size:,} bytes is larger than the dead-letter topic takes "
        f"(max.message.bytes), and is left out here; it stands at {record.origin}"
    )
    headers = tuple(
        (name, value + told.encode()) if name == PREFIX + "exception.message" else (name, value)
        for name, value in whole.headers
    )
    return msgspec.structs.replace(whole, value=b"", headers=(*headers, (LEFT_OUT, b"%d" % size)))
