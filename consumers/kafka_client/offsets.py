"""Where partitions begin and end, and where a time stands in them.

A partition whose leader is away is left out of the answer, so one sick partition hides no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kafka import IsolationLevel, OffsetSpec, errors

from consumers.kafka_client.connection import Connection, asks, at
from consumers.kafka_client.groups import committed
from consumers.kafka_client.sentences import sentence
from consumers.kafka_client.topics import topics
from consumers.kafka_client.words import Found, Place, Snapshot


@asks
def places(connection: Connection, names: Iterable[str], right: str = "DESCRIBE") -> list[Place]:
    """Every partition of the named topics, in order.

    Raises MissingTopic for one not there, and Denied where our user has not the ``right`` on one.
    """
    wanted = list(dict.fromkeys(names))
    known = topics(connection, wanted, right)
    for name in wanted:
        if name not in known:
            raise sentence(errors.UnknownTopicOrPartitionError(), connection.settings, name)
    return [Place(name, number) for name in wanted for number in range(known[name].partitions)]


@asks
def earliest(connection: Connection, where: Iterable[Place]) -> dict[Place, int]:
    """The first offset that each partition still holds."""
    told = _ask(connection, dict.fromkeys(where, OffsetSpec.EARLIEST))
    return {place: found.offset for place, found in told.items()}


@asks
def latest(
    connection: Connection, where: Iterable[Place], *, committed_only: bool = False
) -> dict[Place, int]:
    """The offset that the next record of each partition will get.

    With ``committed_only`` the end of what a reader of committed records sees: an open
    transaction holds it back.
    """
    told = _ask(connection, dict.fromkeys(where, OffsetSpec.LATEST), committed_only=committed_only)
    return {place: found.offset for place, found in told.items()}


@asks
def at_time(connection: Connection, times: Mapping[Place, int]) -> dict[Place, Found | None]:
    """The first record at or after a time, for each partition; None where it is past the end."""
    told = _ask(connection, times)
    return {place: found if found.offset >= 0 else None for place, found in told.items()}


@asks
def snapshot(
    connection: Connection, groups: Iterable[str], extra: Iterable[Place] = ()
) -> Snapshot:
    """Where the groups stand and where their partitions begin and end, in a few requests.

    Commits are read before ends, so that lag is never negative because of the order of asking.
    """
    where = committed(connection, groups)
    asked = sorted({place for each in where.values() for place in each} | set(extra))
    known = topics(connection, {place.topic for place in asked})
    there = [
        place
        for place in asked
        if place.topic in known
        and place.partition < known[place.topic].partitions
        and place.partition not in known[place.topic].leaderless
    ]
    return Snapshot(
        committed=where, earliest=earliest(connection, there), latest=latest(connection, there)
    )


def _ask(
    connection: Connection, specs: Mapping[Place, Any], *, committed_only: bool = False
) -> dict[Place, Found]:
    if not specs:
        return {}
    isolation = IsolationLevel.READ_COMMITTED if committed_only else IsolationLevel.READ_UNCOMMITTED
    told = connection.client.list_partition_offsets(
        {at(place): spec for place, spec in specs.items()}, isolation_level=isolation
    )
    return {Place(*where): Found(each.offset, each.timestamp) for where, each in told.items()}
