"""Doctor's rules, and how topics must be: each mistake as a row, found and told how to mend."""

from __future__ import annotations

import functools
import importlib.util
from typing import Any

import msgspec
import pytest

from consumers import topics
from consumers.doctor import kafka_rules, run, sample_rules
from consumers.doctor.gather import Facts
from consumers.kafka_client.words import Cluster, Committed, Group, Member, Place, Topic
from consumers.settings import Settings
from processors.formats import decode
from processors.policy import Limits
from processors.records import Record

SETTINGS = Settings()
ROLES = topics.roles(SETTINGS)
VERSION = (4, 1)
PLANS = {plan.name: plan for plan in topics.plans(SETTINGS, VERSION)}
CONFIGS = {name: {"max.message.bytes": "1048588", **plan.configs} for name, plan in PLANS.items()}
RAW = [Place("articles.raw", number) for number in range(4)]
ALL = [Place(name, number) for name in ROLES for number in range(4)]
NOW = 1_800_000_000_000
DAY = 86_400_000


def member(*places):
    return Member("m", "c", "127.0.0.1", None, tuple(places))


HEALTHY = Facts(
    cluster=Cluster("id", ("b:1",), "4.1"),
    topics={name: Topic(name, 4, 1) for name in ROLES},
    configs=CONFIGS,
    group=Group("copydesk", "Stable", members=(member(*RAW),)),
    committed={place: Committed(90) for place in RAW},
    starts=dict.fromkeys(ALL, 0),
    ends=dict.fromkeys(ALL, 100),
    stable_ends=dict.fromkeys(ALL, 100),
    since=dict.fromkeys(ALL, 100) | dict.fromkeys(RAW, 0),
    readers={},
    sample=(),
)


def changed(**more: Any) -> Facts:
    return msgspec.structs.replace(HEALTHY, **more)


def found(told):
    return [each for rule in kafka_rules.RULES for each in rule(SETTINGS, told)]


def test_a_healthy_cluster_has_no_finding_but_ok():
    assert {each.level for each in found(HEALTHY)} == {"ok"}


#: what is otherwise, check, level, words, why it is a mistake
MISTAKES = [
    ({"cluster": Cluster("id", ("b:1",), "2.8")}, "kafka", "warning", "2.8", "an old broker"),
    ({"topics": {n: t for n, t in HEALTHY.topics.items() if n != "articles.dead"}}, "topics", "problem", "missing: articles.dead (named by COPYDESK_DEAD)", "a topic forgotten"),
    ({"topics": HEALTHY.topics | {"articles.raw": Topic("articles.raw", 4, 1, leaderless=(2,))}}, "topics", "problem", "no leader for partition 2", "a broker is down"),
    ({"configs": CONFIGS | {"articles.raw": CONFIGS["articles.raw"] | {"retention.ms": "86400000"}}}, "topic settings", "problem", "retention.ms=86400000 (1 d)", "records go before their window ends"),
    ({"configs": CONFIGS | {"articles.audit": CONFIGS["articles.audit"] | {"cleanup.policy": "compact"}}}, "topic settings", "problem", "cleanup.policy=compact", "restore needs what compaction takes"),
    ({"cluster": Cluster("id", ("a:1", "b:1", "c:1"), "4.1")}, "replicas", "warning", "one broker only", "three brokers, one copy"),
    ({"group": Group("copydesk", "Dead"), "committed": {}, "readers": {"copydsk": 4}}, "group", "warning", "copydsk did", "the group's name is misspelt"),
    ({"group": Group("copydesk", "Dead"), "committed": {}}, "group", "warning", "has not begun: 400 records wait", "no worker yet"),
    ({"group": Group("copydesk", "Empty")}, "group", "warning", "has no worker: 40 records wait", "the worker is gone"),
    ({"group": Group("copydesk", None, problem="not a classic group")}, "group", "warning", "not a classic group", "a group of another kind"),
    ({"group": Group("copydesk", "Stable", members=(*(member(p) for p in RAW), member()))}, "workers", "warning", "1 of 5 workers", "more workers than partitions"),
    ({"starts": HEALTHY.starts | {RAW[1]: 95}}, "offsets", "problem", "articles.raw/1: Kafka deleted 5 records", "retention overtook the worker"),
    ({"committed": {RAW[0]: Committed(500)}}, "offsets", "problem", "was the topic deleted and made anew", "the topic was made anew"),
    ({"stable_ends": HEALTHY.stable_ends | {RAW[3]: 70}}, "transactions", "warning", "holds back 30 offsets", "a producer died in a transaction"),
    ({"since": HEALTHY.since | {Place("articles.dead", 0): 0}}, "dead letters", "warning", "100 dead letters", "a feed is broken"),
]  # fmt: skip


@pytest.mark.parametrize(("otherwise", "check", "level", "words", "why"), MISTAKES)
def test_a_mistake_is_found_and_told_how_to_mend(otherwise, check, level, words, why):
    bad = [each for each in found(changed(**otherwise)) if each.level != "ok"]
    assert [(each.check, each.level) for each in bad] == [(check, level)], why
    assert words in bad[0].message, why
    assert bad[0].mend


def test_a_new_cluster_is_judged_without_a_single_topic():
    told = changed(
        topics={}, configs={}, committed={}, starts={}, ends={}, stable_ends={}, since={}
    )
    assert [each.check for each in found(told) if each.level == "problem"] == ["topics"]


