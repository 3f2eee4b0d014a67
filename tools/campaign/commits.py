"""Watches the group's commits in a thread of its own: how far behind it is, when it stood."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from tools.campaign.reading import Names

_LOOK_EVERY = 0.25
#: A broker that is away is given up soon, and another asked.
_PATIENCE_MS = 3000
UNKNOWN = 1 << 30


class Commits:
    """Looks four times a second; ``close`` ends it."""

    def __init__(self, kafka: str, names: Names, partitions: int) -> None:
        self._kafka, self._names = kafka, names
        self._parts = [TopicPartition(names.raw, p) for p in range(partitions)]
        #: Records that are not committed yet; ``UNKNOWN`` where nobody can tell.
        self.lag = UNKNOWN
        #: When it was last told (monotonic).
        self.looked = 0.0
        self._done = -1
        self._moments: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def standstill(
        self, since: float, patience: float, meanwhile: Callable[[], None]
    ) -> float | None:
        """The longest time without a commit since ``since`` (monotonic), up to the next one.

        ``None`` where none comes for ``patience`` seconds. A group with nothing to do counts as one
        that commits.
        """
        asked = time.monotonic()
        while not (self._moments and self._moments[-1] > asked):
            if time.monotonic() - asked > patience:
                return None
            meanwhile()
            time.sleep(_LOOK_EVERY / 2)
        moments = [since, *(m for m in self._moments if m > since)]
        return max(b - a for a, b in itertools.pairwise(moments))

    def close(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join(30)

    def _run(self) -> None:
        looks: Any = None
        while not self._ended.wait(_LOOK_EVERY):
            try:
                if looks is None:
                    looks = KafkaConsumer(
                        bootstrap_servers=self._kafka, group_id=self._names.group,
                        enable_auto_commit=False, request_timeout_ms=_PATIENCE_MS,
                    )  # fmt: skip
                self._look(looks)
            except Exception:  # noqa: BLE001 - a broker is down, on purpose; asked again soon
                self.lag = UNKNOWN
                _close(looks)
                looks = None
        _close(looks)

    def _look(self, looks: Any) -> None:
        began = time.monotonic()
        ends = looks.end_offsets(self._parts)
        done = sum(looks.committed(p, timeout_ms=_PATIENCE_MS) or 0 for p in self._parts)
        self.lag, self.looked = sum(ends.values()) - done, began
        if done > self._done or not self.lag:
            self._moments.append(time.monotonic())
            del self._moments[:-10_000]
        self._done = max(done, self._done)


def _close(looks: Any) -> None:
    with contextlib.suppress(Exception):
        if looks is not None:
            looks.close()
