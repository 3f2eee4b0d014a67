"""One look at a cluster: where groups stand, who reads what, where partitions begin and end.

The requests are one a broker of each kind, however many groups and partitions there are.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Collection

import msgspec

from consumers.errors import CopydeskError
from consumers.kafka_client import groups, offsets
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.topics import topics as topics_of
from consumers.kafka_client.words import Group, Place, Topic

#: States in which the coordinator knows who has which partition.
_SETTLED = ("Stable",)
_NOBODY = ("Empty", "Dead")


class GroupLook(msgspec.Struct, frozen=True):
    """One group. ``owners`` names the member that has a partition (its instance id, else its client
    id and host); None while nobody can tell, as in a rebalance. ``members`` likewise.
    """

    state: str | None
    members: int | None
    owners: dict[Place, str] | None
    committed: dict[Place, int | None]


class Look(msgspec.Struct, frozen=True):
    """What was seen at one moment. ``starts`` and ``ends`` hold partitions that answered."""

    time: int
    groups: dict[str, GroupLook]
    starts: dict[Place, int]
    ends: dict[Place, int]


def look(
    kafka: Connection,
    names: Collection[str] = (),
    topics: Collection[str] = (),
    *,
    every_topic: bool = False,
) -> Look:
    """Look at groups, or at all of them; at all their partitions, or at those of some topics.

    With ``every_topic`` every topic is looked at for where it begins and ends, whoever reads it.

    Raises CopydeskError for a group that is not there, MissingTopic, and Unreachable.
    """
    states = groups.group_states(kafka)
    for name in names:
        if name not in states:
            groups.groups(kafka, [name])  # one that we may not see is not in the list
            raise _no_such_group(name, sorted(states))
    wanted = list(names) or sorted(states)
    if kafka.settings.group in names:
        # Brokers leave out the commits of topics that we may not see: no group without partitions.
        topics_of(kafka, kafka.settings.input)
    described = groups.groups(kafka, wanted)
    given = set(offsets.places(kafka, topics)) if topics else set()
    assigned = {p for g in described.values() for m in g.members for p in m.places}
    also = _places(topics_of(kafka)) if every_topic else set()
    seen = offsets.snapshot(kafka, wanted, (given or assigned) | also)
    found: dict[str, GroupLook] = {}
    for name in wanted:
        group = described[name]
        owners = _owners(group, states.get(name))
        places = set(seen.committed[name]) | set(owners or ())
        if topics:
            places = given if names else {place for place in places if place.topic in topics}
            if not names and not places:
                continue
        commits = seen.committed[name]
        found[name] = GroupLook(
            state=group.state or states.get(name),
            members=len(group.members) if group.state else None,
            owners=owners,
            committed={
                place: commits[place].offset if place in commits else None
                for place in sorted(places)
            },
        )
    return Look(round(time.time() * 1000), found, seen.earliest, seen.latest)


def _owners(group: Group, listed: str | None) -> dict[Place, str] | None:
    state = group.state or listed
    if state in _NOBODY:
        return {}
    if group.state not in _SETTLED:
        return None
    return {
        place: member.instance or f"{member.client_id}@{member.host}"
        for member in group.members
        for place in member.places
    }


def _places(known: dict[str, Topic]) -> set[Place]:
    return {
        Place(name, number) for name, each in known.items() for number in range(each.partitions)
    }


def _no_such_group(name: str, known: list[str]) -> CopydeskError:
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`copydesk lag` shows them all"
    return CopydeskError(f"there is no consumer group {name!r} on this cluster: {hint}")