#: role, setting found, difference expected (None for none), severe, why
CONFIGURED: list[tuple[topics.Role, dict[str, str], str | None, bool | None, str]] = [
    ("input", {"retention.ms": "-1"}, None, None, "for ever is long enough"),
    ("input", {"retention.ms": "604800000"}, None, None, "just the window"),
    ("input", {"retention.ms": "604799999"}, "retention.ms", True, "a millisecond less"),
    ("output", {"retention.ms": "1000"}, None, None, "the output may go when it was read"),
    ("input", {"compression.type": "producer"}, "compression.type", False, "only space is lost"),
    ("input", {"message.timestamp.type": "LogAppendTime"}, "message.timestamp.type", True, "an archive would be of today"),
    ("input", {"message.timestamp.after.max.ms": "9223372036854775807"}, "message.timestamp.after.max.ms", False, "Kafka's own default"),
    ("dead", {"max.message.bytes": "1048588"}, "max.message.bytes", True, "no room for the reason"),
    ("output", {"max.message.bytes": "1000"}, "max.message.bytes", False, "large articles would not fit"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "configs", "key", "severe", "why"), CONFIGURED)
def test_a_topics_settings_are_judged_by_its_part(role, configs, key, severe, why):
    name = next(name for name, part in ROLES.items() if part == role)
    wrong = topics.differences(role, SETTINGS, {**PLANS[name].configs, **configs})
    assert [(each.key, each.severe) for each in wrong] == (
        [] if key is None else [(key, severe)]
    ), why


@pytest.mark.parametrize("version", [(2, 8), (3, 6), (4, 3)])
def test_a_topic_created_as_planned_differs_in_nothing(version):
    for plan in topics.plans(SETTINGS, version):
        assert topics.differences(ROLES[plan.name], SETTINGS, plan.configs) == []


def test_a_difference_that_is_mended_is_none_any_more():
    for role, configs, _, _, _ in CONFIGURED:
        wrong = topics.differences(role, SETTINGS, configs)
        mended = {**configs, **{each.key: each.wanted for each in wrong}}
        assert topics.differences(role, SETTINGS, mended) == []


def test_kafka_before_3_6_is_not_asked_for_what_it_does_not_know():
    known = {key for plan in topics.plans(SETTINGS, (3, 5)) for key in plan.configs}
    assert "message.timestamp.after.max.ms" not in known
    assert PLANS["articles.raw"].configs["message.timestamp.after.max.ms"] == "3600000"


def test_input_and_audit_are_kept_for_the_window_and_all_else_for_retention():
    settings = Settings(window=90 * 86400.0, retention=10 * 86400.0)
    kept = {p.name: int(p.configs["retention.ms"]) // DAY for p in topics.plans(settings, VERSION)}
    assert kept == {
        "articles.raw": 90,
        "articles.clean": 10,
        "articles.audit": 90,
        "articles.dead": 10,
    }


def record(value, key=b"urn:a", timestamp=NOW):
    return Record("articles.raw", 0, 0, timestamp, key, value)


def article(published="2027-01-15T08:00:00Z", **more):
    return msgspec.json.encode({"uri": "urn:a", "body": "b", "published": published, **more})


def judged(*records, now=NOW):
    looked = sample_rules.look(records, functools.partial(decode, limits=Limits()))
    return list(sample_rules.judge(looked, SETTINGS, now))


GOOD = record(article())

#: records, check, level, words, why
SAMPLES = [
    ([record(b"{"), *[GOOD] * 3], "input", "warning", "1 of the last 4", "one bad record"),
    ([record(b"{"), record(b'{"'), GOOD], "input", "problem", "cut-off 2", "most of them are bad"),
    ([record(article(source="wire"), key=b"42"), GOOD], "keys", "warning", "wire (1)", "a feed keyed by number"),
    ([record(article(), key=None)], "keys", "warning", "have no key", "a feed without keys"),
    ([record(article(), timestamp=NOW + 3_600_000), GOOD], "clock", "problem", "60 minutes ahead", "a clock is wrong"),
    ([record(article("2017-01-01T00:00:00Z")), record(article("2017-01-02T00:00:00Z"))], "record times", "warning", "--dated", "an archive dated today"),
]  # fmt: skip


@pytest.mark.parametrize(("records", "check", "level", "words", "why"), SAMPLES)
def test_a_mistake_in_recent_input_is_found(records, check, level, words, why):
    bad = [each for each in judged(*records) if each.level != "ok"]
    assert [(each.check, each.level) for each in bad] == [(check, level)], why
    assert words in bad[0].message + bad[0].mend, why


def test_good_input_has_no_finding_but_ok():
    tombstone = record(None)
    quoted = record(article(), key=b'"urn:a"')
    assert {each.level for each in judged(GOOD, tombstone, quoted)} == {"ok"}
    assert [each.level for each in judged()] == ["ok"], "nothing to look at is no fault"


def test_a_few_old_stories_among_new_ones_are_no_mistake():
    old = record(article("2017-01-01T00:00:00Z"))
    assert {each.level for each in judged(old, GOOD, GOOD)} == {"ok"}


def test_wrong_settings_are_a_problem_and_nothing_else_is_asked():
    told = list(run.findings({"COPYDESK_BATCH": "x"}, None))
    assert [(each.check, each.level) for each in told][-1] == ("settings", "problem")
    assert "COPYDESK_BATCH" in told[-1].message


def test_what_is_installed_is_told(monkeypatch):
    assert [each.level for each in run.software()] == ["ok"]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    told = list(run.software())
    assert [each.level for each in told] == ["warning"] * 3
    assert "kafka-python[crc32c]" in told[0].mend
