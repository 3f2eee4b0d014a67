"""One connection to a cluster, and who answered.

kafka-python has a thread of its own for each client, so none of this may run inside Faust's loop.
"""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, TypeVar

from kafka import KafkaAdminClient, errors
from kafka.structs import TopicPartition

from consumers.kafka_client.opening import CONNECT_MS, opened
from consumers.kafka_client.sentences import spoken
from consumers.kafka_client.words import Cluster, Place
from consumers.settings import Settings

#: How long one request may take, in milliseconds.
REQUEST_MS = 15_000

#: Said by a broker that starts its first groups, or moves them to another: it passes by itself.
COORDINATOR_MOVES = (
    errors.CoordinatorNotAvailableError,
    errors.CoordinatorLoadInProgressError,
    errors.NotCoordinatorError,
)
_AGAIN_AFTER = 0.2
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Connection:
    """An open connection: what the functions of this package take first."""

    def __init__(self, client: KafkaAdminClient, settings: Settings) -> None:
        self.client = client
        self.settings = settings


@contextlib.contextmanager
def connect(settings: Settings, patience: int = CONNECT_MS) -> Iterator[Connection]:
    """Open a connection for the length of a ``with``.

    Raises Unreachable where nobody answers within ``patience`` milliseconds, sooner where every
    address says no at once (see ``opening``), and where the user is refused.
    """
    client = opened(settings, KafkaAdminClient, patience, request_timeout_ms=REQUEST_MS)
    try:
        yield Connection(client, settings)
    finally:
        with contextlib.suppress(errors.KafkaError):
            client.close()


def asks(
    function: Callable[Concatenate[Connection, _P], _T],
) -> Callable[Concatenate[Connection, _P], _T]:
    """Wrap a function that asks Kafka, so that it raises errors in the project's own words.

    A broker that has no coordinator for a group yet is asked again, for as long as a connection
    may take. So the function must be one that may be called twice.
    """

    @functools.wraps(function)
    def asking(connection: Connection, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        deadline = time.monotonic() + CONNECT_MS / 1000
        with spoken(connection.settings):
            while True:
                try:
                    return function(connection, *args, **kwargs)
                except COORDINATOR_MOVES:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(_AGAIN_AFTER)

    return asking


@asks
def cluster(connection: Connection) -> Cluster:
    """Which brokers answer, and what version they speak."""
    told = connection.client.describe_cluster()
    brokers = told["brokers"]
    data = connection.client.get_broker_version_data(brokers[0]["broker_id"])
    return Cluster(
        cluster_id=told.get("cluster_id") or "",
        brokers=tuple(f"{each['host']}:{each['port']}" for each in brokers),
        version=".".join(str(part) for part in data.broker_version),
    )


def version(connection: Connection) -> tuple[int, ...]:
    """The broker's version as numbers, such as ``(4, 1)``."""
    return tuple(int(part) for part in cluster(connection).version.split("."))


def at(place: Place) -> TopicPartition:
    """The client's own name of a partition."""
    return TopicPartition(place.topic, place.partition)
