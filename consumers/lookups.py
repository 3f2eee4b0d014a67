"""Finding one article's records in the output and audit topics.

Both topics are keyed by uri, so an article's records stand in one partition, where Java's
default partitioner puts the key; it is read backwards from its end, in growing steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from consumers.kafka_client import connection, reading
from consumers.kafka_client.words import Stretch
from consumers.settings import Settings
from processors import audit as audits
from processors.deadletter import ORIGIN
from processors.records import Record

_FIRST_STEP = 2_000


def newest_first(
    settings: Settings, topic: str, uri: str, reach: int | None = None
) -> Iterator[Record]:
    """The records of a uri in a topic, the newest first.

    With ``reach``, those alone that stand at most so many records before the newest: where there
    is no other, the whole partition would have to be read to know that.

    Raises:
        Unreachable, MissingTopic: see ``consumers.kafka_client``.
    """
    with connection.connect(settings) as kafka:
        stretches = reading.stretches(kafka, [topic])
    key = uri.encode()
    home = reading.partition_of(key, len(stretches))
    stretch = next(s for s in stretches if s.partition == home)
    end, step, floor = stretch.end, _FIRST_STEP, stretch.start
    while end > floor:
        start = max(floor, end - step)
        piece = Stretch(topic, home, start, end)
        found = [r for r in reading.records(settings, [piece]) if r.key == key]
        if found and reach is not None:
            floor, reach = max(floor, found[-1].offset - reach), None
        yield from (record for record in reversed(found) if record.offset >= floor)
        end, step = start, step * 4


def audits_of(
    settings: Settings, uri: str, reach: int | None = None
) -> Iterator[tuple[Record, audits.Audit]]:
    """The audit records of a uri, the newest first; what cannot be read as one is passed over."""
    for record in newest_first(settings, settings.audit, uri, reach):
        try:
            yield record, audits.decode(record.value or b"")
        except ValueError:
            continue


def item_of(settings: Settings, uri: str, origin: str) -> dict[str, Any] | None:
    """The item that was published for one origin, or None."""
    for record in newest_first(settings, settings.output, uri):
        if record.header(ORIGIN) == origin.encode():
            item: dict[str, Any] = msgspec.json.decode(record.value or b"{}")
            return item
    return None
