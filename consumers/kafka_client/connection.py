"""One connection to a cluster, and who answered.

kafka-python has a thread of its own for each client, so none of this may run inside Faust's loop.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from kafka import KafkaAdminClient, errors
from kafka.structs import TopicPartition

from consumers.errors import UsageFault
from consumers.kafka_client.sentences import opening, spoken
from consumers.kafka_client.words import Cluster, Place
from consumers.settings import Settings

#: How long a first connection may take, in milliseconds.
CONNECT_MS = 10_000
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
# Its own lines (a refused port, a rebalance) would stand between ours; what matters is raised.
logging.getLogger("kafka").setLevel(logging.WARNING)
logging.getLogger("kafka").addHandler(logging.NullHandler())
logging.getLogger("kafka").propagate = False


class Connection:
    """An open connection: what the functions of this package take first."""

    def __init__(self, client: KafkaAdminClient, settings: Settings) -> None:
        self.client = client
        self.settings = settings


@contextlib.contextmanager
def connect(settings: Settings) -> Iterator[Connection]:
    """Open a connection for the length of a ``with``.

    Raises Unreachable after ten seconds without an answer, or where the user is refused.
    """
    with opening(settings):
        client = KafkaAdminClient(**options(settings), request_timeout_ms=REQUEST_MS)
    try:
        yield Connection(client, settings)
    finally:
        with contextlib.suppress(errors.KafkaError):
            client.close()


def options(settings: Settings) -> dict[str, Any]:
    """What every kafka-python client is given: addresses, security, and bounded waiting.

    Raises UsageFault where a file of the TLS settings is not there.
    """
    given: dict[str, Any] = {
        "bootstrap_servers": [each.strip() for each in settings.kafka.split(",")],
        "client_id": "copydesk",
        "security_protocol": settings.kafka_security.upper(),
        "bootstrap_timeout_ms": CONNECT_MS,
        "reconnect_backoff_max_ms": 2_000,
    }
    if settings.kafka_sasl:
        given["sasl_mechanism"] = settings.kafka_sasl
        given["sasl_plain_username"] = settings.kafka_user
        given["sasl_plain_password"] = settings.kafka_password
    for option, variable, path in (
        ("ssl_cafile", "COPYDESK_KAFKA_CA", settings.kafka_ca),
        ("ssl_certfile", "COPYDESK_KAFKA_CERT", settings.kafka_cert),
        ("ssl_keyfile", "COPYDESK_KAFKA_KEY", settings.kafka_key),
    ):
        if path and not Path(path).is_file():
            raise UsageFault(f"{variable} names {path}, which is not a file")
        if path:
            given[option] = path
    _readable(settings)
    return given


def _readable(settings: Settings) -> None:
    """Raise UsageFault where a file of the TLS settings holds something else: clients would say
    that Kafka does not answer.
    """
    try:
        variable, path = "COPYDESK_KAFKA_CA", settings.kafka_ca
        if path:
            ssl.create_default_context(cafile=path)
        variable, path = "COPYDESK_KAFKA_CERT", settings.kafka_cert
        if path:
            ssl.create_default_context().load_cert_chain(path, settings.kafka_key)
    except (ssl.SSLError, ValueError) as error:
        raise UsageFault(f"{variable} names {path}, which holds no usable certificate") from error


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
