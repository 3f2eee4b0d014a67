"""A run beside the live one: the same twice, the same after kills, and what a new rule changes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis import Redis

from consumers.kafka_client import connection, groups, topics
from consumers.kafka_client.writing import writer
from processors.records import Record
from processors.times import text_of
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk

pytestmark = pytest.mark.integration

GOOD = "of quite ordinary length that stands for itself and for nothing else in this test"


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made, its workers without taggers."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics()
        yield made


def copydesk(here: Desk, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command where the plans are kept."""
    return subprocess.run(
        [sys.executable, "-m", "consumers", *map(str, arguments)],
        env=environ(here) | more, cwd=here.folder, capture_output=True, text=True, timeout=200,
        check=False,
    )  # fmt: skip


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
    start = round(time.time() * 1000) - 7_200_000
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


def test_the_same_range_replayed_twice_gives_the_same_keys_values_and_headers(here: Desk) -> None:
    mixed(here, 1200)
    for name in ("one", "two"):
        done = copydesk(here, "replay", "run", "--beside", name, "--to-earliest")
        assert done.returncode == 0, done.stderr
    one, two = contents(here, "one"), contents(here, "two")
    assert [len(each) > 20 for each in one] == [True, True, True]
    assert one == two
    with connection.connect(here.settings) as kafka:
        assert here.names.group not in groups.group_names(kafka), "the live group is not touched"


def test_a_run_that_is_killed_again_and_again_gives_the_same_bytes_once(here: Desk) -> None:
    mixed(here, 4000)
    done = copydesk(here, "replay", "run", "--beside", "whole", "--to-earliest")
    assert done.returncode == 0, done.stderr
    planned = copydesk(here, "replay", "plan", "--beside", "killed", "--to-earliest")
    assert planned.returncode == 0, planned.stderr
    killed = 0
    while True:
        process = subprocess.Popen(
            [sys.executable, "-m", "consumers", "replay", "run", "--beside", "killed"],
            env=environ(here), cwd=here.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        before = passed(here, "killed")
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            if killed < 5 and passed(here, "killed") > before:
                time.sleep(0.03 * killed)
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
                break
            time.sleep(0.02)
        else:
            assert process.wait(60) == 0
            break
    assert killed >= 3, "it was killed while it worked"
    assert contents(here, "killed") == contents(here, "whole"), "nothing lost, nothing twice"


def passed(here: Desk, name: str) -> int:
    group = f"{here.names.group}.replay.{name}"
    with connection.connect(here.settings) as kafka:
        found = groups.committed(kafka, [group])[group]
    return sum(each.offset for each in found.values())


def test_an_interrupt_pauses_and_the_next_call_goes_on(here: Desk) -> None:
    mixed(here, 4000)
    copydesk(here, "replay", "plan", "--beside", "paused", "--to-earliest")
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "replay", "run", "--beside", "paused"],
        env=environ(here), cwd=here.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    while passed(here, "paused") == 0:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "paused; `copydesk replay run --beside paused` goes on" in said
    assert 0 < passed(here, "paused") < 4000
    done = copydesk(here, "replay", "run", "--beside", "paused")
    assert done.returncode == 0, done.stderr
    assert passed(here, "paused") == 4000


