"""What tests do by hand: run the command, fill a topic, read it, wait for something."""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import subprocess
import time
from collections.abc import Callable

from consumers.kafka_client import connection, offsets, reading
from consumers.kafka_client.writing import writer
from tests.tree import ROOT

SEED = ROOT / "tests/corpus/seed.txt"
#: For topics of records with times of their own, which the broker would delete by those.
FOR_EVER = {"retention.ms": "-1"}

Copydesk = Callable[..., subprocess.CompletedProcess[str]]


def an_hour_ago() -> dt.datetime:
    """A time of publication that no topic has forgotten, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(hours=1)


def tailed(run, topic):
    """All that a topic holds, as the command shows it."""
    done = run("tail", "--topic", topic, "--end", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def length(settings, topic):
    with connection.connect(settings) as kafka:
        return sum(offsets.latest(kafka, offsets.places(kafka, [topic])).values())


def wait_for(holds, patience=30.0):
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, f"it did not come in {patience:.0f} s"
        time.sleep(0.1)


def everything(descriptor):
    got = b""
    while select.select([descriptor], [], [], 30)[0]:
        try:
            part = os.read(descriptor, 65536)
        except OSError:
            break
        if not part:
            break
        got += part
    os.close(descriptor)
    return got


def fill(settings, topic, count, **more):
    """So many records, a millisecond apart from 1000 on."""
    with writer(settings) as out:
        for number in range(count):
            out.send(topic, b"%d" % number, b"value %d" % number, timestamp=1000 + number, **more)


def all_of(kafka, topic):
    """All that a topic holds."""
    return list(reading.records(kafka.settings, reading.stretches(kafka, [topic])))
