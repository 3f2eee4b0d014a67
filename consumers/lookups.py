"""Finding one article's records in the output and audit topics.

Both topics are keyed by uri, so an article's records stand in one partition, where Java's
default partitioner puts the key; it is read backwards from its end, in growing steps. Others of its
family stand wherever their own uris put them, so that each partition is read, and none far.
"""

from __future__ import annotations

import contextlib
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


def family_before(settings: Settings, latest: audits.Audit, reach: int) -> Iterator[audits.Audit]:
    """The audit records of other uris of an article's family, from before it, the newest first.

    At most ``reach`` records are read, the same number of each partition, back from its end.

    Raises:
        Unreachable, MissingTopic: see ``consumers.kafka_client``.
    """
    with connection.connect(settings) as kafka:
        stretches = reading.stretches(kafka, [settings.audit])
    each_reach = max(1, reach // len(stretches))
    pieces = [
        Stretch(s.topic, s.partition, max(s.start, s.end - each_reach), s.end) for s in stretches
    ]
    mark = msgspec.json.encode(latest.family)
    found = []
    for record in reading.records(settings, pieces):
        # Decoding is what costs: nearly all are of other families.
        if mark in (record.value or b""):
            with contextlib.suppress(ValueError):
                found.append(audits.decode(record.value or b""))
    family = (e for e in found if e.family == latest.family and e.uri != latest.uri)
    before = (each for each in family if each.record_time < latest.record_time)
    yield from sorted(before, key=lambda each: each.record_time, reverse=True)


def item_of(settings: Settings, uri: str, origin: str) -> dict[str, Any] | None:
    """The item that was published for one origin, or None."""
    for record in newest_first(settings, settings.output, uri):
        if record.header(ORIGIN) == origin.encode():
            item: dict[str, Any] = msgspec.json.decode(record.value or b"{}")
            return item
    return None
