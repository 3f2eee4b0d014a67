"""A client's first connection: when it is given up, and what is said of it."""

from __future__ import annotations

import logging
import select
import socket
import threading

import msgspec
import pytest
from kafka import errors

from consumers.errors import Unreachable
from consumers.kafka_client import connection, sentences

pytestmark = pytest.mark.integration


def test_an_address_where_nobody_listens_is_said_and_nothing_of_the_client_is_left(settings):
    nowhere = msgspec.structs.replace(settings, kafka="127.0.0.1:1")
    before = threading.active_count()
    with (
        pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 \(COPYDESK_KAFKA\) does not answer"),
        connection.connect(nowhere),
    ):
        pass
    assert threading.active_count() == before


def test_a_broker_that_is_just_starting_is_waited_for(settings):
    """Its port says no three times, and then it is there."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    tries = threading.Semaphore(0)
    came_up = threading.Event()
    late = msgspec.structs.replace(settings, kafka=f"127.0.0.1:{port}")
    watching = _Tries(tries)
    logging.getLogger("kafka.net.manager").addHandler(watching)

    def start() -> None:
        for _ in range(REFUSED_FIRST):
            tries.acquire()
        with socket.create_server(("127.0.0.1", port)) as door:
            came_up.set()
            while True:
                inside, _ = door.accept()
                threading.Thread(
                    target=_pass_on, args=(inside, settings.kafka), daemon=True
                ).start()

    threading.Thread(target=start, daemon=True).start()
    try:
        with connection.connect(late) as kafka:
            assert connection.cluster(kafka).brokers
    finally:
        logging.getLogger("kafka.net.manager").removeHandler(watching)
    assert came_up.is_set()


#: The third no comes about half a second after the first, when a limit of seconds left no fourth try.
REFUSED_FIRST = 3


class _Tries(logging.Handler):
    """Counts the refusals that the client logs."""

    def __init__(self, tries: threading.Semaphore) -> None:
        super().__init__(logging.WARNING)
        self._tries = tries

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith("Bootstrap connection"):
            self._tries.release()


def _pass_on(inside: socket.socket, kafka: str) -> None:
    """Both ways, until one side ends."""
    host, _, port = kafka.rpartition(":")
    with inside, socket.create_connection((host, int(port))) as outside:
        while True:
            for came in select.select((inside, outside), (), ())[0]:
                if not (data := came.recv(1 << 16)):
                    return
                (outside if came is inside else inside).sendall(data)


SAID_NO = [
    ([("bootstrap-0", "111 ECONNREFUSED")], 1, True, "nobody listens there"),
    ([("bootstrap-0", "socket disconnected")], 1, True, "somebody does, and hangs up"),
    ([("bootstrap-0", "DNS Resolution failure")], 1, True, "a name that nobody knows"),
    ([("bootstrap-0", "111 ECONNREFUSED")], 2, False, "the other address was not tried yet"),
    ([("bootstrap-1", "111 ECONNREFUSED"), ("bootstrap-0", "111 ECONNREFUSED")], 2, True, "both"),
    ([("bootstrap-0", "Connection timed out")], 1, False, "a slow one may answer yet"),
    ([("bootstrap-0", "111 ECONNREFUSED"), ("bootstrap-0", "timed out")], 1, False, "it came up"),
    ([], 1, False, "nothing was heard at all"),
]  # fmt: skip


@pytest.mark.parametrize(("heard", "addresses", "final", "why"), SAID_NO)
def test_only_where_every_address_says_no_at_once_is_waiting_cut_short(
    heard, addresses, final, why
):
    """In the client's own words, as its log has them."""
    with sentences.Heard() as listening:
        for node, words in heard:
            logging.getLogger("kafka.net.manager").warning(
                "Bootstrap connection to %s failed: %s (backoff %.2f secs)",
                node,
                errors.KafkaConnectionError(words),
                0.1,
            )
    assert listening.final([f"h:{number}" for number in range(addresses)]) is final, why


def test_tls_to_a_port_without_it_names_the_setting(settings):
    secure = msgspec.structs.replace(settings, kafka_security="ssl")
    with (
        pytest.raises(Unreachable, match="COPYDESK_KAFKA_SECURITY"),
        connection.connect(secure),
    ):
        pass
