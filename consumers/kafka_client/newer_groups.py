"""Groups of the newer protocol (KIP-848), which DescribeGroups does not describe.

Kafka has a request of its own for them, ConsumerGroupDescribe (key 69, Kafka 3.7 and later), which
kafka-python 3.0.12 does not send: its schema is in ``schemas``, and it is sent in the way of the
admin client's own modules (``_manager``). One request a coordinator, however many groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kafka import errors
from kafka.protocol.api_message import ApiMessage

from consumers.kafka_client import schemas
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Group, Member, Place


class ConsumerGroupDescribeRequest(ApiMessage, load_json=schemas):  # type: ignore[misc, call-arg]  # untyped
    """See the module."""


class ConsumerGroupDescribeResponse(ApiMessage, load_json=schemas):  # type: ignore[misc, call-arg]  # untyped
    """See the module."""


def describe(connection: Connection, names: Iterable[str]) -> dict[str, Group]:
    """The groups that the brokers describe; one that they do not is left out.

    A group whose members have not all taken what they were given has no assignment that holds:
    its state says so (``Assigning``, ``Reconciling``).
    """
    client = connection.client
    wanted = list(names)

    async def send() -> dict[str, Group]:
        found: dict[str, Group] = {}
        by_coordinator: dict[int, list[str]] = defaultdict(list)
        for name, node in (await client._find_coordinator_ids(wanted)).items():  # noqa: SLF001 - see above
            by_coordinator[node].append(name)
        for node, own in by_coordinator.items():
            request = ConsumerGroupDescribeRequest(
                group_ids=own, include_authorized_operations=False
            )
            try:
                answer = await client._manager.send(request, node_id=node)  # noqa: SLF001 - see above
            except errors.IncompatibleBrokerVersion:
                continue
            found |= {g.group_id: _group(g) for g in answer.groups if not g.error_code}
        return found

    described: dict[str, Group] = client._manager.run(send)  # noqa: SLF001 - see above
    return described


def _group(told: Any) -> Group:
    return Group(
        name=told.group_id,
        state=told.group_state,
        protocol=told.assignor_name or "",
        members=tuple(_member(each) for each in told.members),
    )


def _member(told: Any) -> Member:
    return Member(
        member_id=told.member_id,
        client_id=told.client_id,
        host=told.client_host.removeprefix("/"),
        instance=told.instance_id,
        places=tuple(
            sorted(
                Place(each.topic_name, partition)
                for each in told.assignment.topic_partitions
                for partition in each.partitions
            )
        ),
    )
