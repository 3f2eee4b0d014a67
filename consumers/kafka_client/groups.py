"""Consumer groups: who is in them, where they stand, and moving them.

The number of requests does not grow with the number of groups: one a coordinator.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kafka import errors
from kafka.admin import MemberToRemove
from kafka.structs import OffsetAndMetadata

from consumers.kafka_client import newer_groups
from consumers.kafka_client.connection import COORDINATOR_MOVES, Connection, asks, at
from consumers.kafka_client.rights import denied
from consumers.kafka_client.sentences import Refused, sentence
from consumers.kafka_client.words import Committed, Group, Member, Place

_GONE = "GroupIdNotFoundError"


@asks
def group_names(connection: Connection) -> list[str]:
    """Every group that keeps offsets in this cluster, sorted."""
    listed = connection.client.list_groups()
    return sorted({each["group_id"] for each in listed if _keeps_offsets(each)})


@asks
def group_states(connection: Connection) -> dict[str, str | None]:
    """Every group that keeps offsets and its state, as each broker lists them: one request a
    broker. None where the broker is too old to tell (before Kafka 2.6).
    """
    listed = connection.client.list_groups()
    return {
        each["group_id"]: each.get("group_state") or None for each in listed if _keeps_offsets(each)
    }


@asks
def groups(connection: Connection, names: Iterable[str]) -> dict[str, Group]:
    """The groups by name; one that does not exist is ``Dead`` and has no members.

    Those that speak the newer group protocol (KIP-848) are asked for in its own way. Where a broker
    does not tell (before Kafka 3.7), such a group's state is None unless it is empty.
    """
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    with _allowed(connection, "DESCRIBE", wanted):
        told = connection.client.describe_groups(wanted)
    found = {name: _group(name, told.get(name, {})) for name in wanted}
    # Brokers before Kafka 4.0 say that a group of the newer protocol is dead.
    newer = [n for n, each in found.items() if _is_newer(each.problem) or each.state == "Dead"]
    if not newer:
        return found
    described = newer_groups.describe(connection, newer)
    untold = [n for n in newer if n not in described and _is_newer(found[n].problem)]
    states = group_states(connection) if untold else {}
    return found | described | {name: _newer(name, states.get(name)) for name in untold}


@asks
def committed(connection: Connection, names: Iterable[str]) -> dict[str, dict[Place, Committed]]:
    """Where each group stands, for the partitions it has committed; ``{}`` for an unknown group."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    with _allowed(connection, "DESCRIBE", wanted):
        told = connection.client.list_group_offsets(dict.fromkeys(wanted))
    return {
        name: {
            Place(*where): Committed(offset=each.offset, metadata=each.metadata or "")
            for where, each in told.get(name, {}).items()
            if each.offset >= 0
        }
        for name in wanted
    }


@asks
def move(connection: Connection, group: str, offsets: Mapping[Place, int], note: str = "") -> None:
    """Set a group's offsets, as given: nothing is clamped to what the partition holds.

    Raises Refused where the group has members: their own commits would overwrite it.
    """
    wanted = {
        at(place): OffsetAndMetadata(offset=offset, metadata=note, leader_epoch=-1)
        for place, offset in offsets.items()
    }
    with _allowed(connection, "READ", [group]):
        answered = connection.client.alter_group_offsets(group, wanted)
    for where, problem in answered.items():
        if problem is errors.NoError:
            continue
        if problem is errors.TopicAuthorizationFailedError:
            raise denied(connection, f"READ the topic {where.topic!r}")
        if problem in (errors.UnknownMemberIdError, errors.RebalanceInProgressError):
            raise Refused(f"the group {group!r} has members: stop its workers first")
        told = problem(f"{where.topic}/{where.partition}")
        if isinstance(told, COORDINATOR_MOVES):
            raise told  # asked again, as where the whole request is refused
        raise sentence(told, connection.settings, where.topic)


@asks
def forget(connection: Connection, group: str, places: Iterable[Place]) -> None:
    """Delete a group's commits of some partitions, as if it had never read them."""
    with _allowed(connection, "DELETE", [group]):
        told = connection.client.delete_group_offsets(group, [at(place) for place in places])
    for where, problem in told.items():
        if problem is errors.TopicAuthorizationFailedError:
            raise denied(connection, f"READ the topic {where.topic!r}")
        if problem is not errors.NoError:
            raise sentence(problem(where.topic), connection.settings, where.topic)


@asks
def leave(connection: Connection, group: str, instances: Iterable[str]) -> None:
    """Take static members out of a group at once, by instance id (KIP-345); one that is not in
    it, or left already, is passed over.
    """
    members = [MemberToRemove(group_instance_id=instance) for instance in instances]
    connection.client.remove_group_members(group, members)


@asks
def delete_groups(connection: Connection, names: Iterable[str]) -> None:
    """Delete groups and their offsets. One that does not exist is deleted already."""
    wanted = list(names)
    with _allowed(connection, "DELETE", wanted):
        told = connection.client.delete_groups(wanted)
    for name, problem in told.items():
        if problem == "NonEmptyGroupError":
            raise Refused(f"the group {name!r} has members: stop its workers first")
        if problem == "GroupAuthorizationFailedError":
            raise denied(connection, f"DELETE the group {name!r}")
        if problem not in ("OK", _GONE):
            raise Refused(f"the group {name!r} could not be deleted: {problem}")


@contextlib.contextmanager
def _allowed(connection: Connection, right: str, names: Sequence[str]) -> Iterator[None]:
    """Brokers refuse a group without a word on the right, and the client without the group."""
    try:
        yield
    except errors.GroupAuthorizationFailedError as error:
        named = " or ".join(map(repr, names[:4]))
        also = " (READ the group, to move it)" if right == "DESCRIBE" else ""
        raise denied(connection, f"{right} the group {named}{also}") from error


def _keeps_offsets(listed: Mapping[str, Any]) -> bool:
    # Kafka 4 lists share and streams groups too; those do not commit offsets in this way.
    return listed.get("protocol_type", "") in ("", "consumer") and listed.get(
        "group_type", ""
    ).lower() in ("", "classic", "consumer")


def _group(name: str, told: Mapping[str, Any]) -> Group:
    problem = told.get("error")
    if problem and _GONE in problem and not _is_newer(problem):
        return Group(name=name, state="Dead")
    if problem or not told:
        return Group(name=name, state=None, problem=problem or "the broker did not answer for it")
    return Group(
        name=name,
        state=told["group_state"],
        protocol=told.get("protocol_data") or "",
        members=tuple(_member(each) for each in told["members"]),
    )


def _is_newer(problem: str | None) -> bool:
    # The broker's words for a group of the newer protocol: it is there, and not to be described so.
    return problem is not None and "not a classic group" in problem


def _newer(name: str, state: str | None) -> Group:
    if state in ("Empty", "Dead"):
        return Group(name=name, state=state)
    problem = (
        f"its state is {state or 'not known'}, and it speaks the newer group protocol (KIP-848), "
        "whose members this broker does not tell"
    )
    return Group(name=name, state=None, problem=problem)


def _member(told: Mapping[str, Any]) -> Member:
    assignment = told.get("member_assignment")
    assigned = assignment["assigned_partitions"] if isinstance(assignment, Mapping) else []
    return Member(
        member_id=told["member_id"],
        client_id=told["client_id"],
        host=told["client_host"].removeprefix("/"),
        instance=told.get("group_instance_id"),
        places=tuple(
            sorted(
                Place(each["topic"], partition)
                for each in assigned
                for partition in each["partitions"]
            )
        ),
    )
