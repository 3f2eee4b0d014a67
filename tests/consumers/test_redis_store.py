"""What only a store on a server has: keys and lives, faults, rights, and what it says of itself."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from consumers.embedded import Server
from consumers.embedded.redis_server import start_cluster, start_redis
from consumers.errors import UsageFault
from consumers.redis_store import RedisStore
from consumers.store import StoreAway, StoreFacts, StoreFault, StoreRefused, warnings
from consumers.store_layout import layout
from processors.claims import Ask
from tests.consumers import desks
from tests.consumers.desks import WINDOW, Desk, claim, short, withdraw

DAY = 86_400_000


def clients(url: str) -> list[Redis]:
    return [Redis.from_url(each) for each in url.split(",")]


def keys(url: str, namespace: str) -> Iterator[tuple[Redis, bytes]]:
    for client in clients(url):
        for key in client.scan_iter(f"{namespace}*", count=1000):
            yield client, key


@pytest.fixture
def own(leash, tmp_path) -> Iterator[Server]:
    """A server that the test may kill."""
    if desks.program("redis") is None:
        pytest.skip("no redis-server on this machine")
    server = start_redis(tmp_path / "redis", program=desks.program("redis"))
    leash.hold(server)
    yield server
    server.kill()


@pytest.fixture
def own_desk(own, runner, namespace) -> Iterator[Desk]:
    opened = desks.desk(f"redis://{own.address}", namespace, runner)
    yield opened
    opened.close()


def say(server: Server, *command: str) -> None:
    with Redis.from_url(f"redis://{server.address}") as client:
        client.execute_command(*command)


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["redis", "redis-6.2", "valkey", "cluster"])
def test_every_key_begins_with_the_namespace_is_packed_and_dies(kind, address, runner, namespace):
    url = address(kind)
    before = {key for each in clients(url) for key in each.scan_iter(count=1000)}
    desk = desks.desk(url, namespace, runner, shards=64)
    long = "urn:newsml:agency.example:20261123:" + "x" * 200
    desk.ask(*[claim(f"{long}{at}", at, chr(65 + at), f"f{at}", explicit=True) for at in range(40)])
    desk.ask(withdraw(long + "1", 5000))
    desk.close()
    after = {key for each in clients(url) for key in each.scan_iter(count=1000)}
    assert all(key.startswith(namespace.encode()) for key in after - before)
    kinds = {"f": 0, "n": 0, "w": 0, "m": 0, "l": 0}
    for client, key in keys(url, namespace):
        what = key.decode().rpartition("}:")[2][0]
        kinds[what] += 1
        packed = (b"embstr", b"raw") if what in "ml" else (b"listpack", b"ziplist")
        assert client.object("encoding", key) in packed
        life = client.pttl(key)
        least = 2 * WINDOW + DAY if what == "f" else 3 * WINDOW + DAY
        assert least - 60_000 < life < 3 * least
    assert kinds["w"] == 64
    assert 64 < kinds["m"] <= 128, "a flag a tag for withdrawals, and one for the generation"
    assert all(kinds.values())


def test_a_life_is_renewed_when_its_slack_is_used_up(own, own_desk, namespace):
    own_desk.ask(claim("a", 1000))
    (client,) = clients(f"redis://{own.address}")
    found = [key for _, key in keys(f"redis://{own.address}", namespace) if b":f:" in key]
    client.pexpire(found[0], 60_000)
    own_desk.ask(claim("a", 1000, "p"))
    assert client.pttl(found[0]) <= 60_000, "nothing was written: nothing is renewed"
    client.hdel(found[0], *client.hkeys(found[0]))
    own_desk.ask(claim("a", 1000, "p"))
    assert client.pttl(found[0]) > 2 * WINDOW + DAY - 60_000


def test_a_paragraph_whose_owner_is_not_on_record_is_kept_and_its_claim_left_alone(
    real: Desk, address, namespace
):
    real.ask(claim("a", 1000))
    lost = {}
    for kind in ("redis", "redis-6.2", "valkey", "cluster", "valkey-cluster"):
        for client, key in keys(address(kind), namespace):
            if b":n:" in key:
                lost[key] = client.dump(key), client
                client.delete(key)
    assert lost
    assert short(real.ask(claim("b", 2000))[0]) == "b: ?"
    for key, (dump, client) in lost.items():
        assert dump is not None
        client.delete(key)
        client.restore(key, 0, dump)
    assert short(real.ask(claim("c", 2000))[0]) == "c: a@1000"


def test_namespaces_do_not_see_each_other(address, runner, namespace):
    one = desks.desk(address("redis"), namespace + "1:", runner)
    other = desks.desk(address("redis"), namespace + "2:", runner)
    one.ask(claim("a", 1000), withdraw("b", 5000))
    assert [short(a) for a in other.ask(claim("b", 2000), claim("a", 3000))] == [
        "b: .",
        "a: b@2000",
    ]
    one.close()
    other.close()


# --- other workers ----------------------------------------------------------------------------


class Overtaken(RedisStore):
    """Lets another worker do something between the first trip of a batch and the second."""

    def meanwhile(self, other: Desk, ask) -> None:
        self.other, self.ask_of_other = other, ask

    async def _send(self, client, calls, *, whole):
        replies = await super()._send(client, calls, whole=whole)
        ask, self.ask_of_other = self.ask_of_other, None
        if ask is not None:
            await self.other.store.ask([ask])
        return replies


@pytest.mark.parametrize("kind", ["redis", "cluster"])
def test_a_family_that_another_worker_recorded_meanwhile_is_in_force(
    kind, address, runner, namespace
):
    other = desks.desk(address(kind), namespace, runner)
    overtaken = Overtaken(address(kind), layout(namespace, WINDOW / 1000, 60.0))
    overtaken.meanwhile(other, claim("n:1", 1000, "p", "other"))
    answers = runner.run(
        overtaken.ask([claim("n:1", 1000, "p", "own"), claim("b", 1500, "q", after="n:1")])
    )
    assert [short(answer) for answer in answers] == ["other: .", "other: ."]
    runner.run(overtaken.close())
    other.close()


@pytest.mark.parametrize("kind", ["redis", "redis-6.2", "valkey", "cluster"])
def test_scripts_that_a_server_forgot_are_sent_again(kind, address, runner, namespace):
    desk = desks.desk(address(kind), namespace, runner)
    desk.ask(claim("a", 1000, "pqrst"))
    for client in clients(address(kind)):
        client.script_flush()
    assert short(desk.ask(claim("b", 2000, "pqrst"))[0]) == "b: " + " ".join(["a@1000"] * 5)
    desk.close()


# --- faults -----------------------------------------------------------------------------------


def test_a_killed_server_is_away_and_remembers_when_it_is_back(own, own_desk):
    own_desk.ask(claim("a", 1000))
    own.kill()
    for _ in range(3):
        with pytest.raises(StoreAway, match=own.address):
            own_desk.ask(claim("b", 2000))
    own.restart()
    assert short(own_desk.ask(claim("b", 2000))[0]) == "b: a@1000"


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


def test_a_cluster_that_lost_a_node_is_away_until_it_is_back(leash, tmp_path, runner, namespace):
    if desks.program("cluster") is None:
        pytest.skip("no redis-server on this machine")
    nodes = start_cluster(tmp_path / "cluster", program=desks.program("cluster"))
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
    if desks.program("redis") is None or shutil.which("openssl") is None:
        pytest.skip("needs redis-server and openssl")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*request, *names, *files], check=True, capture_output=True)
    from consumers.embedded.process import free_port

    port = free_port()
    extra = {"tls-port": str(port), "tls-cert-file": str(certificate), "tls-key-file": str(key)}
    extra |= {"tls-ca-cert-file": str(certificate), "tls-auth-clients": "no"}
    server = start_redis(tmp_path / "redis", extra, program=desks.program("redis"))
    leash.hold(server)
    plan = layout(namespace, 10, 60)
    trusted = RedisStore(f"rediss://127.0.0.1:{port}", plan, ca=str(certificate))
    assert short(runner.run(trusted.ask([claim("a", 1000)]))[0]) == "a: ."
    runner.run(trusted.close())
    with pytest.raises(StoreAway, match="certificate"):
        runner.run(RedisStore(f"rediss://127.0.0.1:{port}", plan).ask([claim("a", 1000)]))
    server.kill()


# --- what it says of itself -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "server", "version"),
    [
        ("redis", "redis", "7."),
        ("redis-6.2", "redis", "6.2"),
        ("valkey", "valkey", "9."),
        ("cluster", "redis", "7."),
        ("valkey-cluster", "valkey", "9."),
    ],
)
def test_a_store_says_what_it_is_and_how_it_is_set(kind, server, version, address, runner):
    desk = desks.desk(address(kind), "test:", runner)
    facts = runner.run(desk.store.describe())
    runner.run(desk.store.ping())
    desk.close()
    assert facts.server == server
    assert facts.version.startswith(version)
    assert (facts.cluster, facts.nodes) == (("cluster" in kind), 3 if "cluster" in kind else 1)
    assert (facts.policy, facts.maxmemory) == ("noeviction", 0)
    assert (facts.appendonly, facts.fsync) == (True, "everysec")
    assert (facts.listpack_entries, facts.listpack_value) == (512, 64)
    assert 0 < facts.latency < 5
    assert warnings(facts) == ()


@pytest.mark.parametrize("kind", ["redis", "cluster"])
def test_workers_of_one_namespace_with_other_windows_or_shards_are_warned(
    kind, address, runner, namespace
):
    plans = [layout(namespace, 10, 60), layout(namespace, 20, 60), layout(namespace, 10, 60, 64)]
    first, window, shards = (RedisStore(address(kind), plan) for plan in plans)
    assert runner.run(window.describe()).laid_out == "", "nobody has claimed anything yet"
    runner.run(first.ask([claim("a", 1000)]))
    runner.run(window.ask([claim("b", 1000)]))
    assert runner.run(first.describe()).laid_out == ""
    for other in (window, shards):
        (said,) = warnings(runner.run(other.describe()))
        assert "window 10 s, 32768 shards" in said
    for store in (first, window, shards):
        runner.run(store.close())


GOOD = {"server": "redis", "maxmemory": 0, "policy": "noeviction", "appendonly": True}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({}, None, id="all is well"),
        pytest.param({"policy": "allkeys-lru"}, None, id="nothing is evicted without a limit"),
        pytest.param({"maxmemory": 1 << 30}, None, id="a limit alone makes copydesk wait"),
        pytest.param(
            {"maxmemory": 1 << 30, "policy": "allkeys-lru"}, "noeviction", id="claims get evicted"
        ),
        pytest.param(
            {"maxmemory": 1 << 30, "policy": "volatile-ttl"}, "noeviction", id="all have a life"
        ),
        pytest.param({"appendonly": False}, "appendonly", id="claims die with the server"),
        pytest.param({"appendonly": None}, None, id="what is unknown is not warned of"),
        pytest.param({"listpack_entries": 128}, "listpack-entries", id="hashes turn into tables"),
        pytest.param({"listpack_value": 32}, "listpack-value", id="so they do by long values"),
    ],
)
def test_settings_that_would_lose_claims_are_said_with_what_to_do(change, said):
    found = warnings(StoreFacts(**(GOOD | change)))
    assert [said in each for each in found] == ([True] if said else [])
