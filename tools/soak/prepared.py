"""Articles made into Kafka's own batches beforehand, so that sending them costs next to nothing.

A producer that makes records as it sends them took a core of two for 3,600 articles a second, and
the worker had what it left: no burst of ten times. Here a batch is built by kafka-python's builder
(record format 2, lz4) and put into a request as it is, in the way of ``consumers.kafka_client``'s
peeking (``_manager``). Not idempotent: what is sent is sent once, and a refusal ends the run.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, errors
from kafka.protocol.producer import ProduceRequest
from kafka.record.memory_records import MemoryRecordsBuilder

from consumers.kafka_client.reading import partition_of
from tools.campaign.load import Row
from tools.campaign.publisher import Background

#: Records a batch: some 350 KB of the benchmarks' articles, where a topic takes a megabyte.
RECORDS = 100
_LZ4, _FORMAT = 3, 2
_LARGEST = 1 << 20
_TIMEOUT_MS = 60_000
#: A topic just made may say one of these for a moment.
_NOT_YET = (
    errors.LeaderNotAvailableError,
    errors.NotLeaderForPartitionError,
    errors.UnknownTopicOrPartitionError,
)
#: The last version of a produce request that names topics instead of their ids.
_NAMES_TOPICS = 12


class Batch(NamedTuple):
    """Records of one partition, as they go over the wire."""

    partition: int
    records: int
    data: bytes


def batches(rows: Iterable[Row], partitions: int, records: int = RECORDS) -> Iterator[Batch]:
    """The rows, in as many batches as it takes; those of one key stay in order."""
    waiting: list[list[Row]] = [[] for _ in range(partitions)]
    for row in rows:
        partition = partition_of(row.key.encode(), partitions)
        waiting[partition].append(row)
        if len(waiting[partition]) == records:
            yield _batch(partition, waiting[partition])
            waiting[partition] = []
    yield from (_batch(number, left) for number, left in enumerate(waiting) if left)


def _batch(partition: int, rows: list[Row]) -> Batch:
    builder = MemoryRecordsBuilder(_FORMAT, _LZ4, len(rows) * _LARGEST)
    now = int(time.time() * 1000)
    for row in rows:
        builder.append(now + row.skew, row.key.encode(), row.value)
    builder.close()
    return Batch(partition, len(rows), bytes(builder.buffer()))


class Prepared(Background):
    """Sends batches at a rate, in a thread of its own."""

    def __init__(self, kafka: str, topic: str, made: Iterable[Batch], rate: float) -> None:
        self._made = iter(made)
        super().__init__(kafka, topic, rate)

    def _run(self) -> None:
        client = KafkaAdminClient(bootstrap_servers=self._kafka)
        (broker,) = client.describe_cluster()["brokers"]
        started = time.monotonic()
        ahead = next(self._made, None)
        while ahead is not None and not self._enough:
            due = (time.monotonic() - started) * self._rate
            round_: dict[int, Batch] = {}  # a request takes one batch of a partition
            count = self.published
            while ahead is not None and count < due and ahead.partition not in round_:
                round_[ahead.partition] = ahead
                count += ahead.records
                ahead = next(self._made, None)
            if round_:
                self._send(client, broker["broker_id"], round_)
                self.published = count
            else:
                time.sleep(min(0.05, max(0.0, (count - due) / self._rate) + 0.001))
        client.close()

    def _send(self, client: Any, node: int, round_: dict[int, Batch]) -> None:
        """Send a batch a partition; one of a topic just made may have no leader for a moment."""
        waiting, until = round_, time.monotonic() + _TIMEOUT_MS / 1000
        while waiting:
            refused = self._refused(client, node, waiting)
            for number, code in refused.items():
                error = errors.for_code(code)
                if not issubclass(error, _NOT_YET) or time.monotonic() > until:
                    raise error(f"{self._topic}/{number}")
            waiting = {number: waiting[number] for number in refused}
            if waiting:
                time.sleep(0.2)

    def _refused(self, client: Any, node: int, batches: dict[int, Batch]) -> dict[int, int]:
        """Error codes of the partitions that did not take theirs."""
        topic = ProduceRequest.TopicProduceData
        request = ProduceRequest(
            transactional_id=None,
            acks=-1,
            timeout_ms=_TIMEOUT_MS,
            topic_data=[
                topic(
                    name=self._topic,
                    partition_data=[
                        topic.PartitionProduceData(index=each.partition, records=each.data)
                        for each in batches.values()
                    ],
                )
            ],
            max_version=_NAMES_TOPICS,
        )

        async def send() -> Any:
            return await client._manager.send(request, node_id=node)  # noqa: SLF001 - see above

        told = client._manager.run(send).responses  # noqa: SLF001 - see above
        answers = [each for topic_ in told for each in topic_.partition_responses]
        return {each.index: each.error_code for each in answers if each.error_code}
