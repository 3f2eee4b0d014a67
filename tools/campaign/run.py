"""One campaign: services, workers, a steady stream, faults drawn from a seed, and the check."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import IO

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from consumers.embedded.kafka_server import pick_ports, prepare
from consumers.embedded.process import free_port
from consumers.embedded.redis_server import start_redis
from consumers.embedded.server import Server, start
from tools.campaign import load
from tools.campaign.checker import check
from tools.campaign.faults import FAULTS
from tools.campaign.proxy import Proxy
from tools.campaign.reading import Names
from tools.campaign.stories import Findings

PARTITIONS = 4


class Workers:
    """The worker processes: what a supervisor does, with a hand on each."""

    def __init__(self, folder: Path, environ: dict[str, str], bug: str = "") -> None:
        self._folder, self._environ = folder, environ
        module = ["tools.campaign.planted", bug] if bug else ["consumers.worker_process"]
        self._command = [sys.executable, "-m", *module]
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._frozen: set[int] = set()
        self.starts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """Start one more."""
        log: IO[bytes]
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._command,
                env={**self._environ, "COPYDESK_INSTANCE": name},
                stdout=log,
                stderr=log,
            )
        self.starts[name] += 1

    def remove(self, name: str, number: int) -> None:
        """End one for good."""
        process = self._running.pop(name)
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        if process.poll() is None:
            process.kill()
            process.wait()

    def signal(self, rnd: random.Random, number: int) -> int:
        """Send a signal to one of them, chosen by chance; its process id."""
        self.watch()
        process = self._running[rnd.choice(sorted(self._running))]
        process.send_signal(number)
        if number == signal.SIGSTOP:
            self._frozen.add(process.pid)
        return process.pid

    def resume(self, pid: int) -> None:
        """Let a frozen one go on."""
        self._frozen.discard(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def watch(self) -> None:
        """Start again whoever has ended."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self.add(name)

    def stop(self) -> None:
        """End all."""
        for pid in list(self._frozen):
            self.resume(pid)
        for name in list(self._running):
            self.remove(name, signal.SIGTERM)


