"""Where a replay begins, as offsets: at a moment, an offset, an article, or the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from consumers import lookups
from consumers.errors import CopydeskError, UsageFault
from consumers.kafka_client import offsets, peeking, reading
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.sentences import MissingTopic
from consumers.kafka_client.words import Place, Stretch
from consumers.settings import Settings
from processors.records import Record
from processors.times import milliseconds_of, text_of


class Target(msgspec.Struct, frozen=True):
    """Where to begin. ``number``: milliseconds since 1970, an offset, or a duration in
    milliseconds; ``uri`` only where the kind says so.
    """

    kind: Literal["time", "offset", "duration", "uri", "earliest"]
    number: int = 0
    uri: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """The offset in each partition, None where the target lies past its end; ``said`` in words."""

    offsets: dict[Place, int | None]
    said: str


class Scope(msgspec.Struct, frozen=True):
    """The partitions meant: all of ``topics``, or those of them that ``partitions`` name."""

    topics: tuple[str, ...]
    partitions: tuple[tuple[str, int], ...] = ()

    def places(self, kafka: Connection) -> list[Place]:
        """The partitions, as far as they are there. Raises MissingTopic and UsageFault."""
        there = offsets.places(kafka, self.topics, "READ")
        if not self.partitions:
            return there
        # A number without a topic means that partition of every topic.
        chosen = [
            place
            for place in there
            if any(place.partition == n and t in ("", place.topic) for t, n in self.partitions)
        ]
        for topic, number in self.partitions:
            if not any(p.partition == number and topic in ("", p.topic) for p in chosen):
                named = f"{topic or ', '.join(self.topics)}/{number}"
                raise UsageFault(f"--partition: there is no partition {named}")
        return chosen


def find(kafka: Connection, target: Target, places: Sequence[Place], now: int) -> Wanted:
    """The offsets that a target means.

    Raises CopydeskError for a uri of which no record is kept.
    """
    if target.kind == "earliest":
        found = offsets.earliest(kafka, places)
        return Wanted({place: found[place] for place in places if place in found}, "the beginning")
    if target.kind == "offset":
        return Wanted(dict.fromkeys(places, target.number), f"offset {target.number}")
    if target.kind == "uri":
        return _at_uri(kafka, target.uri, places)
    time = max(0, target.number if target.kind == "time" else now - target.number)
    return Wanted(_at_time(kafka, places, time), text_of(time))


def _at_time(kafka: Connection, places: Sequence[Place], time: int) -> dict[Place, int | None]:
    found = offsets.at_time(kafka, dict.fromkeys(places, time))
    return {
        place: each.offset if (each := found[place]) is not None else None
        for place in places
        if place in found
    }


def _at_uri(kafka: Connection, uri: str, places: Sequence[Place]) -> Wanted:
    """Its partition goes to its first record; the others to the first one of that time."""
    place, offset, time = _first_of(kafka, uri, places)
    wanted = _at_time(kafka, [each for each in places if each != place], time)
    if place in places:
        wanted[place] = offset
    said = f"the first record of {uri}, {place.topic}/{place.partition}/{offset} of {text_of(time)}"
    return Wanted(wanted, said)


def _first_of(kafka: Connection, uri: str, places: Sequence[Place]) -> tuple[Place, int, int]:
    """By the audit, which is keyed by uri whatever the feed does; else by the keys of the input."""
    topics = {place.topic for place in places}
    first: tuple[int, str] | None = None
    try:
        for _, audit in lookups.audits_of(kafka.settings, uri):
            time = milliseconds_of(audit.record_time) or 0
            if audit.origin.rsplit("/", 2)[0] in topics and (first is None or time < first[0]):
                first = time, audit.origin
    except MissingTopic:
        first = None
    if first is not None:
        topic, partition, offset = first[1].rsplit("/", 2)
        place = Place(topic, int(partition))
        if offsets.earliest(kafka, [place]).get(place, 0) <= int(offset):
            return place, int(offset), first[0]
    found = _by_key(kafka, uri, topics)
    if found is None:
        raise CopydeskError(
            f"no record of {uri!r} is kept in {', '.join(sorted(topics))}: it never came, is gone "
            "by the topic's retention, or the uri is written otherwise"
        )
    return Place(found.topic, found.partition), found.offset, found.timestamp


def _by_key(kafka: Connection, uri: str, topics: set[str]) -> Record | None:
    key = uri.encode()
    stretches = reading.stretches(kafka, sorted(topics))
    for topic in sorted(topics):
        own = [each for each in stretches if each.topic == topic]
        home = own[reading.partition_of(key, len(own))]
        # Not every client puts a key where Java's would: then it is looked for everywhere.
        for part in ([home], [each for each in own if each != home]):
            found = [r for r in reading.records(kafka.settings, part) if r.key == key]
            if found:
                return min(found, key=lambda r: (r.timestamp, r.offset))
    return None


def times_of(kafka: Connection, wanted: dict[Place, int]) -> dict[Place, int]:
    """The time of the first record at or after each offset; left out where there is none."""
    return peeking.times_at(kafka, wanted)


def stretch(place: Place, start: int, end: int) -> Stretch:
    """A stretch of one partition."""
    return Stretch(place.topic, place.partition, start, end)


def by_settings(settings: Settings, topics: Sequence[str], partitions: Sequence[str]) -> Scope:
    """The scope of a command line: ``N`` or ``TOPIC:N`` a partition. Raises UsageFault."""
    chosen = []
    for text in partitions:
        topic, _, number = text.rpartition(":")
        if not number.isdigit():
            raise UsageFault(f"--partition is {text!r}, but takes a number, or TOPIC:NUMBER")
        chosen.append((topic, int(number)))
    return Scope(tuple(topics) or settings.input, tuple(chosen))
