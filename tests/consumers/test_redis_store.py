"""What only a store on a server has: keys and lives, other workers, and what it says of itself."""

from __future__ import annotations

import pytest

from consumers.redis_store import RedisStore
from consumers.store import StoreFacts, warnings
from consumers.store_layout import layout
from tests.consumers import desks
from tests.consumers.desks import WINDOW, Desk, claim, clients, keys, short, withdraw

DAY = 86_400_000


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
        least += 30 * DAY if what == "w" else 0
        assert least - 60_000 < life < least + 32 * DAY
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


# --- trips ------------------------------------------------------------------------------------


class Counted(RedisStore):
    """Counts the trips of its batches."""

    trips = 0

    async def _send(self, client, calls, *, whole):
        self.trips += 1
        return await super()._send(client, calls, whole=whole)


PLAIN = (claim("a", 1000), claim("n:1", 1500, "q", "n"), claim("b", 2000, "r", "f", explicit=True))


@pytest.mark.parametrize(
    ("before", "asks", "trips", "why"),
    [
        ((), PLAIN, 1, "nothing is on record"),
        (PLAIN, PLAIN, 1, "what is on record is what they bring"),
        (PLAIN, [claim("n:2", 3000, "s", "n")], 1, "a new version of a known family"),
        (PLAIN, [claim("a", WINDOW + 1000)], 1, "it is carried over into the next window"),
        ((), [claim("c", 1000, after="a")], 2, "a predecessor is looked up"),
        ((), [withdraw("a", 1000)], 2, "a withdrawal voids what its family has had"),
        ((), [claim("c", 1, "p", "f"), claim("c", 2, "p", "g")], 2, "two words on one item"),
        (PLAIN, [claim("a", 3000, "p", "f", explicit=True)], 3, "known as another family"),
        (PLAIN, [claim("b", 3000, "p", "g", explicit=True)], 3, "recorded under another family"),
        ([withdraw("a", 500)], [claim("a", 1000)], 3, "its uri was withdrawn once"),
    ],
)
def test_a_batch_takes_one_trip_unless_a_family_needs_looking_up(
    before, asks, trips, why, address, runner, namespace
):
    plan = layout(namespace, WINDOW / 1000, 60.0)
    store = Counted(address("redis"), plan)
    if before:
        runner.run(store.ask(before))
    store.trips = 0
    answers = runner.run(store.ask(asks))
    assert store.trips == trips, why
    twin = desks.desk("", namespace, runner)
    if before:
        twin.ask(*before)
    assert answers == twin.ask(*asks)
    runner.run(store.close())


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


# --- what it says of itself -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "server", "version"),
    [
        ("redis", "redis", ""),
        ("redis-6.2", "redis", "6.2"),
        ("valkey", "valkey", "9."),
        ("cluster", "redis", ""),
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
    assert facts.version[0].isdigit()
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
