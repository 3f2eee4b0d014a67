"""Nothing that a feed sends drives a terminal: through a real worker, and out by every verb."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers import logs
from consumers.kafka_client.writing import writer
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk

pytestmark = [pytest.mark.integration, pytest.mark.slow]

#: Clears the screen, sets the title, CSI in one character, turns text round, breaks the line.
EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202eevil\u2066\u2028\r\x00\x7f"
#: No NUL: a command line cannot hold one.
URI = f"urn:evil:{EVIL}".replace("\x00", "")
BODY = f"A paragraph {EVIL} of some length that another story could lose to this one, and does."
#: What no verb may print; the line feed that ends a line is its own.
DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")


@pytest.fixture
def evil(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path
) -> Iterator[tuple[Desk, str]]:
    """A desk whose worker has taken hostile articles and a bad record; and its log."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(1)
        worker = made.start(COPYDESK_LOG="debug")
        made.publish(
            [
                {"uri": uri, "title": f"T {EVIL}", "source": f"s{EVIL}", "version": EVIL, "body": f"{BODY}\n\n{BODY} {n}"}
                for n, uri in enumerate((URI, f"{URI}2"))
            ],
            headers=((f"x{EVIL}", EVIL.encode()), ("y" * 20_000, b"\r\nz: 1")),
        )  # fmt: skip
        with writer(made.settings) as sending:
            sending.send(topics.input, URI.encode(), b'{"uri": 1, "body": "' + EVIL.encode())
            sending.send(topics.input, URI.encode(), json.dumps({"uri": URI, "body": ""}).encode())
        made.drained()
        assert made.stop(worker) == 0
        yield made, made.logs()


def run_verb(made: Desk, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
    return subprocess.run(
        [sys.executable, "-m", "consumers", *arguments],
        env={**environ, **made.environ}, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


def test_no_verb_and_no_log_prints_what_drives_a_terminal(evil, tmp_path):
    made, said = evil
    assert not DRIVES.search(said)
    assert "dead letter" in said
    assert len(made.outputs()) == 2
    assert len(made.dead()) == 2
    assert all(any(EVIL in name for name, _ in r.headers) for r in made.outputs()), (
        "passed on as it is"
    )
    file = tmp_path / "article.json"
    file.write_text(json.dumps({"uri": URI, "title": EVIL, "source": EVIL, "body": BODY}))
    verbs: list[list[str]] = [
        ["tail", "--end"],
        ["tail", "--end", "--topic", made.names.dead],
        ["explain", URI],
        ["explain", f"{URI}x"],
        ["restore", URI],
        ["judge", str(file)],
        ["lag"],
        ["dead", "list"],
        ["dead", "list", "--each"],
        ["dead", "show", "0/0"],
        ["doctor"],
    ]
    for verb in verbs:
        for more in ([], ["--json"]):
            if "restore" in verb and more:
                continue
            done = run_verb(made, [*verb, *more])
            printed = done.stdout + done.stderr
            assert "Traceback" not in printed, (verb, printed)
            assert printed, verb
            if verb != ["restore", URI]:
                found = DRIVES.search(printed)
                assert found is None, (verb, more, printed[max(0, found.start() - 80) :][:200])


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_log_line_of_hostile_text_is_one_harmless_line(form):
    made = logs._Json() if form == "json" else logs._Text()
    try:
        raise ValueError(f"{EVIL}\ud800")
    except ValueError:
        record = logging.LogRecord("x", 30, "", 1, "%s", (f"{EVIL}\ud800\n",), sys.exc_info())
    record.uri, record.origin = f"{URI}\ud800", "t/0/1"
    line = made.format(record)
    assert not DRIVES.search(line)
    line.encode()
    if form == "json":
        assert "\n" not in line
        assert json.loads(line)["uri"] == f"{URI}\ufffd"