def test_a_second_run_of_the_same_name_shuts_the_first_one_out(here: Desk) -> None:
    mixed(here, 4000)
    copydesk(here, "replay", "plan", "--beside", "twice", "--to-earliest")
    command = [sys.executable, "-m", "consumers", "replay", "run", "--beside", "twice"]
    first = subprocess.Popen(
        command, env=environ(here), cwd=here.folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while passed(here, "twice") == 0:
        time.sleep(0.02)
    done = copydesk(here, "replay", "run", "--beside", "twice")
    assert done.returncode == 0, done.stderr
    _, said = first.communicate(timeout=60)
    assert first.returncode == 1, said
    assert "another copydesk has taken over" in said
    origins = [r.header("copydesk-origin") for r in here.read(f"{here.names.audit}.replay.twice")]
    assert len(origins) == len(set(origins)), "nothing twice"


def report_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def one(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with topics of one partition, so that its worker goes by record time too."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(partitions=1)
        yield made


def test_a_new_rule_is_seen_in_what_it_would_have_done(one: Desk) -> None:
    here = one
    self_made(here)
    before = [content(r) for r in (*here.outputs(), *here.audits())]
    same = report_of(copydesk(here, "replay", "run", "--beside", "same", "--to-earliest", "--json"))
    assert same["items"]["equal"] == 60
    assert not any(v for k, v in same["items"].items() if k != "equal")
    other = copydesk(
        here, "replay", "run", "--beside", "lower", "--to-earliest", "--set", "drop_from=30",
        "--set", "claim_from=20", "--json", "--details", "100",
    )  # fmt: skip
    found = report_of(other)
    assert found["items"]["changed"] == 59, "the first of all owns the line"
    assert found["items"]["equal"] == 1
    assert found["items"]["dropped_only_here"] == 59
    each = found["differences"][0]
    assert each["uri"] == "urn:1"
    (paragraph,) = each["paragraphs"]
    assert paragraph["dropped"] == "here"
    assert paragraph["owner"] == "urn:0"
    assert paragraph["text"].startswith("Middling wire line")
    shown = copydesk(here, "replay", "report", "lower", "--details", "2").stdout
    assert "dropped only in the replay: Middling wire line" in shown
    assert "another source published it before, urn:0" in shown
    assert "57 more: `copydesk replay report lower --details 157`" in shown
    assert [content(r) for r in (*here.outputs(), *here.audits())] == before


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


def test_what_one_run_alone_publishes_is_told_with_what_became_of_it_in_the_other(
    here: Desk,
) -> None:
    start = round(time.time() * 1000) - 7_200_000
    body = "\n".join(wire(i) for i in range(3))
    here.publish([{"uri": "urn:a", "body": body}, {"uri": "urn:b", "body": body}], start=start)
    with writer(here.settings) as out:
        large = msgspec.json.encode({"uri": "urn:c", "body": "y" * 3000})
        out.send(here.names.input, b"urn:c", large, timestamp=start + 10_000)
    worker = here.start()
    here.drained()
    here.stop(worker)
    done = copydesk(
        here, "replay", "run", "--beside", "loud", "--to-earliest", "--set", "duplicates=publish",
        "--set", "max_body=2000", "--json",
    )  # fmt: skip
    found = report_of(done)
    by_uri = {each["uri"]: each for each in found["differences"]}
    assert by_uri["urn:b"]["kind"] == "only_here"
    assert by_uri["urn:b"]["there"] == "a duplicate of urn:a"
    assert by_uri["urn:c"]["kind"] == "only_there"
    assert by_uri["urn:c"]["here"] == "a dead letter (too-large)"
    assert (found["items"]["equal"], found["dead_here"], found["dead_there"]) == (1, 1, 0)


def test_what_came_before_the_range_is_judged_for_its_claims_and_not_published(
    one: Desk,
) -> None:
    here = one
    self_made(here)
    times = sorted(r.timestamp for r in here.read(here.names.input))
    # From the second article of a pair on: its wire paragraph is the first one's, before the range.
    begin = times[31]
    done = copydesk(
        here, "replay", "run", "--beside", "half", "--to-time", text_of(begin), "--json"
    )
    found = report_of(done)
    assert found["items"]["equal"] == 29
    assert found["items"]["changed"] == 0
    done = copydesk(
        here, "replay", "run", "--beside", "bare", "--to-time", text_of(begin), "--lead-in", "0",
        "--json", "--forget",
    )  # fmt: skip
    assert report_of(done)["items"]["changed"] > 0, "without a lead-in, claims are missing"


def test_forgetting_takes_away_all_that_is_the_replays_and_nothing_else(
    here: Desk, services: Addresses
) -> None:
    self_made(here)
    redis = Redis.from_url(services.redis)
    live = sorted(redis.scan_iter(f"{here.settings.namespace}{{*"))
    done = copydesk(here, "replay", "run", "--beside", "gone", "--to-earliest")
    assert done.returncode == 0, done.stderr
    mine = f"{here.settings.namespace}replay:gone:"
    assert len(list(redis.scan_iter(f"{mine}*"))) > 10
    done = copydesk(here, "replay", "forget", "gone")
    assert done.returncode == 0, done.stderr
    assert list(redis.scan_iter(f"{mine}*")) == []
    assert sorted(redis.scan_iter(f"{here.settings.namespace}{{*")) == live
    redis.close()
    with connection.connect(here.settings) as kafka:
        assert f"{here.names.group}.replay.gone" not in groups.group_names(kafka)
        there = topics.topics(kafka, [f"{here.names.output}.replay.gone", here.names.output])
    assert list(there) == [here.names.output]
    assert not list(here.folder.glob("copydesk-replay-*"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--beside", "x"), "say from where"),
        (("--beside", "X y", "--to-earliest"), "small letters"),
        (("--beside", "x", "--to-earliest", "--set", "kafka=there:1"), "it cannot set 'kafka'"),
        (("--beside", "x", "--to-earliest", "--set", "drop_form=1"), "drop_form".upper()),
        (("--beside", "x", "--to-earliest", "--set", "drop_from"), "takes NAME=VALUE"),
        (("--beside", "x", "--to-earliest", "--group", "g"), "go without --beside"),
        (("--beside", "x", "--to-time", "2031-01-01"), "nothing to replay"),
    ],
)
def test_a_wrong_use_is_said(here: Desk, arguments: tuple[str, ...], said: str) -> None:
    here.publish([{"uri": "urn:a", "body": GOOD}])
    done = copydesk(here, "replay", "plan", *arguments)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert not list(here.folder.glob("copydesk-replay-*"))


def test_a_run_does_not_go_on_under_another_judgement(here: Desk) -> None:
    mixed(here, 100)
    copydesk(here, "replay", "plan", "--beside", "minds", "--to-earliest")
    done = copydesk(here, "replay", "run", "--beside", "minds", COPYDESK_DROP_FROM="90")
    assert done.returncode == 1
    assert "drop_from was 60 and is 90" in done.stderr
    done = copydesk(here, "replay", "run", "--beside", "minds", "--to-earliest")
    assert done.returncode == 2
    assert "holds the plan of 'minds' already" in done.stderr


def test_other_settings_may_come_from_a_file(here: Desk) -> None:
    here.publish([{"uri": "urn:a", "body": f"{GOOD} one"}])
    file = here.folder / "strict.toml"
    file.write_text('drop_from = 100\nlead_guard = false\nsource_policies = ["reuters=keep"]\n')
    done = copydesk(
        here, "replay", "plan", "--beside", "file", "--to-earliest", "--with", file, "--set",
        "drop_from=110", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["plan"]["changes"] == {
        "COPYDESK_DROP_FROM": "110",
        "COPYDESK_LEAD_GUARD": "false",
        "COPYDESK_SOURCE_POLICIES": "reuters=keep",
    }
