"""What a soak looks at every few seconds: memory, open files, lag, processor time, Redis."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import psutil
from redis import Redis

from tools.campaign.commits import Commits

EVERY = 5.0


class Sample(msgspec.Struct, frozen=True):
    """One look. ``at`` in seconds since the start; memory in MB; ``cpu`` in seconds so far.

    ``lag`` in records; ``machine`` is the load average of the whole machine, one minute.
    """

    at: float
    phase: str
    worker_mb: float
    worker_files: int
    worker_threads: int
    worker_cpu: float
    redis_mb: float
    redis_cpu: float
    broker_mb: float
    broker_cpu: float
    published: int
    lag: int
    machine: float


class Watched(msgspec.Struct):
    """Whom to look at: the supervisor's process and all it started, Redis, the broker."""

    supervisor: int
    redis: int
    redis_port: int
    broker: int
    phase: str = "ceiling"
    published: int = 0


class Sampler:
    """Looks at ``watched`` in a thread of its own and writes each sample to a file, a line each."""

    def __init__(self, watched: Watched, commits: Commits, file: Path) -> None:
        self.watched, self._commits, self._file = watched, commits, file
        self.samples: list[Sample] = []
        self._began = time.monotonic()
        self._client: Any = Redis(port=watched.redis_port)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join(20)
        self._client.close()

    def _run(self) -> None:
        while not self._ended.wait(EVERY):
            with contextlib.suppress(psutil.Error):  # a process that ends just now
                sample = self._look()
                self.samples.append(sample)
                with self._file.open("ab") as file:
                    file.write(msgspec.json.encode(sample) + b"\n")

    def _look(self) -> Sample:
        watched = self.watched
        top = psutil.Process(watched.supervisor)
        workers = [top, *top.children(recursive=True)]
        broker = psutil.Process(watched.broker)
        memory = self._client.info("memory")
        return Sample(
            at=round(time.monotonic() - self._began, 1),
            phase=watched.phase,
            worker_mb=round(sum(w.memory_info().rss for w in workers) / 1e6, 1),
            worker_files=sum(w.num_fds() for w in workers),
            worker_threads=sum(w.num_threads() for w in workers),
            worker_cpu=round(sum(_cpu(w) for w in workers), 2),
            redis_mb=round(memory["used_memory"] / 1e6, 2),
            redis_cpu=round(_cpu(psutil.Process(watched.redis)), 2),
            broker_mb=round(broker.memory_info().rss / 1e6, 1),
            broker_cpu=round(_cpu(broker), 2),
            published=watched.published,
            lag=self._commits.lag,
            machine=psutil.getloadavg()[0],
        )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


class Claims(msgspec.Struct, frozen=True):
    """What the store holds: fingerprints, keys, and keys that never end (there must be none)."""

    fingerprints: int
    keys: int
    without_end: int
    used_mb: float


def claims(port: int) -> Claims:
    """Count them, all."""
    client: Any = Redis(port=port)
    fingerprints = keys = endless = 0
    names: list[bytes] = []

    def count() -> None:
        nonlocal fingerprints, endless
        pipe = client.pipeline(transaction=False)
        for name in names:
            pipe.pttl(name)
            if b"}:f:" in name:
                pipe.hlen(name)
        told = iter(pipe.execute())
        for name in names:
            endless += next(told) == -1
            if b"}:f:" in name:
                fingerprints += next(told)
        names.clear()

    for name in client.scan_iter(count=5000):
        keys += 1
        names.append(name)
        if len(names) == 2000:
            count()
    count()
    used = client.info("memory")["used_memory"] / 1e6
    client.close()
    return Claims(fingerprints, keys, endless, round(used, 2))
