"""A store whose server is killed, frozen, full, a replica, half a cluster, or does not let it in."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis

from consumers.embedded.process import free_port
from consumers.embedded.redis_server import start_cluster, start_redis
from consumers.errors import CopydeskError, UsageFault
from consumers.redis_store import RedisStore
from consumers.store import StoreAway, StoreFault, StoreRefused, in_words
from consumers.store_layout import layout
from processors.claims import Ask
from tests.consumers import desks
from tests.consumers.desks import claim, clients, keys, say, short, withdraw

IN_WORDS = [
    ("Error 111 connecting to 127.0.0.1:1. Connect call failed ('127.0.0.1', 1)",
     "no connection (refused)"),
    ("Error -2 connecting to nohost.example:6379. Name or service not known",
     "no connection (Name or service not known)"),
    ("Error 2 connecting to /nope. No such file or directory.",
     "no connection (No such file or directory)"),
    ("OOM command not allowed", "OOM command not allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "told"), IN_WORDS)
def test_a_failed_connection_is_told_without_error_numbers_and_tuples(said, told):
    assert in_words(said) == told


def test_a_killed_server_is_away_and_remembers_when_it_is_back(own, own_desk):
    own_desk.ask(claim("a", 1000))
    _wait_until_written(own.recipe.port)
    own.kill()
    for _ in range(3):
        with pytest.raises(StoreAway, match=own.address):
            own_desk.ask(claim("b", 2000))
    own.restart()
    assert short(own_desk.ask(claim("b", 2000))[0]) == "b: a@1000"


def _wait_until_written(port: int) -> None:
    """With ``appendfsync everysec`` a server keeps writes back while its disk is slow to sync."""
    deadline = time.monotonic() + 30
    with Redis(port=port) as admin:
        while admin.info("persistence")["aof_buffer_length"]:
            assert time.monotonic() < deadline, "the server keeps its writes back"
            time.sleep(0.02)


def test_a_server_that_does_not_answer_is_away_within_the_time_out(own, runner, namespace):
    store = RedisStore(f"redis://{own.address}", layout(namespace, 10, 60), timeout=0.3)
    runner.run(store.ask([claim("a", 1000)]))
    own.pause()
    started = time.monotonic()
    with pytest.raises(StoreAway):
        runner.run(store.ask([claim("b", 2000)]))
    assert time.monotonic() - started < 5
    own.resume()
    assert [short(a) for a in runner.run(store.ask([claim("b", 2000)]))] == ["b: a@1000"]
    runner.run(store.close())


def test_a_server_that_is_out_of_memory_is_away_until_there_is_room(own, own_desk):
    own_desk.ask(claim("a", 1000))
    say(own, "CONFIG", "SET", "maxmemory", "1")
    with pytest.raises(StoreAway, match="maxmemory"):
        own_desk.ask(claim("b", 2000, "q"))
    say(own, "CONFIG", "SET", "maxmemory", "0")
    assert short(own_desk.ask(claim("b", 2000, "pq"))[0]) == "b: a@1000 ."


def test_a_server_that_became_a_replica_is_away(own, own_desk):
    own_desk.ask(claim("a", 1000))
    say(own, "CONFIG", "SET", "replica-serve-stale-data", "yes")
    say(own, "REPLICAOF", "127.0.0.1", "1")
    with pytest.raises(StoreAway):
        own_desk.ask(claim("b", 2000, "q"))
    say(own, "CONFIG", "SET", "replica-serve-stale-data", "no")
    with pytest.raises(StoreAway):
        own_desk.ask(claim("b", 2000, "q"))
    say(own, "REPLICAOF", "NO", "ONE")
    assert short(own_desk.ask(claim("b", 2000, "pq"))[0]) == "b: a@1000 ."


def test_of_a_primary_and_its_replica_the_one_that_takes_writes_is_used(
    own, leash, tmp_path, runner, namespace
):
    other = start_redis(tmp_path / "other")
    leash.hold(other)
    say(other, "REPLICAOF", *own.address.split(":"))
    desk = desks.desk(f"redis://{other.address},redis://{own.address}", namespace, runner)
    desk.ask(claim("a", 1000))
    (replica,) = clients(f"redis://{other.address}")
    deadline = time.monotonic() + 20
    while not any(b":f:" in key for key in replica.scan_iter()) and time.monotonic() < deadline:
        time.sleep(0.05)
    own.kill()
    with pytest.raises(StoreAway):
        desk.ask(claim("b", 2000))
    say(other, "REPLICAOF", "NO", "ONE")
    assert short(desk.ask(claim("b", 2000))[0]) == "b: a@1000"
    desk.close()
    other.kill()


def test_a_cluster_that_lost_a_node_is_away_until_it_is_back(leash, tmp_path, runner, namespace):
    nodes = start_cluster(tmp_path / "cluster")
    leash.hold(*nodes)
    desk = desks.desk(",".join(f"redis://{node.address}" for node in nodes), namespace, runner)
    letters = "".join(chr(0x4E00 + at) for at in range(100))
    desk.ask(claim("a", 1000, letters))
    nodes[1].kill()
    with pytest.raises(StoreAway):
        desk.ask(claim("b", 2000, letters))
    nodes[1].restart()
    leash.hold(nodes[1])
    answer = None
    deadline = time.monotonic() + 30
    while answer is None and time.monotonic() < deadline:
        try:
            (answer,) = desk.ask(claim("b", 2000, letters))
        except StoreAway:
            time.sleep(0.2)
    assert answer is not None
    assert all(owner != "mine" for owner in answer.owners)
    desk.close()
    for node in nodes:
        node.kill()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "redis://127.0.0.1:1,redis://127.0.0.1:2"])
def test_nobody_there_is_away_and_names_the_address_without_the_password(url, runner, namespace):
    store = RedisStore(url.replace("//", "//who:secret@"), layout(namespace, 10, 60))
    for call in (store.ping(), store.describe(), store.ask([claim("a", 1)])):
        with pytest.raises(StoreAway, match=r"127\.0\.0\.1:1") as error:
            runner.run(call)
        assert "secret" not in str(error.value)


def test_something_else_under_our_keys_is_a_fault_not_a_wait(own, own_desk, namespace):
    own_desk.ask(claim("a", 1000))
    (client,) = clients(f"redis://{own.address}")
    for _, key in keys(f"redis://{own.address}", namespace):
        client.set(key, "not a hash")
    with pytest.raises(StoreFault, match=namespace):
        own_desk.ask(claim("a", 1000))


@pytest.mark.parametrize("url", ["http://127.0.0.1", "127.0.0.1:6379", "", " , "])
def test_what_is_no_redis_url_is_said_so(url, runner, namespace):
    with pytest.raises(UsageFault, match="COPYDESK_REDIS"):
        runner.run(RedisStore(url, layout(namespace, 10, 60)).ping())


# --- rights -----------------------------------------------------------------------------------


def test_a_user_who_may_touch_the_namespace_alone_is_enough(own, runner, namespace):
    say(own, "ACL", "SETUSER", "desk", "on", ">pass/word", f"~{namespace}*", "+@all", "-@admin")
    plan = layout(namespace, 10, 60)
    for store in (
        RedisStore(f"redis://desk:pass%2Fword@{own.address}", plan),
        RedisStore(f"redis://{own.address}", plan, username="desk", password="pass/word"),
    ):
        asked: list[Ask] = [claim("a", 1000), claim("b", 1500), withdraw("a", 2000)]
        assert short(runner.run(store.ask(asked))[0]) == "a: ."
        assert runner.run(store.describe()).appendonly is None, "CONFIG is an admin's"
        runner.run(store.ask([]))
        runner.run(store.close())
        for client, key in keys(f"redis://{own.address}", namespace):
            client.delete(key)


@pytest.mark.parametrize("url", ["redis://who:ever@", "redis://desk:wrong@", "redis://desk:pass@"])
def test_a_wrong_user_password_or_right_is_refused_and_says_what_to_check(
    url, own, runner, namespace
):
    say(own, "ACL", "SETUSER", "desk", "on", ">pass", "~elsewhere:*", "+@all")
    store = RedisStore(url + own.address, layout(namespace, 10, 60))
    with pytest.raises(StoreRefused, match="COPYDESK_REDIS"):
        runner.run(store.ask([claim("a", 1000)]))
    runner.run(store.close())


def test_tls_by_a_certificate_of_ones_own(leash, tmp_path: Path, runner, namespace):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request, *names, *files], check=True, capture_output=True)
    port = free_port()
    extra = {"tls-port": str(port), "tls-cert-file": str(certificate), "tls-key-file": str(key)}
    extra |= {"tls-ca-cert-file": str(certificate), "tls-auth-clients": "no"}
    try:
        server = start_redis(tmp_path / "redis", extra)
    except CopydeskError as error:
        if "tls" not in str(error).lower():
            raise
        pytest.skip(f"the Redis server of this machine knows no TLS: {error}")
    leash.hold(server)
    plan = layout(namespace, 10, 60)
    trusted = RedisStore(f"rediss://127.0.0.1:{port}", plan, ca=str(certificate))
    assert short(runner.run(trusted.ask([claim("a", 1000)]))[0]) == "a: ."
    runner.run(trusted.close())
    with pytest.raises(StoreRefused, match="certificate"):
        runner.run(RedisStore(f"rediss://127.0.0.1:{port}", plan).ask([claim("a", 1000)]))
    server.kill()
