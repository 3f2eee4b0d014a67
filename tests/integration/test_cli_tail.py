"""tail on a real broker, and kcat as the client from outside."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from consumers.kafka_client.writing import writer
from tests.integration.hands import SEED

pytestmark = pytest.mark.integration

needs_kcat = pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")


@pytest.mark.parametrize("arguments", [("publish", SEED), ("tail",), ("tail", "--end")])
def test_a_missing_topic_is_one_sentence_with_what_to_do(copydesk, arguments):
    done = copydesk(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "run `copydesk topics create`" in done.stderr


def test_tail_shows_items_as_they_come_and_ends_after_a_count(environ, made, topics, settings):
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "tail", "--count", "2", "--json"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    stop = threading.Event()

    def send():
        number = 0
        with writer(settings) as out:
            while not stop.is_set():
                number += 1
                out.send(
                    topics.output, b"urn:%d" % number, b'{"uri":"urn:%d"}' % number, partition=0
                )
                time.sleep(0.05)

    sender = threading.Thread(target=send)
    sender.start()
    written, said = process.communicate(timeout=60)
    stop.set()
    sender.join()
    assert (process.returncode, said) == (0, "")
    first, second = (json.loads(line) for line in written.splitlines())
    assert second["offset"] == first["offset"] + 1
    assert first["item"]["uri"] == first["key"]


def test_tail_from_the_start_and_an_interrupt(environ, made, topics, settings):
    with writer(settings) as out:
        out.send(topics.output, b"urn:a", b'{"uri":"urn:a","headlines":[{"value":"Title"}]}')
    done = made("tail", "--from-start", "--count", "1")
    assert (done.returncode, "Title" in done.stdout) == (0, True)
    process = subprocess.Popen(
        [sys.executable, "-m", "consumers", "tail"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30) == (b"", b"")
    assert process.returncode == 130


def test_a_reader_that_goes_away_ends_tail_quietly(environ, made, topics, settings):
    with writer(settings) as out:
        for number in range(2000):
            out.send(topics.output, b"k", b'{"uri":"urn:%d"}' % number)
    command = f"{sys.executable} -m consumers tail --end --json | head -n 1"
    done = subprocess.run(
        command, shell=True, env=environ, capture_output=True, timeout=60, check=False
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


@needs_kcat
def test_kcat_reads_what_publish_wrote(made, topics, services):
    assert made("publish", SEED).returncode == 0
    done = subprocess.run(
        ["kcat", "-b", services.kafka, "-C", "-t", topics.input, "-e", "-q", "-X", "check.crcs=true", "-f", "%k|%h|%s"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    key, headers, value = done.stdout.split("|", 2)
    assert key.startswith("urn:sha256:")
    assert headers == "content-type=text/plain; charset=utf-8"
    assert value == SEED.read_text(encoding="utf-8")


@needs_kcat
def test_tail_shows_what_kcat_wrote(made, topics, services):
    item = {"uri": "urn:k", "headlines": [{"value": "من الخارج"}], "language": "ar"}
    subprocess.run(
        ["kcat", "-b", services.kafka, "-P", "-t", topics.output, "-k", "urn:k", "-z", "zstd",
         "-H", "copydesk-kept=3", "-H", "copydesk-dropped=1"],
        input=json.dumps(item), text=True, timeout=60, check=True,
    )  # fmt: skip
    shown = made("tail", "--from-start", "--count", "1").stdout
    for words in ("\u2068من الخارج\u2069", "urn:k", "ar", "3 kept, 1 dropped"):
        assert words in shown
