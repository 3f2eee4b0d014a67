"""The embedded services, really started: reuse, repair, failure, and ending just what was started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from consumers.embedded import (
    Services,
    down,
    pair,
    start_kafka_cluster,
    start_redis,
    start_redis_cluster,
    status,
    up,
)
from consumers.embedded.redis_server import carried_program, say
from consumers.errors import CopydeskError
from tests.leash import Leash

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parent.parent.parent
NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def home(leash: Leash) -> Path:
    """One directory for the tests that leave a working pair behind, formatted once."""
    directory = Path(tempfile.mkdtemp(prefix="copydesk-embedded-"))
    leash.hold_pair(directory)
    return directory


@pytest.fixture
def running(home: Path) -> Services:
    return up(home)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "consumers.cli", "services", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def redis_port(services: Services) -> int:
    return int(services.redis.removeprefix("redis://127.0.0.1:").removesuffix("/0"))


def test_a_second_up_reuses_the_first(running: Services) -> None:
    assert up(running.directory) == running
    found = status(running.directory)
    assert (found.running, found.kafka, found.kafka_pid) == (
        True,
        running.kafka,
        running.kafka_pid,
    )


def test_up_prints_what_the_other_commands_need(running: Services) -> None:
    said = run("up", "--dir", str(running.directory)).stdout
    assert f"export COPYDESK_KAFKA={running.kafka}\n" in said


def test_both_listen_on_this_machine_alone(running: Services) -> None:
    for pid in (running.kafka_pid, running.redis_pid):
        listening = [
            each.laddr.ip.removeprefix("::ffff:")
            for each in psutil.Process(pid).net_connections("inet")
            if each.status == psutil.CONN_LISTEN
        ]
        assert set(listening) == {"127.0.0.1"}


def test_redis_keeps_every_write_and_evicts_nothing(running: Services) -> None:
    port = redis_port(running)
    assert "noeviction" in say(port, "INFO memory")
    assert "aof_enabled:1" in say(port, "INFO persistence")


def test_a_killed_redis_comes_back_on_its_port_with_its_data(running: Services) -> None:
    port = redis_port(running)
    assert say(port, "SET kept here").startswith("+OK")
    os.kill(running.redis_pid, signal.SIGKILL)
    assert psutil.Process(running.redis_pid).wait(10) is not None
    again = up(running.directory)
    assert (again.redis, again.kafka_pid) == (running.redis, running.kafka_pid)
    assert again.redis_pid != running.redis_pid
    assert "here" in say(port, "GET kept")


def test_a_killed_kafka_comes_back_on_its_port(running: Services) -> None:
    os.kill(running.kafka_pid, signal.SIGKILL)
    psutil.Process(running.kafka_pid).wait(10)
    found = status(running.directory)
    assert (found.running, found.kafka_running, found.redis_running) == (False, False, True)
    again = up(running.directory)
    assert (again.kafka, again.redis_pid) == (running.kafka, running.redis_pid)
    assert status(running.directory).running


def test_a_server_that_hangs_is_replaced(
    running: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair, "_PATIENCE", 0.5)
    os.kill(running.redis_pid, signal.SIGSTOP)
    assert not status(running.directory).redis_running
    again = up(running.directory)
    assert again.redis == running.redis
    assert again.redis_pid != running.redis_pid
    assert not psutil.pid_exists(running.redis_pid)


def test_down_ends_what_up_started_and_nothing_else(
    running: Services, tmp_path: Path, leash: Leash
) -> None:
    other = start_redis(tmp_path)
    leash.hold(other)
    assert set(down(running.directory)) == {running.kafka_pid, running.redis_pid}
    assert not status(running.directory).running
    assert other.answers()
    other.stop()
    assert not other.running
    assert down(running.directory) == (), "there is nothing left to end"


def test_a_stale_state_file_harms_no_stranger(running: Services) -> None:
    home = running.directory
    down(home)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    started = psutil.Process(stranger.pid).create_time()
    state = json.loads((home / "services.json").read_text())
    state["kafka"] = {"pid": stranger.pid, "started": started, "program": "java"}
    state["redis"] = {"pid": stranger.pid, "started": started - 900, "program": "python"}
    (home / "services.json").write_text(json.dumps(state))
    try:
        assert down(home) == ()
        (home / "services.json").write_text(json.dumps(state))
        services = up(home)
        assert stranger.poll() is None
        assert stranger.pid not in (services.kafka_pid, services.redis_pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_state_file_that_cannot_be_read_is_as_none(running: Services) -> None:
    home = running.directory
    down(home)
    kept = (home / "services.json").read_bytes()
    for content in (b"", b"{", b'{"kafka_ports": 7}', b"\xff\xfe"):
        (home / "services.json").write_bytes(content)
        assert not status(home).running
        assert down(home) == ()
    (home / "services.json").write_bytes(kept)


def test_a_failed_start_of_kafka_shows_its_last_words_and_leaves_nothing(running: Services) -> None:
    home = running.directory
    down(home)
    identity = home / "kafka" / "data" / "meta.properties"
    right = identity.read_text()
    identity.write_text(right.replace("node.id=1", "node.id=7"))
    try:
        with pytest.raises(CopydeskError, match="Kafka ended while starting") as failure:
            up(home)
        assert "configured node id" in str(failure.value), "the broker's own reason is quoted"
        assert not status(home).redis_running, "the Redis that this call started is ended too"
        said = run("up", "--dir", str(home))
        assert said.returncode == 1
        assert "Its last words" in said.stderr
        assert "Traceback (most recent call last)" not in said.stderr
    finally:
        identity.write_text(right)


def test_a_failed_start_of_redis_shows_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(CopydeskError, match=r"(?s)Redis ended while starting.*maxmemory-pol"):
        start_redis(tmp_path, {"maxmemory-policy": "forget-everything"})


def test_a_later_start_needs_no_network_and_nothing_on_the_path(
    tmp_path: Path, leash: Leash, running: Services
) -> None:
    leash.hold_pair(tmp_path / "pair")
    said = run("up", "--dir", str(tmp_path / "pair"), "--json", PATH=str(tmp_path), **NO_NETWORK)
    assert said.returncode == 0, said.stderr
    addresses = json.loads(said.stdout)
    assert set(addresses) == {"kafka", "redis"}
    found = json.loads(run("status", "--dir", str(tmp_path / "pair"), "--json").stdout)
    assert found["running"] is True
    redis = psutil.Process(found["redis_pid"])
    assert Path(redis.exe()).samefile(str(carried_program()))
    assert "site-packages" in psutil.Process(found["kafka_pid"]).exe(), "no Java but the package's"
    ended = run("down", "--dir", str(tmp_path / "pair"), "--purge")
    assert ended.returncode == 0
    assert not (tmp_path / "pair" / "kafka").exists()


def test_a_first_start_without_network_says_so_and_starts_nothing(tmp_path: Path) -> None:
    said = run("up", "--dir", str(tmp_path), COPYDESK_CACHE=str(tmp_path / "cache"), **NO_NETWORK)
    assert said.returncode == 1
    assert "The first start needs the network" in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stdout == ""
    assert not status(tmp_path).running


def test_ups_at_the_same_time_start_one_pair(home: Path) -> None:
    down(home)
    starters = [
        subprocess.Popen(
            [sys.executable, "-m", "consumers.cli", "services", "up", "--dir", str(home), "--json"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]
    answers = {starter.communicate(timeout=120)[0] for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert len(answers) == 1
    in_home = [
        each.pid
        for each in psutil.process_iter(["cwd"])
        if each.info["cwd"] in (str(home / "kafka"), str(home / "redis"))
    ]
    assert len(in_home) == 2


def test_a_directory_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CopydeskError, match="cannot be made"):
        up(tmp_path / "file" / "below")


def test_what_a_killed_test_run_had_started_is_ended(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from consumers.embedded import start_redis\n"
        "from tests.leash import Leash\n"
        "leash = Leash()\n"
        "server = start_redis(pathlib.Path(sys.argv[1]))\n"
        "leash.hold(server)\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert runner.stdout is not None
    server = psutil.Process(int(runner.stdout.readline()))
    runner.kill()
    runner.communicate()
    server.wait(20)
    assert not server.is_running()


def test_a_redis_cluster_survives_the_restart_of_a_node(tmp_path: Path, leash: Leash) -> None:
    nodes = start_redis_cluster(tmp_path)
    leash.hold(*nodes)
    nodes[1].kill()
    assert not nodes[1].running
    nodes[1].restart()
    leash.hold(nodes[1])
    assert "cluster_known_nodes:3" in say(nodes[1].recipe.port, "CLUSTER INFO")
    for node in nodes:
        node.stop(5.0)


@pytest.mark.slow
def test_a_cluster_of_three_brokers_goes_on_without_one(tmp_path: Path, leash: Leash) -> None:
    brokers = start_kafka_cluster(tmp_path)
    leash.hold(*brokers)
    brokers[0].kill()
    assert [broker.answers() for broker in brokers] == [False, True, True]
    brokers[1].pause()
    assert not brokers[1].answers()
    brokers[1].resume()
    brokers[0].restart()
    leash.hold(brokers[0])
    assert all(broker.answers() for broker in brokers)
    for broker in brokers:
        broker.kill()
