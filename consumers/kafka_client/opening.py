"""A client's first connection: how long it is waited for, and why it came to nothing.

Rules: where every address says no at once (nobody listens, or somebody hangs up), that is told
after a few seconds, in which a broker that is just starting may come up; silence is waited for
longer, since a far broker may be slow. A client that came to nothing leaves no thread behind.
"""

from __future__ import annotations

import contextlib
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kafka import errors
from kafka.net.compat import KafkaNetClient

from consumers.errors import UsageFault
from consumers.kafka_client.sentences import Heard
from consumers.settings import Settings

#: How long a first connection may take, in milliseconds.
CONNECT_MS = 10_000
#: How long addresses are tried that all say no at once, in milliseconds.
REFUSED_MS = 2_000
#: The longest pause between two tries, in milliseconds. The client doubles its pauses twice a try:
#: without this, a broker that came up after half a second was not tried again in REFUSED_MS.
_PAUSE_MS = 400

_C = TypeVar("_C")
# Its own lines (a refused port, a rebalance) would stand between ours; what matters is raised.
logging.getLogger("kafka").setLevel(logging.WARNING)
logging.getLogger("kafka").addHandler(logging.NullHandler())
logging.getLogger("kafka").propagate = False


def opened(
    settings: Settings, make: Callable[..., _C], patience: int = CONNECT_MS, **more: Any
) -> _C:
    """One of kafka-python's clients, connected; ``patience`` in milliseconds, ``more`` its options.

    Raises Unreachable where nobody answers, Denied where the user is refused, UsageFault where a
    file of the TLS settings is not what it should be.
    """
    given = _options(settings) | more
    short = min(patience, REFUSED_MS)
    client, heard = _attempt(given, make, short)
    if client is None and patience > short and not heard.final(given["bootstrap_servers"]):
        client, heard = _attempt(given, make, patience - short)
    if client is None:
        raise heard.sentence(settings) from heard.error
    return client


def _attempt(
    given: dict[str, Any], make: Callable[..., _C], patience: int
) -> tuple[_C | None, Heard]:
    """The client, or None and why not."""
    nets: list[KafkaNetClient] = []

    def net(**configs: Any) -> KafkaNetClient:
        nets.append(KafkaNetClient(**configs))
        return nets[-1]

    with Heard() as heard:
        try:
            return make(**given, bootstrap_timeout_ms=patience, kafka_client=net), heard
        except errors.KafkaError as error:
            heard.error = error
    for each in nets:
        # A constructor that raises ends nothing of what it began.
        with contextlib.suppress(errors.KafkaError):
            each.close()
        each._net.stop(timeout_ms=1_000)  # noqa: SLF001 - only the client that failed has a way to it
    return None, heard


def _options(settings: Settings) -> dict[str, Any]:
    """What every kafka-python client is given: addresses, security, and pauses that stay short.

    Raises UsageFault where a file of the TLS settings is not there.
    """
    given: dict[str, Any] = {
        "bootstrap_servers": [each.strip() for each in settings.kafka.split(",")],
        "client_id": "copydesk",
        "security_protocol": settings.kafka_security.upper(),
        "reconnect_backoff_max_ms": _PAUSE_MS,
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
