"""Dead letters listed, shown and sent back, on a real broker with a real worker."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consumers.kafka_client import writing
from processors.records import Record
from tests.conftest import Addresses, Topics
from tests.integration.hands import everything
from tests.integration.harness import TAGLESS, Desk, body_of, desk, value_of
from tests.integration.replays import copydesk, environ

pytestmark = pytest.mark.integration

GOOD = "A paragraph of quite ordinary length that stands for the article number"
OWN = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made, its workers without taggers and content with short bodies."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(partitions=2)
        yield made


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def start() -> int:
    return round(time.time() * 1000) - 3_600_000


@pytest.fixture
def died(here: Desk) -> Desk:
    """Six articles too large for the settings, and three records of another kind of bad."""
    here.environ["COPYDESK_MAX_BODY"] = "300"
    begin = start()
    with writing.writer(here.settings) as out:
        for i in range(6):
            body = "\n".join(f"{GOOD} {i}, line {k} of it" for k in range(6))
            value = msgspec.json.encode({"uri": f"urn:large:{i}", "body": body})
            out.send(
                here.names.input, b"urn:large:%d" % i, value, headers=[OWN], partition=i % 2,
                timestamp=begin + i * 1000,
            )  # fmt: skip
        for i, value in enumerate((b"\xff\xfe\x00b\x1b[31m", b'{"body": "br', b"{'a': 1}")):
            out.send(
                here.names.input, b"bad:%d" % i, value, partition=0, timestamp=begin + 10_000 + i
            )
    worker = here.start()
    here.drained()
    assert here.stop(worker) == 0
    return here


def test_letters_are_listed_by_reason_and_source_and_filtered(died: Desk) -> None:
    found = lines(copydesk(died, "dead", "list", "--json"))
    counts = {(g["reason"], g["topic"], g["partition"]): g["count"] for g in found}
    raw = died.names.input
    assert counts == {
        ("too-large", raw, 0): 3,
        ("too-large", raw, 1): 3,
        ("not-utf8", raw, 0): 1,
        ("cut-off", raw, 0): 1,
        ("not-json", raw, 0): 1,
    }
    shown = copydesk(died, "dead", "list").stdout
    assert "9 letters in" in shown
    assert f"{raw}/1" in shown
    each = lines(copydesk(died, "dead", "list", "--each", "--json", "--reason", "too-large"))
    assert {e["key"] for e in each} == {f"urn:large:{i}" for i in range(6)}
    one = lines(
        copydesk(died, "dead", "list", "--each", "--json", "--partition", "1", "--topic", raw)
    )
    assert {e["key"] for e in one} == {"urn:large:1", "urn:large:3", "urn:large:5"}
    third = sorted(e["time"] for e in each)[3]
    from processors.times import text_of

    late = lines(copydesk(died, "dead", "list", "--each", "--json", "--since", text_of(third)))
    assert len(late) == 6
    assert lines(copydesk(died, "dead", "list", "--json", "--within", "1s")) == []
    assert "holds no such letter" in copydesk(died, "dead", "list", "--reason", "none").stdout


def test_show_prints_what_can_be_read_and_nothing_that_steers_the_terminal(died: Desk) -> None:
    done = copydesk(died, "dead", "show", "--reason", "not-utf8")
    assert "\x1b[31m" not in done.stdout
    assert "␛[31m" in done.stdout
    assert "\\xff\\xfe" in done.stdout
    assert "not UTF-8 from byte 0 on" in done.stdout
    (large,) = lines(copydesk(died, "dead", "list", "--json", "--partition", "1"))
    place = large["example"]
    told = copydesk(died, "dead", "show", place, "--length", "40").stdout
    assert "300 are allowed" in told
    assert "key: urn:large:5" in told
    assert "traceparent: 00-4bf92f" in told
    assert "[...]" in told
    assert "bytes: the first 40 characters and the last" in told
    (whole,) = lines(copydesk(died, "dead", "show", place, "--json"))
    assert json.loads(whole["value"])["uri"] == "urn:large:5"
    assert whole["headers"]["copydesk-reason"] == "too-large"
    (raw,) = lines(copydesk(died, "dead", "show", "--reason", "not-utf8", "--json"))
    assert raw["value_base64"] == "//4AYhtbMzFt"
    assert copydesk(died, "dead", "show", "0/999999").returncode == 2
    assert "is not PARTITION/OFFSET" in copydesk(died, "dead", "show", "x").stderr


def redriven(here: Desk) -> list[Record]:
    return [r for r in here.read(here.names.input) if r.header("copydesk-redriven") is not None]


def test_a_redrive_sends_back_once_what_is_meant_and_ownership_holds(died: Desk) -> None:
    before = died.read(died.names.input)
    dry = copydesk(died, "dead", "redrive", "--reason", "too-large")
    assert dry.returncode == 0, dry.stderr
    assert "nothing was sent: --go sends what goes back" in dry.stdout
    assert died.read(died.names.input) == before
    (told,) = lines(copydesk(died, "dead", "redrive", "--reason", "too-large", "--go", "--json"))
    assert told == {"sent": 6, "dry_run": False, "letters": {"goes back": 6}}
    for number, back in enumerate(sorted(redriven(died), key=lambda r: r.timestamp)):
        first = next(r for r in before if r.key == back.key)
        assert (back.key, back.value, back.timestamp) == (first.key, first.value, first.timestamp)
        assert back.partition == first.partition
        assert back.headers == (
            OWN,
            ("copydesk-redriven", b"1"),
            ("copydesk-origin", first.origin.encode()),
        )
        assert number < 6
    (told,) = lines(copydesk(died, "dead", "redrive", "--reason", "too-large", "--go", "--json"))
    assert told == {"sent": 0, "dry_run": False, "letters": {"went back before": 6}}
    died.environ["COPYDESK_MAX_BODY"] = "5000"
    worker = died.start()
    died.drained()
    late = "\n".join(f"{GOOD} 0, line {k} of it" for k in range(6))
    died.publish([{"uri": "urn:thief", "source": "other", "body": f"Its own lead. {GOOD}\n{late}"}])
    died.drained()
    died.stop(worker)
    outputs = {(r.key or b"").decode(): r for r in died.outputs()}
    assert set(outputs) == {*(f"urn:large:{i}" for i in range(6)), "urn:thief"}
    first = next(r for r in before if r.key == b"urn:large:0")
    assert outputs["urn:large:0"].header("copydesk-origin") == first.origin.encode()
    assert body_of(outputs["urn:large:0"]).count("\n") == 5, "its paragraphs are its own"
    assert value_of(outputs["urn:large:0"])["uri"] == "urn:large:0"
    assert len(died.dead()) == 9, "nothing died again"


def test_a_record_that_fails_again_says_how_often(died: Desk) -> None:
    for times in (1, 2):
        done = copydesk(
            died, "dead", "redrive", "--reason", "too-large", "--partition", "1", "--go"
        )
        assert "3 sent back" in done.stdout, done.stdout + done.stderr
        worker = died.start()
        died.drained()
        died.stop(worker)
        letters = [r for r in died.dead() if r.header("copydesk-redriven") == b"%d" % times]
        assert len(letters) == 3, "the letters before it went back already, and stayed at that"
    (group,) = lines(
        copydesk(died, "dead", "list", "--json", "--reason", "too-large", "--partition", "1")
    )
    assert (group["count"], group["most_redriven"]) == (9, 2)
    assert "up to 2" in copydesk(died, "dead", "list").stdout
    told = copydesk(died, "dead", "show", group["example"]).stdout
    assert "sent back 2 times before, first stood at" in told
    (again,) = lines(
        copydesk(died, "dead", "redrive", "--offset", group["example"], "--go", "--again", "--json")
    )
    assert again["sent"] == 1


def test_a_redrive_that_is_killed_or_run_twice_sends_each_letter_once(here: Desk) -> None:
    count = 6000
    with writing.writer(here.settings) as out:
        for i in range(count):
            out.send(here.names.dead, b"k%d" % i, b'{"n": %d}' % i, partition=0, headers=[
                ("__connect.errors.topic", here.names.input.encode()),
                ("__connect.errors.partition", b"1"),
                ("__connect.errors.offset", b"%d" % i),
                ("copydesk-reason", b"no-body"),
                ("copydesk-origin", f"{here.names.input}/1/{i}".encode()),
            ])  # fmt: skip
    command = [sys.executable, "-m", "consumers", "dead", "redrive", "--go", "--json"]
    killed = 0
    for _ in range(3):
        process = subprocess.Popen(
            command, env=environ(here), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        before = len(redriven(here))
        while process.poll() is None and len(redriven(here)) == before:
            time.sleep(0.01)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    rivals = [
        subprocess.Popen(command, env=environ(here), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]  # fmt: skip
    codes = [rival.wait(90) for rival in rivals]
    assert 0 in codes
    assert copydesk(here, "dead", "redrive", "--go").returncode == 0
    back = redriven(here)
    assert len(back) == count
    assert {r.header("copydesk-origin") for r in back} == {
        f"{here.names.input}/1/{i}".encode() for i in range(count)
    }
    assert killed, "at least one was killed while it sent"


def test_letters_of_other_programs_are_counted_and_left_alone(here: Desk) -> None:
    with writing.writer(here.settings) as out:
        out.send(here.names.dead, b"k", b"v")
        out.send(here.names.dead, b"k", b"v", headers=[
            ("__connect.errors.topic", b"another.topic"),
            ("__connect.errors.partition", b"0"),
            ("__connect.errors.offset", b"3"),
        ])  # fmt: skip
    (told,) = lines(copydesk(here, "dead", "redrive", "--go", "--json"))
    assert told == {
        "sent": 0,
        "dry_run": False,
        "letters": {"of an unknown place": 1, "of another topic": 1},
    }
    assert "unknown" in copydesk(here, "dead", "list").stdout


def test_a_letter_older_than_its_topic_goes_back_only_when_asked(died: Desk) -> None:
    from kafka import KafkaAdminClient
    from kafka.structs import TopicPartition

    admin = KafkaAdminClient(bootstrap_servers=died.settings.kafka)
    admin.delete_records({TopicPartition(died.names.input, 1): 3})
    admin.close()
    wanted = ("dead", "redrive", "--partition", "1", "--json")
    (told,) = lines(copydesk(died, *wanted))
    assert told["letters"] == {"too old to tell whether it did": 3}
    (told,) = lines(copydesk(died, *wanted, "--again", "--go"))
    assert told["sent"] == 3


def test_a_bar_shows_how_far_a_redrive_is_and_ends_on_a_line_of_its_own(died: Desk) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "dead", "redrive", "--go"],
        env=environ(died) | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    drawn: list[bytes] = []
    reader = threading.Thread(target=lambda: drawn.append(everything(ours)))
    reader.start()
    written, _ = process.communicate(timeout=60)
    reader.join()
    assert process.returncode == 0
    assert b"sending" in drawn[0]
    assert b"9 sent back" in written


def test_a_share_of_bad_records_stops_the_worker_and_redriven_ones_do_not_count(here: Desk) -> None:
    here.environ |= {"COPYDESK_BAD_IN_A_ROW": "10", "COPYDESK_BAD_SHARE": "0.4"}
    with writing.writer(here.settings) as out:
        for i in range(40):
            headers = [("copydesk-redriven", b"1"), ("copydesk-origin", b"raw/0/1")]
            out.send(here.names.input, b"again:%d" % i, b"{", partition=0, headers=headers)
        for i in range(60):
            value = (
                b"{" if i % 2 else msgspec.json.encode({"uri": f"urn:{i}", "body": f"{GOOD} {i}"})
            )
            out.send(here.names.input, b"urn:%d" % i, value, partition=1)
    worker = here.start()
    assert worker.wait(60) == 1
    said = here.logs()
    assert f"{here.names.input}/1: " in said
    assert f"{here.names.input}/0: " not in said, "redriven ones do not count"
    assert "of the last 20 records up to offset" in said
    assert "all 'cut-off': most likely a program before Kafka cuts records off" in said
    assert "raise COPYDESK_BAD_SHARE" in said