class Campaign:
    """Everything of one run; ``close`` ends what was started, by its ids."""

    def __init__(
        self, folder: Path, seed: int, workers: int, session: int = 10, bug: str = ""
    ) -> None:
        self.folder, self.seed, self.session = folder, seed, session
        self.forgot = False
        self.injected: Counter[str] = Counter()
        self.recovery: list[float] = []
        self._published = 0
        self._broken: BaseException | None = None
        self.names = Names("raw", "clean", "audit", "dead", "campaign")
        ports, proxied = pick_ports(), free_port()
        self.kafka_proxy = Proxy(f"127.0.0.1:{proxied}")
        listeners = (
            f"PLAINTEXT://127.0.0.1:{ports.client},PROXIED://127.0.0.1:{proxied},"
            f"CONTROLLER://127.0.0.1:{ports.controller}"
        )
        told = f"PLAINTEXT://127.0.0.1:{ports.client},PROXIED://{self.kafka_proxy.address}"
        overrides = {
            "listeners": listeners,
            "advertised.listeners": told,
            "listener.security.protocol.map": ",".join(
                f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "PROXIED", "CONTROLLER")
            ),
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
        }
        self.kafka: Server = start(prepare(folder / "kafka", ports, overrides))
        self.redis_folder = folder / "redis"
        self.redis = start_redis(self.redis_folder, {"appendfsync": "always"})
        self.redis_proxy = Proxy(self.redis.address)
        self._make_topics()
        self.workers = Workers(folder, self._environ(), bug)
        for number in range(workers):
            self.workers.add(f"worker-{number}")

    def run(self, count: int, faults: int, chosen: list[str], rate: float) -> Findings:
        """Publish ``count`` articles while ``faults`` faults come, then wait and check."""
        rnd = random.Random(self.seed)  # noqa: S311 - faults must be drawn the same again
        names = chosen or [name for name, (_, weight) in FAULTS.items() for _ in range(weight)]
        publisher = threading.Thread(target=self._publish, args=(count, rate), daemon=True)
        publisher.start()
        self._until(lambda: self.lag() < self._published, 90)
        for number in range(faults):
            name = rnd.choice(names)
            started = time.monotonic()
            FAULTS[name][0](self, rnd)
            self.injected[name] += 1
            self._say(f"{number + 1}/{faults} {name}, {self._published:,} published")
            self._recovered(started)
            time.sleep(rnd.uniform(0.2, 2.0))
            if not publisher.is_alive() and self.lag() == 0:
                break
        while publisher.is_alive():
            self.workers.watch()
            publisher.join(0.5)
        if self._broken is not None:
            raise self._broken
        self._until(lambda: self.lag() == 0, 600)
        self.workers.stop()
        self._say("all is committed; checking")
        return check(self.kafka.address, self.names, count, forgot=self.forgot)

    def lag(self) -> int:
        """Records that are not committed yet."""
        with contextlib.suppress(Exception):
            client = KafkaConsumer(
                bootstrap_servers=self.kafka.address, group_id=self.names.group,
                enable_auto_commit=False,
            )  # fmt: skip
            parts = [TopicPartition(self.names.raw, p) for p in range(PARTITIONS)]
            try:
                ends = client.end_offsets(parts)
                done = {p: client.committed(p) or 0 for p in parts}
            finally:
                client.close()
            return sum(ends[p] - done[p] for p in parts)
        return 1 << 30

    def close(self) -> None:
        """End everything."""
        self.workers.stop()
        for server in (self.redis, self.kafka):
            with contextlib.suppress(Exception):
                server.resume()
            server.kill()
        self.redis_proxy.close()
        self.kafka_proxy.close()
        for name in ("kafka", "redis"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _recovered(self, started: float) -> None:
        """Wait until something is committed again, and note how long after the fault's start."""
        before, published = self.lag(), self._published
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.workers.watch()
            now = self.lag()
            if now == 0 or now < before + self._published - published:
                self.recovery.append(time.monotonic() - started)
                return
            time.sleep(0.3)
        self._say("!! nothing was committed for a minute")

    def _until(self, holds: object, patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            self.workers.watch()
            if holds():  # type: ignore[operator]
                return
            time.sleep(0.3)
        raise TimeoutError(
            f"lag {self.lag()} after {patience:.0f} s; see the logs in {self.folder}"
        )

    def _publish(self, count: int, rate: float) -> None:
        try:
            producer = KafkaProducer(
                bootstrap_servers=self.kafka.address, linger_ms=5, delivery_timeout_ms=300_000,
                max_block_ms=300_000,
            )  # fmt: skip
            started = time.monotonic()
            for row in load.rows(count, self.seed):
                producer.send(
                    self.names.raw,
                    key=row.key.encode(),
                    value=row.value,
                    timestamp_ms=int(time.time() * 1000) + row.skew,
                )
                self._published += 1
                ahead = self._published / rate - (time.monotonic() - started)
                if ahead > 0.01:
                    time.sleep(ahead)
            producer.flush(timeout=300)
            producer.close()
        except BaseException as exc:  # noqa: BLE001 - told by the thread that waits for this one
            self._broken = exc

    def _make_topics(self) -> None:
        admin = KafkaAdminClient(bootstrap_servers=self.kafka.address)
        wanted = {
            name: {
                "num_partitions": PARTITIONS,
                "replication_factor": 1,
                "configs": {"retention.ms": "-1"},
            }
            for name in self.names[:4]
        }
        admin.create_topics(wanted, wait_for_metadata=True)
        admin.close()

    def _environ(self) -> dict[str, str]:
        outside = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
        return {
            **outside,
            "COPYDESK_KAFKA": self.kafka_proxy.address,
            "COPYDESK_REDIS": f"redis://{self.redis_proxy.address}",
            "COPYDESK_INPUT": self.names.raw,
            "COPYDESK_OUTPUT": self.names.clean,
            "COPYDESK_AUDIT": self.names.audit,
            "COPYDESK_DEAD": self.names.dead,
            "COPYDESK_GROUP": self.names.group,
            "COPYDESK_TAGGERS": "",
            "COPYDESK_BATCH": "50",
            "COPYDESK_SESSION_TIMEOUT": f"{self.session}s",
        }

    def _say(self, what: str) -> None:
        sys.stderr.write(f"[campaign {self.seed}] {what}\n")
