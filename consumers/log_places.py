"""Where a log line is about: the topic, partition, offsets and uri that a pipeline of logs goes by.

Rules: a line about one record names its offset and, where it is known, its uri; one about a run of
records names the first offset and the end (the offset after the last, as Kafka counts); one about a
partition names what it stands at. All of them have the same keys, and JSON logs write every key in
every line, null where a line concerns no record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from processors.records import Record

#: The keys, in the order in which JSON logs write them; each is an attribute of a log record.
KEYS = ("uri", "topic", "partition", "offset", "offset_end", "origin")


def of_partition(
    topic: str, partition: int, offset: int | None = None, end: int | None = None
) -> dict[str, Any]:
    """For ``extra``: a partition, from ``offset`` on and up to, not with, ``end``."""
    origin = f"{topic}/{partition}"
    if offset is not None:
        last = end - 1 if end is not None and end - 1 > offset else None
        origin += f"/{offset}" if last is None else f"/{offset}-{last}"
    return {
        "uri": None,
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "offset_end": end,
        "origin": origin,
    }


def of_record(record: Record, uri: str | None = None) -> dict[str, Any]:
    """For ``extra``: one record; its key where it has no ``uri`` that could be read."""
    if uri is None and record.key is not None:
        uri = record.key.decode("utf-8", "replace")
    place = of_partition(record.topic, record.partition, record.offset, record.offset + 1)
    return {**place, "uri": uri}


def of_records(records: Sequence[Record]) -> dict[str, Any]:
    """For ``extra``: records of one partition in order; nothing for none."""
    if not records:
        return {}
    first, last = records[0], records[-1]
    if len(records) == 1:
        return of_record(first)
    return of_partition(first.topic, first.partition, first.offset, last.offset + 1)


def of_failure(failure: BaseException) -> dict[str, Any]:
    """For ``extra``: the place that a failure was given by ``mark``; nothing for any other."""
    place: dict[str, Any] = getattr(failure, "place", {})
    return place


def mark(failure: BaseException, place: dict[str, Any]) -> None:
    """Note where a failure came about, unless a more exact place is noted already."""
    if place and not hasattr(failure, "place"):
        failure.place = place  # type: ignore[attr-defined]
