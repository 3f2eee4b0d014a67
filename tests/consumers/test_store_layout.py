"""How claims are laid out: tags over a cluster's slots, shards of every number, settings in reason."""

from __future__ import annotations

import pytest
from redis import Redis

from consumers.errors import UsageFault
from consumers.redis_store import RedisStore
from consumers.store_layout import DEFAULT_SHARDS, TAGS, layout, name_hash, tags
from tests.consumers.desks import WINDOW, claim, short


def test_each_tag_lies_in_another_64th_of_a_clusters_slots(address):
    with Redis.from_url(address("cluster").split(",")[0]) as node:
        slots = [node.cluster("KEYSLOT", f"copydesk:live:{{{tag}}}:f:1:2") for tag in tags()]
    assert [slot * TAGS // 16384 for slot in slots] == list(range(TAGS))


@pytest.mark.parametrize("shards", [64, 128, 4096, DEFAULT_SHARDS, 65_536, 131_072, 1 << 24])
def test_any_number_of_shards_keeps_paragraphs_apart_and_finds_them_again(
    shards, address, runner, namespace
):
    letters = "".join(chr(0x4E00 + at) for at in range(500))
    store = RedisStore(address("redis"), layout(namespace, WINDOW / 1000, 60.0, shards))
    first, again, other = runner.run(
        store.ask([claim("a", 1, letters[::2]), claim("a", 2, letters), claim("b", 3, letters)])
    )
    runner.run(store.close())
    assert set(short(first)[3:].split()) == set(short(again)[3:].split()) == {"."}
    assert short(other)[3:].split() == ["a@1", "a@2"] * 250


@pytest.mark.parametrize(
    ("window", "time_bytes"),
    [(1, 4), (7 * 86400, 4), (49 * 86400, 4), (50 * 86400, 6), (3660 * 86400, 6)],
)
def test_a_claims_time_is_exact_in_windows_of_every_length(
    window, time_bytes, address, runner, namespace
):
    plan = layout(namespace, window, 60.0)
    assert plan.time_bytes == time_bytes
    store = RedisStore(address("redis"), plan)
    last = plan.window * 3 - 1
    answers = runner.run(store.ask([claim("a", last), claim("b", last + 1)]))
    runner.run(store.close())
    assert [short(answer) for answer in answers] == ["a: .", f"b: a@{last}"]


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"namespace": ""}, "COPYDESK_NAMESPACE"),
        ({"namespace": "desk{1}:"}, "COPYDESK_NAMESPACE"),
        ({"window": 0.5}, "COPYDESK_WINDOW"),
        ({"window": 1e10}, "COPYDESK_WINDOW"),
        ({"retention": -1}, "COPYDESK_RETENTION"),
        ({"shards": 100}, "COPYDESK_SHARDS"),
        ({"shards": 32}, "COPYDESK_SHARDS"),
        ({"shards": 1 << 25}, "COPYDESK_SHARDS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(wrong, setting):
    right = {"namespace": "desk:", "window": 60.0, "retention": 60.0, "shards": 64}
    with pytest.raises(UsageFault, match=setting):
        layout(**(right | wrong))


def test_lives_are_never_shorter_than_what_refers_to_them():
    for window, retention in ((1, 0), (7 * 86400, 30 * 86400), (365 * 86400, 86400)):
        plan = layout("desk:", window, retention)
        assert plan.claims_live >= 2 * plan.window + plan.grace
        assert plan.names_live > plan.claims_live
        assert plan.marks_live >= max(plan.names_live, plan.retention)


def test_hashes_of_names_are_the_same_everywhere_and_forever():
    assert name_hash("urn:newsml:example.org:20261123:1").hex() == "6b2f9850763ef08b"
    assert len({name_hash(f"family {at}")[0] >> 2 for at in range(2000)}) == TAGS
