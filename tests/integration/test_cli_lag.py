"""``copydesk lag`` as a person and a program call it, on a real broker."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections import Counter

import pytest

from consumers.kafka_client import connection, groups
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer
from consumers.lag.watch import Watch
from tests.integration.replays import fill_three

pytestmark = pytest.mark.integration


@pytest.fixture
def filled(raw, settings, topics, copydesk):
    """Three partitions of ten records, a second apart, and a group that has read eight of each."""
    fill_three(settings, raw, topics.group)
    return copydesk


def test_one_look_is_at_once_and_has_the_words_of_the_contract(filled, raw, topics):
    done = filled("lag", "--group", topics.group, "--json", "--once")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    report = json.loads(line)
    assert list(report)[:4] == ["group", "state", "verdict", "partitions"]
    assert (report["members"], report["lag"]) == (0, 6)
    assert (report["group"], report["state"], report["verdict"]) == (
        topics.group,
        "Empty",
        "stopped",
    )
    assert [list(each) for each in report["partitions"]] == [
        ["topic", "partition", "committed", "end", "lag", "lag_seconds", "rate_in", "rate_out",
         "verdict", "reason", "catch_up_seconds", "owner"]
    ] * 3  # fmt: skip
    for number, each in enumerate(report["partitions"]):
        assert (each["topic"], each["partition"]) == (raw, number)
        assert (each["committed"], each["end"], each["lag"]) == (8, 10, 2)
        age = time.time() - 1_700_000_008
        assert each["lag_seconds"] == pytest.approx(age, abs=60), "by the ninth record's time"
        assert (each["rate_in"], each["rate_out"]) == (None, None)
        assert (each["catch_up_seconds"], each["owner"]) == (None, None)
        assert each["reason"].startswith("no member of the group reads it; 2 records unread")


def test_a_topic_shows_the_groups_that_read_it_and_those_alone(filled, raw, topics):
    done = filled("lag", "--topic", raw, "--json", "--once")
    assert [r["group"] for r in map(json.loads, done.stdout.splitlines())] == [topics.group]
    table = filled("lag", "--topic", raw, "--once", COLUMNS="200").stdout
    assert table.count("stopped: no member of the group reads it") == 3
    assert filled("lag", "--topic", raw, "--group", topics.group, "--once").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--group", "GROUPx"), 1, "did you mean GROUP"),
        (("--group", "zzzzzzzzzzzz"), 1, "`copydesk lag` shows them all"),
        (("--topic", "zzzz.nowhere"), 1, "zzzz.nowhere"),
        (("--serve", "nonsense"), 2, "takes HOST:PORT"),
        (("--serve", "127.0.0.1:0", "--json"), 2, "goes without --json"),
        (("--every", "0"), 2, "0.2<=x<=3600"),
    ],
)
def test_what_is_not_there_or_not_meant_is_a_sentence(filled, topics, arguments, code, said):
    own = [word.replace("GROUP", topics.group) for word in arguments]
    done = filled("lag", *own)
    assert done.returncode == code
    assert said.replace("GROUP", topics.group) in done.stderr
    assert "Traceback" not in done.stderr


def test_watching_prints_an_object_a_look_until_it_is_interrupted(
    filled, environ, settings, raw, topics
):
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "lag", "--group", topics.group, "--watch", "--json",
         "--every", "0.3"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert first["partitions"][0]["lag"] == 2
    assert first["partitions"][0]["rate_in"] is None
    with writer(settings) as out:
        for _ in range(5):
            out.send(raw, b"k", b"v", partition=0)
    later = first
    while later["partitions"][0]["lag"] != 7:
        later = json.loads(process.stdout.readline())
    assert later["partitions"][0]["rate_in"] > 0
    assert later["partitions"][1]["rate_in"] == 0.0
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said


def test_watching_on_a_terminal_shows_a_table_that_lives(filled, environ, settings, raw, topics):
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "lag", "--group", topics.group, "--watch", "--every",
         "0.3"],
        env=environ | {"TERM": "xterm"}, stdout=theirs, stderr=theirs, stdin=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = ""
    while "Verdict" not in shown or raw not in shown:
        shown += os.read(terminal, 65536).decode(errors="replace")
    assert topics.group in shown
    with writer(settings) as out:
        for _ in range(1234):
            out.send(raw, b"k", b"v", partition=0)
    shown = ""
    while "1,236" not in shown:
        shown += os.read(terminal, 65536).decode(errors="replace")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    os.close(terminal)


class Counted:
    """Counts what an open connection asks the brokers, by kind of request."""

    def __init__(self, kafka: connection.Connection) -> None:
        self.asked: Counter[str] = Counter()
        manager = kafka.client._manager
        send = manager.send

        def counting(request, *args, **kwargs):
            self.asked[type(request).__name__.partition("_v")[0]] += 1
            return send(request, *args, **kwargs)

        manager.send = counting

    def of(self, look) -> Counter[str]:
        """What was asked while ``look`` ran."""
        self.asked.clear()
        look()
        return Counter(self.asked)


def test_fifty_groups_cost_no_more_round_trips_than_five(filled, settings, raw, topics):
    names = [f"{topics.group}-{i:02}" for i in range(50)]
    with connection.connect(settings) as kafka:
        for at, name in enumerate(names):
            groups.move(kafka, name, {Place(raw, n): (at + n) % 10 for n in range(3)})
        counted = Counted(kafka)
        few, many = Watch(names[:5]), Watch(names)
        assert counted.of(lambda: many.look(kafka)).total() <= 30, "the first one reads ages too"
        for _ in range(5):
            many.look(kafka)
            few.look(kafka)
        little, much = counted.of(lambda: few.look(kafka)), counted.of(lambda: many.look(kafka))
        # One more at most: a request that timed out on a busy machine is sent again.
        assert {kind for kind in much if much[kind] > little[kind] + 1} == set()
        assert much["OffsetFetchRequest"] <= 2, "one a coordinator"
        reports = many.reports(round(time.time() * 1000))
        groups.delete_groups(kafka, names)
    assert {r.group: r.standings[0].judged.lag for r in reports} == {
        name: 10 - at % 10 for at, name in enumerate(names)
    }
    assert None not in {s.judged.lag_seconds for r in reports for s in r.standings}
