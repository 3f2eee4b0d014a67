"""publish on a real broker: what goes, what is refused, and going on where a run broke off."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from tests.integration.hands import SEED, an_hour_ago, everything, length, tailed, wait_for

pytestmark = pytest.mark.integration


def test_publish_sends_the_good_names_the_bad_and_ends_with_one(made, feed, topics):
    done = made("publish", feed, feed / "gone.txt")
    assert done.returncode == 1
    assert done.stdout == f"{topics.input}: 6 published, 5 refused\n"
    said = done.stderr.splitlines()
    assert [line.split("/feed/")[1].split()[0].rstrip(",") for line in said] == [
        "cut.json", "empty.txt", "latin.txt", "lines.jsonl", "gone.txt",
    ]  # fmt: skip
    for words, line in zip(
        ["breaks off", "is empty", "not UTF-8", "no text in its body", "No such file"],
        said,
        strict=True,
    ):
        assert words in line
    assert "Traceback" not in done.stderr
    got = tailed(made, topics.input)
    assert sorted(each["key"] for each in got if each["key"].startswith("urn:") and ":sha" not in each["key"]) == [
        "urn:a", "urn:b", "urn:c", "urn:d", "urn:f",
    ]  # fmt: skip
    [seed] = [each for each in got if each["key"].startswith("urn:sha256:")]
    assert seed["text"] == SEED.read_text(encoding="utf-8")
    assert seed["headers"] == {"content-type": "text/plain; charset=utf-8"}


def test_publish_as_json_tells_counts_and_reasons(made, feed, topics):
    done = made("publish", "--json", feed)
    told = json.loads(done.stdout)
    assert (told["topic"], told["tally"]["published"], len(told["tally"]["refused"])) == (
        topics.input,
        6,
        4,
    )
    assert told["tally"]["refused"][0]["name"].endswith("cut.json")


def test_dated_records_bear_the_articles_own_time(made, feed, topics):
    made("publish", "--dated", feed / "a.json")
    before = round(time.time() * 1000)
    made("publish", feed / "a.json")
    first, second = sorted(each["timestamp"] for each in tailed(made, topics.input))
    published = json.loads((feed / "a.json").read_text())["published"]
    assert first == dt.datetime.fromisoformat(published).timestamp() * 1000
    assert second >= before


def test_an_article_dated_ahead_is_refused_and_its_neighbours_are_not(made, tmp_path, topics):
    file = tmp_path / "x.jsonl"
    today = an_hour_ago().date()
    file.write_text("".join(
        f'{{"uri":"urn:{n}","body":"b","published":"{"2100-01-01" if n == 5 else today}T00:00:00Z"}}\n' for n in range(10)
    ))  # fmt: skip
    done = made("publish", "--dated", file)
    assert (done.returncode, "dated further ahead" in done.stderr) == (1, True)
    assert len(tailed(made, topics.input)) == 9


def test_records_older_than_the_topic_keeps_are_told(made, tmp_path):
    file = tmp_path / "old.json"
    file.write_text('{"uri":"urn:old","body":"b","published":"2017-03-14T00:00:00Z"}')
    done = made("publish", "--dated", file)
    assert done.returncode == 0
    assert "dated before what the topic keeps" in done.stderr


def test_versions_of_one_uri_keep_their_order(made, tmp_path, topics):
    file = tmp_path / "versions.jsonl"
    file.write_text("".join(f'{{"uri":"urn:v","body":"b","version":"{n}"}}\n' for n in range(500)))
    assert made("publish", file).returncode == 0
    got = tailed(made, topics.input)
    assert [each["item"]["version"] for each in got] == [str(n) for n in range(500)]
    assert len({each["partition"] for each in got}) == 1


def test_standard_input_is_published_as_it_comes(environ, made, topics, settings):
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "publish", "-"],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    for number in range(2):
        process.stdin.write(f'{{"uri":"urn:{number}","body":"b"}}\n')
        process.stdin.flush()
        wait_for(lambda count=number + 1: length(settings, topics.input) == count)
    process.stdin.close()
    assert process.wait(30) == 0


def test_a_rate_is_kept(made, tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text('{"uri":"urn:x","body":"b"}\n' * 11)
    started = time.monotonic()
    assert made("publish", "--rate", "10/s", file).returncode == 0
    assert time.monotonic() - started > 0.9


def test_a_run_that_is_killed_goes_on_where_it_stood(environ, made, tmp_path, topics, settings):
    file, state = tmp_path / "x.jsonl", tmp_path / "state"
    file.write_text("".join(f'{{"uri":"urn:{n}","body":"b"}}\n' for n in range(600)))
    command = [
        sys.executable,
        "-m",
        "consumers",
        "publish",
        "--resume",
        str(state),
        "--rate",
        "150/s",
        str(file),
    ]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    wait_for(state.exists)
    wait_for(lambda: json.loads(state.read_bytes())["files"])
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = json.loads(state.read_bytes())["files"][str(file)]["items"]
    assert 0 < done < 600
    rest = made("publish", "--resume", state, file)
    assert rest.stdout == f"{topics.input}: {600 - done} published, {done} were done before\n"
    keys = {each["key"] for each in tailed(made, topics.input)}
    assert keys == {f"urn:{n}" for n in range(600)}
    assert made("publish", "--resume", state, file).stdout.endswith(
        ": 0 published, 600 were done before\n"
    )


def test_an_interrupted_run_keeps_what_was_acknowledged(environ, made, tmp_path, settings, topics):
    file, state = tmp_path / "x.jsonl", tmp_path / "state"
    file.write_text("".join(f'{{"uri":"urn:{n}","body":"b"}}\n' for n in range(600)))
    command = [
        sys.executable,
        "-m",
        "consumers",
        "publish",
        "--resume",
        str(state),
        "--rate",
        "100/s",
        str(file),
    ]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: length(settings, topics.input) > 20)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, b"")
    assert json.loads(state.read_bytes())["files"][str(file)]["items"] > 20


def test_a_withdrawal_is_a_key_without_value(made, topics):
    done = made("publish", "--withdraw", "urn:a", "--withdraw", "urn:b", "--header", "by=desk")
    assert done.stdout == f"{topics.input}: 0 published, 2 withdrawn\n"
    assert sorted((each["key"], each["item"], each["headers"]["by"]) for each in tailed(made, topics.input)) == [
        ("urn:a", None, "desk"), ("urn:b", None, "desk"),
    ]  # fmt: skip


def test_an_article_larger_than_the_topic_takes_is_refused_alone(made, tmp_path, topics):
    body = os.urandom(1_500_000).hex()
    (tmp_path / "large.txt").write_text(body)
    (tmp_path / "small.txt").write_text("a small one")
    done = made("publish", tmp_path / "large.txt", tmp_path / "small.txt")
    assert done.returncode == 1
    assert "large.txt" in done.stderr
    assert "max.message.bytes" in done.stderr
    assert done.stdout == f"{topics.input}: 1 published, 1 refused\n"


def test_publish_wants_something_to_publish(copydesk):
    assert copydesk("publish").returncode == 2
    assert copydesk("publish", "--rate", "fast", "x").returncode == 2
    assert copydesk("publish", "--header", "x", "x").returncode == 2


def test_a_progress_bar_is_shown_on_a_terminal_and_nowhere_else(environ, made, tmp_path, topics):
    file = tmp_path / "x.jsonl"
    file.write_text("".join(f'{{"uri":"urn:{n}","body":"b"}}\n' for n in range(300)))
    command = [sys.executable, "-m", "consumers", "publish", "--rate", "200/s", str(file)]
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        command, env=environ | {"TERM": "xterm"}, stderr=inner, stdout=subprocess.PIPE
    )
    os.close(inner)
    shown = everything(outer)
    assert process.wait(30) == 0
    assert "━" in shown.decode(errors="replace")
    assert made("publish", file).stderr == ""
