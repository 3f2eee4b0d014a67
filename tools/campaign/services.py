"""What a campaign runs on: one broker or three, a Redis, and a proxy before each of them.

Three brokers: every topic has three copies, of which two must have a record before it is
acknowledged, as docs/deployment.md asks for. One of the three has a disk of its own, which can be
filled, where this machine lets us mount one. Workers come through the proxies; the publisher and
the checker do not, so that what breaks there is the workers' alone to bear.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from kafka import KafkaAdminClient

from consumers.embedded.kafka_server import Ports, pick_ports, prepare
from consumers.embedded.kafka_server import start_cluster as start_kafka_cluster
from consumers.embedded.process import free_port
from consumers.embedded.redis_server import start_redis
from consumers.embedded.server import Server, start
from consumers.errors import CopydeskError
from tools.campaign.disk import Disk
from tools.campaign.proxy import Proxy
from tools.campaign.reading import Names

_TRIES = 12


class Services:
    """The servers of one campaign; ``close`` ends them and deletes their data."""

    def __init__(self, folder: Path, brokers: int = 1) -> None:
        self.folder = folder
        #: Why a fault cannot be had here, by its name.
        self.left_out: dict[str, str] = {}
        self.disk: Disk | None = None
        if brokers == 1:
            self.left_out["fill-disk"] = "with three brokers only"
        else:
            try:
                self.disk = Disk(folder / "disk")
            except OSError as exc:
                self.left_out["fill-disk"] = str(exc)
        self.kafka_proxies = [Proxy(f"127.0.0.1:{free_port()}") for _ in range(brokers)]
        self.kafka = self._start_kafka(brokers)
        self.redis_folder = folder / "redis"
        self.redis = start_redis(self.redis_folder, {"appendfsync": "always"})
        self.redis_proxy = Proxy(self.redis.address)

    @property
    def bootstrap(self) -> str:
        """The brokers' own addresses."""
        return ",".join(each.address for each in self.kafka)

    @property
    def proxied(self) -> str:
        """The brokers' addresses as workers see them."""
        return ",".join(each.address for each in self.kafka_proxies)

    @property
    def on_disk(self) -> Server:
        """The broker whose log directory has a disk of its own, where there is one."""
        return self.kafka[-1]

    def make_topics(self, names: Names, partitions: int) -> None:
        """Make the four topics. What workers write bears the broker's time, for the checker."""
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        copies = len(self.kafka)
        stamp = {names.clean: "LogAppendTime", names.audit: "LogAppendTime"}
        wanted = {
            name: {
                "num_partitions": partitions,
                "replication_factor": copies,
                "configs": {
                    "retention.ms": "-1",
                    "min.insync.replicas": str(min(2, copies)),
                    "message.timestamp.type": stamp.get(name, "CreateTime"),
                },
            }
            for name in names[:4]
        }
        admin.create_topics(wanted, wait_for_metadata=True)
        admin.close()

    def again(self, *servers: Server) -> None:
        """Start servers again, and wait for them; once more where a port is not free yet.

        On a busy machine a stranger may have taken it for a moment.
        """
        for server in servers:
            server.restart(wait=False)
        for server in servers:
            for tries in range(_TRIES, -1, -1):
                try:
                    server.wait()
                    break
                except CopydeskError:
                    if not tries:
                        raise
                    time.sleep(5)
                    server.restart(wait=False)

    def close(self) -> None:
        """End everything."""
        for server in (self.redis, *self.kafka):
            with contextlib.suppress(Exception):
                server.resume()
            server.kill()
        for proxy in (self.redis_proxy, *self.kafka_proxies):
            proxy.close()
        if self.disk:
            self.disk.close()
        for name in ("kafka", "redis"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _start_kafka(self, brokers: int) -> tuple[Server, ...]:
        home = self.folder / "kafka"
        settings = self._settings(brokers)
        if brokers > 1:
            return start_kafka_cluster(home, brokers, each=settings)
        ports = pick_ports()
        return (start(prepare(home, ports, settings(1, ports))),)

    def _settings(self, brokers: int) -> Callable[[int, Ports], Mapping[str, str]]:
        def of(node: int, ports: Ports) -> dict[str, str]:
            proxy = self.kafka_proxies[node - 1]
            behind = proxy.target_port
            speaks = ("PLAINTEXT", "PROXIED", "CONTROLLER")
            settings = {
                "listeners": f"PLAINTEXT://127.0.0.1:{ports.client},"
                f"PROXIED://127.0.0.1:{behind},CONTROLLER://127.0.0.1:{ports.controller}",
                "advertised.listeners": f"PLAINTEXT://127.0.0.1:{ports.client},"
                f"PROXIED://{proxy.address}",
                "listener.security.protocol.map": ",".join(f"{n}:PLAINTEXT" for n in speaks),
                "broker.session.timeout.ms": "3000",
                "broker.heartbeat.interval.ms": "500",
                # A test's topics, to be given up when a broker is away for longer than this.
                "replica.lag.time.max.ms": "5000",
            }
            if self.disk and node == brokers:
                settings["log.dirs"] = str(self.disk.folder / "data")
            return settings

        return of
