"""The words in which Kafka is spoken of here. Times are milliseconds since 1970 UTC."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Place(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class Stretch(NamedTuple):
    """Offsets ``start`` up to and without ``end`` of one partition."""

    topic: str
    partition: int
    start: int
    end: int

    @property
    def place(self) -> Place:
        """The partition."""
        return Place(self.topic, self.partition)


class Topic(msgspec.Struct, frozen=True):
    """A topic of the cluster. ``leaderless`` are partitions that no broker leads just now."""

    name: str
    partitions: int
    replication: int
    internal: bool = False
    leaderless: tuple[int, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """A topic to be created. ``configs`` are Kafka's own names and values."""

    name: str
    partitions: int
    replication: int
    configs: dict[str, str]


class Cluster(msgspec.Struct, frozen=True):
    """Who answered. ``version`` is the least that speaks the broker's protocol, such as ``4.1``."""

    cluster_id: str
    brokers: tuple[str, ...]
    version: str


class Member(msgspec.Struct, frozen=True):
    """One member of a group and the partitions that it reads."""

    member_id: str
    client_id: str
    host: str
    instance: str | None
    places: tuple[Place, ...]


class Group(msgspec.Struct, frozen=True):
    """A consumer group. ``state`` is Kafka's word (``Stable``, ``Empty``, ``Dead``, ...), or None
    where the broker does not tell; ``protocol`` the assignor in force.
    """

    name: str
    state: str | None
    protocol: str = ""
    members: tuple[Member, ...] = ()
    problem: str | None = None


class Committed(msgspec.Struct, frozen=True):
    """The next offset that a group would read, and the note that came with the commit."""

    offset: int
    metadata: str = ""


class Found(msgspec.Struct, frozen=True):
    """The first record at or after a time: its offset and its own time."""

    offset: int
    timestamp: int


class Snapshot(msgspec.Struct, frozen=True):
    """What was asked at one moment, for any number of groups.

    ``committed`` has only partitions with a commit; ``earliest`` and ``latest`` only partitions
    that exist and answered.
    """

    committed: dict[str, dict[Place, Committed]]
    earliest: dict[Place, int]
    latest: dict[Place, int]


class Sent(msgspec.Struct, frozen=True):
    """Where a record that the brokers acknowledged stands."""

    topic: str
    partition: int
    offset: int
