"""doctor on real services: mistakes made for real, each found."""

from __future__ import annotations

import json
import time

import pytest

from consumers.kafka_client import connection, groups
from consumers.kafka_client import topics as kafka_topics
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer

pytestmark = pytest.mark.integration


def levels(done):
    """The worst level of each check."""
    order = ["ok", "warning", "problem"]
    worst: dict[str, str] = {}
    for each in json.loads(done.stdout)["findings"]:
        worst[each["check"]] = max(worst.get(each["check"], "ok"), each["level"], key=order.index)
    return worst


def test_doctor_finds_nothing_but_a_worker_that_is_not_there(made, feed):
    made("publish", feed / "a.json")
    done = made("doctor", "--json")
    assert done.returncode == 0, done.stdout
    found = levels(done)
    assert {check for check, level in found.items() if level != "ok"} <= {"group", "redis"}
    assert {"kafka", "topics", "topic settings", "keys", "clock", "redis", "input"} <= set(found)


def test_doctor_tells_missing_topics_and_ends_with_one(copydesk, topics):
    done = copydesk("doctor")
    assert done.returncode == 1
    assert f"missing: {topics.input}" in done.stdout
    assert "copydesk topics create" in done.stdout


def test_doctor_tells_what_was_done_wrong(made, settings, topics):
    """Six mistakes made for real, each found."""
    with connection.connect(settings) as kafka:
        kafka_topics.configure(kafka, topics.input, {"retention.ms": "86400000"})
        groups.move(kafka, topics.group, {Place(topics.input, 0): 99})
    ahead = round(time.time() * 1000) + 3_000_000
    with writer(settings) as out:
        for number in range(10):
            out.send(
                topics.input,
                b"%d" % number,
                b'{"uri":"urn:%d","body":"b","source":"wire"}' % number,
            )
            out.send(topics.input, b"x%d" % number, b'{"uri":"urn:x', timestamp=ahead)
        out.send(topics.dead, b"k", b"v")
    done = made("doctor", "--json")
    assert done.returncode == 1
    found = levels(done)
    assert {check for check, level in found.items() if level != "ok"} - {"redis"} == {
        "topic settings", "group", "offsets", "input", "keys", "clock", "dead letters",
    }  # fmt: skip
    text = made("doctor").stdout
    assert "wire (10)" in text
    assert "copydesk topics create --mend" in text
    assert made("topics", "create", "--mend").returncode == 0
    assert levels(made("doctor", "--json"))["topic settings"] == "ok"


def test_doctor_ends_with_three_where_nothing_answers(copydesk):
    done = copydesk("doctor", COPYDESK_KAFKA="127.0.0.1:1", COPYDESK_REDIS="redis://127.0.0.1:1")
    assert done.returncode == 3
    assert done.stdout.count("problem") >= 2
    assert "Traceback" not in done.stderr


def test_doctor_tells_a_wrong_setting(copydesk):
    done = copydesk("doctor", COPYDESK_BATCH="many")
    assert done.returncode == 1
    assert "COPYDESK_BATCH is 'many'" in done.stdout
