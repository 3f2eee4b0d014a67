"""What the tests of replays and dead letters share: the command at a desk, and streams to replay."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import msgspec

from consumers.kafka_client import connection, groups
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer
from consumers.settings import Settings
from processors.records import Record
from tests.integration.hands import everything
from tests.integration.harness import Desk

GOOD = "of quite ordinary length that stands for itself and for nothing else in this test"


def copydesk(here: Desk, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command where the plans are kept."""
    return subprocess.run(
        [sys.executable, "-m", "consumers", *map(str, arguments)],
        env=environ(here) | more, cwd=here.folder, capture_output=True, text=True, timeout=200,
        check=False,
    )  # fmt: skip


def on_terminal(here: Desk, *arguments: str) -> tuple[int, str]:
    """Run the command where the plans are kept, on a terminal; its exit code and all it drew."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", *arguments], cwd=here.folder,
        env=environ(here) | {"TERM": "xterm"}, stdout=theirs, stderr=theirs, stdin=theirs,
    )  # fmt: skip
    os.close(theirs)
    drawn = everything(ours).decode(errors="replace")
    return process.wait(60), re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", drawn)


def environ(here: Desk) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
    return clean | here.environ | {"PYTHONPATH": str(Path.cwd()), "COLUMNS": "200"}


def content(record: Record) -> bytes:
    return msgspec.msgpack.encode((record.key, record.value, record.headers, record.timestamp))


def contents(here: Desk, name: str) -> list[list[bytes]]:
    """All that a replay wrote: by topic, sorted."""
    return [
        sorted(content(r) for r in here.read(f"{topic}.replay.{name}"))
        for topic in (here.names.output, here.names.audit, here.names.dead)
    ]


def wire(number: int) -> str:
    return f"Wire paragraph {number} {GOOD}."


def mixed(here: Desk, count: int) -> None:
    """A mixed stream: shared paragraphs, versions, withdrawals, bad records; a second apart."""
    start = round(time.time() * 1000) - max(7_200_000, 1000 * count)
    with writer(here.settings) as out:
        for i in range(count):
            uri, time_of = f"urn:{i - i % 5 if i % 5 == 4 else i}", start + 1000 * i
            value: bytes | None = msgspec.json.encode(
                {
                    "uri": uri,
                    "version": str(i),
                    "source": f"paper-{i % 3}",
                    "body": "\n".join([f"{i} own {GOOD}", wire(i % 40), wire(i % 11), "short"]),
                    **({"family": f"story-{i % 4}"} if i % 5 == 4 else {}),
                }
            )
            if i % 17 == 0:
                uri, value = f"urn:{max(i - 4, 0)}", None
            if i % 23 == 0:
                value = b'{"broken": '
            out.send(here.names.input, uri.encode(), value, timestamp=time_of)


def passed(here: Desk, name: str) -> int:
    group = f"{here.names.group}.replay.{name}"
    with connection.connect(here.settings) as kafka:
        found = groups.committed(kafka, [group])[group]
    return sum(each.offset for each in found.values())


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def self_made(here: Desk) -> None:
    start = round(time.time() * 1000) - 7_200_000
    line = "Middling wire line, which both the papers carry"
    here.publish(
        [
            {
                "uri": f"urn:{i}",
                "source": f"paper-{i % 2}",
                "body": "\n".join([f"{i} own {GOOD}", wire(i // 2), line, f"{i} last {GOOD}"]),
            }
            for i in range(60)
        ],
        start=start,
    )
    worker = here.start()
    here.drained()
    assert here.stop(worker) == 0


def stands(settings: Settings, group: str) -> dict[int, tuple[int, str]]:
    with connection.connect(settings) as kafka:
        found = groups.committed(kafka, [group])[group]
    return {place.partition: (each.offset, each.metadata) for place, each in found.items()}


def put(settings: Settings, group: str, offsets: dict[Place, int], note: str = "") -> None:
    with connection.connect(settings) as kafka:
        groups.move(kafka, group, offsets, note)


def fill_three(settings: Settings, raw: str, group: str) -> None:
    """Three partitions of ten records, a second apart, and a group that has read eight of each."""
    with writer(settings) as out:
        for partition in range(3):
            for i in range(10):
                out.send(
                    raw, b"urn:%d:%d" % (partition, i), b"text", partition=partition,
                    timestamp=1_700_000_000_000 + 1000 * i,
                )  # fmt: skip
    put(settings, group, {Place(raw, n): 8 for n in (0, 1)}, "a note")
    put(settings, group, {Place(raw, 2): 8}, "another")
