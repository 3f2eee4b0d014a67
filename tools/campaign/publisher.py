"""The steady stream of a campaign: the load at a rate, by a clock that may be wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from kafka import KafkaProducer

from tools.campaign.load import Row


class Background:
    """Publishes in a thread of its own; ``check`` raises what broke it there."""

    def __init__(self, kafka: str, topic: str, rate: float) -> None:
        self.published = 0
        self._kafka, self._topic, self._rate = kafka, topic, rate
        self._broken: BaseException | None = None
        self._enough = False
        self._thread = threading.Thread(target=self._guarded, daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether anything is still to be published."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Publish no more, and wait until what is under way has arrived."""
        self._enough = True
        self._thread.join()
        self.check()

    def check(self) -> None:
        """Raise what ended it, if anything did."""
        if self._broken is not None:
            raise self._broken

    def _guarded(self) -> None:
        try:
            self._run()
        except BaseException as exc:  # noqa: BLE001 - told by the thread that asks
            self._broken = exc

    def _run(self) -> None:
        raise NotImplementedError


class Publisher(Background):
    """Publishes rows one by one."""

    def __init__(self, kafka: str, topic: str, rows: Iterable[Row], rate: float) -> None:
        #: What the publisher's clock is off by, in milliseconds, for rows that bear it.
        self.clock = 0
        self._rows = rows
        super().__init__(kafka, topic, rate)

    def _run(self) -> None:
        # Idempotent: versions of one article must arrive in their order, whatever is retried.
        producer = KafkaProducer(
            bootstrap_servers=self._kafka, linger_ms=5, delivery_timeout_ms=300_000,
            max_block_ms=300_000, acks="all", enable_idempotence=True, compression_type="lz4",
        )  # fmt: skip
        started = time.monotonic()
        for row in self._rows:
            if self._enough:
                break
            off = self.clock if row.any_time else 0
            producer.send(
                self._topic,
                key=row.key.encode(),
                value=row.value,
                timestamp_ms=int(time.time() * 1000) + row.skew + off,
            ).add_errback(self._refused)
            self.published += 1
            ahead = self.published / self._rate - (time.monotonic() - started)
            if ahead > 0.01:
                time.sleep(ahead)
        producer.flush(timeout=300)
        producer.close()

    def _refused(self, exc: BaseException) -> None:
        self._broken = exc
