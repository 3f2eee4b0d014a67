"""What can be said of the embedded services without starting any."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from consumers.embedded import (
    default_directory,
    down,
    kafka_jars,
    kafka_server,
    redis_server,
    status,
)
from consumers.embedded.kafka_jars import authorities
from consumers.embedded.kafka_server import Ports, properties
from consumers.embedded.process import Process, free_port, last_words, port_is_free
from consumers.errors import CopydeskError


@pytest.fixture
def stranger() -> Iterator[psutil.Process]:
    """A living process that copydesk did not start."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    process = psutil.Process(child.pid)
    while not process.cmdline():  # for a moment, while the program is being loaded
        time.sleep(0.01)
    yield process
    child.kill()
    child.wait()


@pytest.mark.parametrize(
    ("started", "program", "why"),
    [
        (-3600.0, Path(sys.executable).name, "the pid was used again: it started at another time"),
        (0.0, "redis-server", "another program has the pid, even if it started just then"),
    ],
)
def test_a_stranger_with_a_remembered_pid_is_never_sent_a_signal(
    stranger: psutil.Process, started: float, program: str, why: str
) -> None:
    remembered = Process(stranger.pid, stranger.create_time() + started, program)
    assert remembered.find() is None, why
    remembered.send(signal.SIGKILL)
    remembered.end(1.0)
    assert remembered.wait(0.0), "nobody waits for a stranger"
    time.sleep(0.1)
    assert stranger.is_running()


def test_the_process_itself_is_found_and_ended(stranger: psutil.Process) -> None:
    remembered = Process(stranger.pid, stranger.create_time(), Path(sys.executable).name)
    assert remembered.find() is not None
    remembered.send(signal.SIGSTOP)
    remembered.end(5.0)
    assert remembered.find() is None


def test_the_lock_names_each_jar_once_with_size_and_sum() -> None:
    jars = kafka_jars.locked_jars()
    assert len({jar.coordinate for jar in jars}) == len(jars) > 40
    assert "org.apache.kafka:kafka_2.13:4.3.0" in {jar.coordinate for jar in jars}
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)


def test_a_jar_that_was_changed_in_the_cache_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars = kafka_jars.locked_jars()[:1]
    monkeypatch.setattr(kafka_jars, "locked_jars", lambda: jars)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    changed = jars[0].within(tmp_path / "maven")
    changed.parent.mkdir(parents=True)
    changed.write_bytes(b"x" * jars[0].size)
    with pytest.raises(CopydeskError, match=r"could not be fetched from Maven Central \(no conn"):
        kafka_jars.class_path(tmp_path)


def test_the_download_trusts_whom_the_system_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "office.pem"
    bundle.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    assert authorities({}) == {"REQUESTS_CA_BUNDLE": str(bundle)}
    assert authorities({"REQUESTS_CA_BUNDLE": "/mine.pem"}) == {}, "the user's own word"


def test_the_cache_is_where_the_user_says() -> None:
    assert kafka_jars.cache_directory({"COPYDESK_CACHE": "/a/b"}) == Path("/a/b")
    assert kafka_jars.cache_directory({"XDG_CACHE_HOME": "/c"}) == Path("/c/copydesk")
    assert kafka_jars.cache_directory({}) == Path.home() / ".cache" / "copydesk"
    assert default_directory({"XDG_STATE_HOME": "/s"}) == Path("/s/copydesk/services")


def test_kafka_listens_on_this_machine_alone_and_makes_no_topics_silently() -> None:
    settings = properties(1, Ports(20001, 20002), 1, {"num.io.threads": "3"})
    listeners = settings["listeners"].split(",")
    assert all(each.split("://")[1].startswith("127.0.0.1:") for each in listeners)
    assert settings["auto.create.topics.enable"] == "false"
    assert settings["offsets.topic.replication.factor"] == "1"
    assert settings["num.io.threads"] == "3", "what the caller sets wins"


def test_three_brokers_keep_three_copies_and_do_without_one_of_them() -> None:
    settings = properties(2, Ports(20001, 20002), 3, {})
    assert settings["offsets.topic.replication.factor"] == "3"
    assert settings["min.insync.replicas"] == "2"


def test_a_redis_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.7 sha=0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert redis_server.find_program() == redis_server.carried_program()


def test_without_any_redis_the_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "carried_program", lambda: None)
    with pytest.raises(CopydeskError, match="Install Redis, or set COPYDESK_REDIS"):
        redis_server.find_program()


def test_an_installation_without_the_servers_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_server, "find_spec", lambda name: None)
    with pytest.raises(CopydeskError, match=r"install copydesk\[services\]"):
        kafka_server.start_kafka(tmp_path)


def test_a_directory_without_services_has_a_status_and_nothing_to_end(tmp_path: Path) -> None:
    assert not status(tmp_path / "none").running
    assert down(tmp_path / "none") == ()
    assert not (tmp_path / "none").exists(), "looking makes nothing"


def test_free_ports_are_free_and_not_the_ones_taken() -> None:
    port = free_port()
    assert port_is_free(port)
    assert port < 32_768, "below the range of outgoing connections"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"one\n\ntwo\n", "  one\n  two"),
        (b"", "It wrote nothing"),
        (b"\xff broken", "\ufffd broken"),
        (b"the reason\n\tat kafka.Kafka.main(Kafka.scala)\n\t... 5 more\n", "log:\n  the reason"),
    ],
)
def test_last_words_are_the_end_of_the_log(tmp_path: Path, content: bytes, said: str) -> None:
    log = tmp_path / "kafka.log"
    log.write_bytes(content)
    assert said in last_words(log)
    assert "It left no log" in last_words(tmp_path / "none.log")
