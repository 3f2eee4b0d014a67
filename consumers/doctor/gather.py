"""Asks Kafka for all that the rules judge, in a few requests."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consumers import topics as ours
from consumers.kafka_client import connection
from consumers.kafka_client.groups import committed, group_names, groups
from consumers.kafka_client.offsets import at_time, earliest, latest
from consumers.kafka_client.reading import records
from consumers.kafka_client.topics import configs, topics
from consumers.kafka_client.words import Cluster, Committed, Group, Place, Stretch, Topic
from consumers.settings import Settings
from processors.records import Record

#: Records looked at, at the end of each partition of the input, and of all together.
_SAMPLE_EACH, _SAMPLE_ALL = 50, 1_000
_DAY_MS = 86_400_000


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What Kafka told. ``since`` has, for each partition, the first offset of the last day."""

    cluster: Cluster
    topics: dict[str, Topic]
    configs: dict[str, dict[str, str]]
    group: Group
    committed: dict[Place, Committed]
    starts: dict[Place, int]
    ends: dict[Place, int]
    stable_ends: dict[Place, int]
    since: dict[Place, int]
    readers: dict[str, int]
    sample: tuple[Record, ...]

    def of(self, names: Iterable[str]) -> list[Place]:
        """The partitions of the named topics that have an end."""
        wanted = set(names)
        return sorted(place for place in self.ends if place.topic in wanted)


def facts(settings: Settings, now: int) -> Facts:
    """All of it; ``now`` is milliseconds since 1970. Raises Unreachable."""
    names = list(ours.roles(settings))
    with connection.connect(settings) as kafka:
        topics(kafka, settings.input, "READ")  # its last records are looked at
        found = topics(kafka, names)
        places = [
            Place(name, number)
            for name, topic in found.items()
            for number in range(topic.partitions)
            if number not in topic.leaderless
        ]
        starts, ends = earliest(kafka, places), latest(kafka, places)
        stable = latest(kafka, places, committed_only=True)
        day = at_time(kafka, dict.fromkeys(places, now - _DAY_MS))
        others = [name for name in group_names(kafka) if name != settings.group]
        commits = committed(kafka, [settings.group, *others])
        told = Facts(
            cluster=connection.cluster(kafka),
            topics=found,
            configs=configs(kafka, found),
            group=groups(kafka, [settings.group])[settings.group],
            committed=commits[settings.group],
            starts=starts,
            ends=ends,
            stable_ends=stable,
            since={p: each.offset if each else ends[p] for p, each in day.items()},
            readers={
                name: reads
                for name in others
                if (reads := sum(place.topic in settings.input for place in commits[name]))
            },
            sample=(),
        )
    return msgspec.structs.replace(told, sample=_sample(settings, told))


def _sample(settings: Settings, told: Facts) -> tuple[Record, ...]:
    where = told.of(settings.input)
    each = max(1, min(_SAMPLE_EACH, _SAMPLE_ALL // max(1, len(where))))
    ranges = [
        Stretch(*place, max(told.starts[place], told.stable_ends[place] - each), end)
        for place in where
        if (end := told.stable_ends[place]) > told.starts[place]
    ]
    return tuple(records(settings, ranges))
