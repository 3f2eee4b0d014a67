"""A run beside the live one: the same twice, the same after kills, and what it refuses."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.kafka_client import connection, groups
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk
from tests.integration.replays import (
    GOOD,
    contents,
    copydesk,
    environ,
    mixed,
    on_terminal,
    passed,
)

pytestmark = pytest.mark.integration

#: So many that a run is still at work when a test has seen that it has begun.
MANY = 6_000


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made, its workers without taggers."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics()
        yield made


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


def test_an_interrupt_pauses_and_the_next_call_goes_on(here: Desk) -> None:
    mixed(here, MANY)
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
    assert 0 < passed(here, "paused") < MANY
    code, shown = on_terminal(here, "replay", "run", "--beside", "paused")
    assert code == 0, shown
    assert passed(here, "paused") == MANY
    steps = [int(n) for n in re.findall(rf"(\d+)/{MANY}", shown)]
    assert steps[-1] == MANY
    assert min(step for step in steps if step) > 0, "the bar goes on where the run does"
    compared = {tuple(map(int, pair)) for pair in re.findall(r"comparing .*? (\d+)/(\d+)", shown)}
    assert compared
    assert all(done <= total for done, total in compared)


def test_a_second_run_of_the_same_name_shuts_the_first_one_out(here: Desk) -> None:
    mixed(here, MANY)
    copydesk(here, "replay", "plan", "--beside", "twice", "--to-earliest")
    command = [sys.executable, "-m", "consumers", "replay", "run", "--beside", "twice"]
    first = subprocess.Popen(
        command, env=environ(here), cwd=here.folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while passed(here, "twice") == 0:
        time.sleep(0.02)
    first.send_signal(signal.SIGSTOP)  # in the middle of its work, however fast the machine is
    before = passed(here, "twice")
    second = subprocess.Popen(
        command, env=environ(here), cwd=here.folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        while passed(here, "twice") == before and second.poll() is None:
            time.sleep(0.02)
    finally:
        first.send_signal(signal.SIGCONT)
    _, told = second.communicate(timeout=120)
    assert second.returncode == 0, told
    _, said = first.communicate(timeout=60)
    assert first.returncode == 1, said
    assert "another copydesk has taken over" in said
    origins = [r.header("copydesk-origin") for r in here.read(f"{here.names.audit}.replay.twice")]
    assert len(origins) == len(set(origins)), "nothing twice"


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


def test_a_run_whose_progress_kafka_has_forgotten_is_not_begun_again(here: Desk) -> None:
    mixed(here, 50)
    assert copydesk(here, "replay", "run", "--beside", "old", "--to-earliest").returncode == 0
    with connection.connect(here.settings) as kafka:
        groups.delete_groups(kafka, [f"{here.names.group}.replay.old"])
    before = contents(here, "old")
    done = copydesk(here, "replay", "run", "--beside", "old")
    assert done.returncode == 1
    assert "no longer keeps how far it was" in done.stderr
    assert contents(here, "old") == before
