"""Writing in transactions: what came of some records and how far they were read, or neither.

So a bounded run that is killed at any moment goes on without losing or repeating anything. One
name, one writer: opening a second one under the same name shuts the first one out and takes back
what it had not finished (KIP-98).

Leans on ``TransactionManager._supports_epoch_bump`` of kafka-python 3.0.12, pinned exactly: by
itself a writer whose batch is refused as one of an old epoch asks for a new one (KIP-360), and
where its own is gone for a fresh one: who was shut out would shut out its successor.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kafka import KafkaProducer, errors
from kafka.structs import OffsetAndMetadata

from consumers.errors import CopydeskError
from consumers.kafka_client.connection import at
from consumers.kafka_client.opening import CONNECT_MS, opened
from consumers.kafka_client.sentences import denial, spoken
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import DELIVERY_MS
from consumers.settings import Settings
from processors.records import Header

#: How long a transaction may stay open: one that is left open holds readers back for so long.
_OPEN_MS = 60_000
_REQUEST_BYTES = 100_000_000
_SHUT_OUT = (
    errors.ProducerFencedError,
    errors.InvalidProducerEpochError,
    errors.InvalidProducerIdMappingError,
)


class Transaction:
    """One open transaction."""

    def __init__(self, client: KafkaProducer, settings: Settings, name: str) -> None:
        self._client = client
        self._settings = settings
        self._name = name
        self._futures: list[tuple[str, Any]] = []

    def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        *,
        headers: Iterable[Header],
        timestamp: int,
        partition: int | None = None,
    ) -> None:
        """Send one record; the key chooses the partition where none is given."""
        future = self._client.send(
            topic,
            key=key,
            value=value,
            headers=list(headers),
            timestamp_ms=timestamp,
            partition=partition,
        )
        self._futures.append((topic, future))

    def read_up_to(self, group: str, offsets: Mapping[Place, int]) -> None:
        """Commit, with the transaction, how far a group has read."""
        self._client.send_offsets_to_transaction(
            {at(place): OffsetAndMetadata(offset, "", -1) for place, offset in offsets.items()},
            group,
        )

    def settle(self) -> None:
        """Wait until the brokers have every record. Raises Refused where they do not take one."""
        self._client.flush(timeout=DELIVERY_MS / 1000 + 5)
        for topic, future in self._futures:
            with spoken(self._settings, topic), _not_shut_out(self._name):
                future.get(timeout=DELIVERY_MS / 1000)


class Transactions:
    """Opens transactions under one name, one after the other."""

    def __init__(self, client: KafkaProducer, settings: Settings, name: str) -> None:
        self._client = client
        self._settings = settings
        self._name = name

    @contextlib.contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction for the length of a ``with``: made good at its end, undone by any error.

        Raises CopydeskError where another writer of the same name has taken over.
        """
        with spoken(self._settings), _not_shut_out(self._name):
            self._client.begin_transaction()
            begun = Transaction(self._client, self._settings, self._name)
            try:
                yield begun
                begun.settle()
            except BaseException:
                with contextlib.suppress(errors.KafkaError):
                    self._client.abort_transaction()
                raise
            self._client.commit_transaction()


@contextlib.contextmanager
def transactions(settings: Settings, name: str) -> Iterator[Transactions]:
    """Transactions under a name. What a writer of that name left open is undone first.

    Raises Unreachable, and Refused where the user may not write in transactions.
    """
    client = opened(
        settings,
        KafkaProducer,
        transactional_id=name,
        transaction_timeout_ms=_OPEN_MS,
        compression_type="zstd",
        linger_ms=5,
        batch_size=512 << 10,
        max_request_size=_REQUEST_BYTES,
        max_block_ms=CONNECT_MS,
        delivery_timeout_ms=DELIVERY_MS,
        allow_auto_create_topics=False,
    )
    manager = client._transaction_manager  # noqa: SLF001 - see the module
    manager._supports_epoch_bump = lambda: False  # noqa: SLF001 - the same
    with spoken(settings):
        try:
            client.init_transactions()
        except errors.TransactionalIdAuthorizationFailedError as error:
            client.close(timeout=1)
            raise denial(settings, f"WRITE the transactional id {name!r}") from error
        except BaseException:
            client.close(timeout=1)
            raise
    try:
        yield Transactions(client, settings, name)
    finally:
        with contextlib.suppress(errors.KafkaError):
            client.close(timeout=5)


@contextlib.contextmanager
def _not_shut_out(name: str) -> Iterator[None]:
    try:
        yield
    except _SHUT_OUT as error:
        raise CopydeskError(
            f"another copydesk has taken over as {name!r}: this one has stopped, and what it had "
            "not finished was undone"
        ) from error
